"""The report as pages that stand alone: ``kedro report --env=demo``.

Executes each language's notebook on the results there are and writes ``report_en.html``,
``report_fa.html`` and so on, and beside them the card of each model in every language, below the
environment's ``08_reporting``.
"""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from chest_xray.errors import ChestXrayError, MissingResult, StaleResult
from chest_xray.machine.atomic_files import replacing
from chest_xray.project.study import open_study
from chest_xray.reporting import html
from chest_xray.reporting.formulas import with_formulas
from chest_xray.reporting.languages import LANGUAGES, Language, language
from chest_xray.reporting.messages import message
from chest_xray.reporting.report import Report

PROJECT = Path(__file__).parents[3]
NOTEBOOKS = PROJECT / "notebooks"
# A cell of this tag runs pipelines; pages are made of the results there are.
RUNS_PIPELINES = "runs-pipelines"
CARDS = {"baseline": message("page-baseline-card"), "tuned": message("page-tuned-card")}


class FailedReport(ChestXrayError):
    """A cell of a notebook stopped."""


def write_pages(env: str | None, changed: dict[str, Any] | None = None) -> list[Path]:
    """Write both reports, and the cards of the models that there are; their paths.

    Args:
        env: Kedro's environment; None for its default one.
        changed: Parameters that differ from the environment's, as ``--params`` gives them.
    """
    study = open_study(env, PROJECT, changed)
    folder = study.data_folder / "08_reporting"
    written = []
    paths = [NOTEBOOKS / f"report.{code}.ipynb" for code in LANGUAGES]
    with ThreadPoolExecutor(len(paths)) as pool:
        # Each runs in a process of its own, most of whose time goes into imports and loading.
        notebooks = list(pool.map(execute, paths, repeat(study.env), repeat(changed)))
    for code, notebook in zip(LANGUAGES, notebooks, strict=True):
        own = language(code)
        whole = html.page(message("page-report"), body(notebook, own), own, _code_style())
        written.append(_write(folder / f"report_{code}.html", whole))
        for model, title in CARDS.items():
            try:
                card = Report(study, code).card_page(model)
            except MissingResult:
                continue
            except StaleResult as error:
                # Not left out: the page of an earlier run would go on standing there.
                card = html.stale(error.name, error.made_from, error.command, own)
            whole = html.page(title, html.heading(title, own) + card, own)
            written.append(_write(folder / f"{model}_card_{code}.html", whole))
    return written


def execute(path: Path, env: str | None, changed: dict[str, Any] | None = None) -> NotebookNode:
    """A notebook with its outputs, on the results there are: cells that run pipelines are left out.

    Args:
        path: Of the notebook; it runs in its own folder.
        env: The environment whose results it reads.
        changed: Parameters that differ from the environment's.

    Raises:
        FailedReport: A cell stopped.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells if RUNS_PIPELINES not in cell.metadata.get("tags", [])
    ]
    if changed:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(_with_parameters(changed)))
    variables = os.environ | ({"KEDRO_ENV": env} if env else {})
    client = NotebookClient(
        notebook,
        timeout=None,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        # Else ipykernel warns that others on this machine could listen, which they then can't.
        config=Config(KernelManager={"transport_encryption": "auto"}),
    )
    try:
        executed: NotebookNode = client.execute(env=variables)
    except CellExecutionError as error:
        raise FailedReport(
            f"A cell of {path.name} stopped: {error.evalue}\n{error.traceback}"
        ) from error
    if changed:
        executed.cells.pop(0)
    return executed


def _with_parameters(changed: dict[str, Any]) -> str:
    """A cell that opens the project as the notebook's first one does, which then has nothing to
    do, with these parameters.
    """
    return (
        "%%capture\n"
        "%load_ext kedro.ipython\n"
        "import json\n"
        "from kedro.ipython import reload_kedro\n"
        f"reload_kedro(extra_params=json.loads({json.dumps(changed)!r}))"
    )


def body(notebook: NotebookNode, own: Language) -> str:
    """An executed notebook as the inside of a page, its code folded.

    Args:
        notebook: With its outputs.
        own: Its language.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_formulas(cell.source)
    exporter = HTMLExporter(
        raw_template=html.notebook_template(),
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    resources = {"code": own.text(message("page-code"))}
    converted: str = exporter.from_notebook_node(notebook, resources)[0]
    return converted


def _code_style() -> str:
    return str(HtmlFormatter().get_style_defs(".highlight"))


def _write(path: Path, whole: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as partial:
        partial.write_text(whole, encoding="utf8")
    return path
