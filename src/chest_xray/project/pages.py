"""The report as pages that stand alone: ``kedro report --env=demo``.

Executes both notebooks on the results there are and writes ``report_en.html`` and
``report_fa.html``, and beside them the card of each model in both languages, below the
environment's ``08_reporting``.
"""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from chest_xray.errors import ChestXrayError, MissingResult, StaleResult
from chest_xray.machine.atomic_files import replacing
from chest_xray.project.study import open_study
from chest_xray.reporting import html
from chest_xray.reporting.languages import LANGUAGES, Words
from chest_xray.reporting.page import page, with_formulas
from chest_xray.reporting.report import Report

PROJECT = Path(__file__).parents[2]
NOTEBOOKS = PROJECT / "notebooks"
# A cell of this tag runs pipelines; pages are made of the results there are.
RUNS_PIPELINES = "runs-pipelines"
REPORT = Words("Chest X-ray: report", "تصویر قفسهٔ سینه: گزارش")
CARDS = {
    "baseline": Words("Chest X-ray: the first model", "تصویر قفسهٔ سینه: مدل نخست"),
    "tuned": Words("Chest X-ray: the tuned model", "تصویر قفسهٔ سینه: مدل تنظیم‌شده"),
}


class FailedReport(ChestXrayError):
    """A cell of a notebook stopped."""


def write_pages(env: str | None) -> list[Path]:
    """Write both reports, and the cards of the models that there are; their paths.

    Args:
        env: Kedro's environment; None for its default one.
    """
    study = open_study(env, PROJECT)
    folder = study.data_folder / "08_reporting"
    written = []
    for language in LANGUAGES:
        notebook = execute(NOTEBOOKS / f"report.{language}.ipynb", study.env)
        whole = page(REPORT.of(language), body(notebook), language, _code_style())
        written.append(_write(folder / f"report_{language}.html", whole))
        for model, title in CARDS.items():
            try:
                card = Report(study, language).card_page(model)
            except MissingResult:
                continue
            except StaleResult as error:
                # Not left out: the page of an earlier run would go on standing there.
                card = html.stale(error.name, error.made_from, error.command, language)
            heading = f"<h1>{title.of(language)}</h1>"
            whole = page(title.of(language), heading + card, language)
            written.append(_write(folder / f"{model}_card_{language}.html", whole))
    return written


def execute(path: Path, env: str | None) -> NotebookNode:
    """A notebook with its outputs, on the results there are: cells that run pipelines are left out.

    Args:
        path: Of the notebook; it runs in its own folder.
        env: The environment whose results it reads.

    Raises:
        FailedReport: A cell stopped.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells if RUNS_PIPELINES not in cell.metadata.get("tags", [])
    ]
    variables = os.environ | ({"KEDRO_ENV": env} if env else {})
    client = NotebookClient(
        notebook,
        timeout=None,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        executed: NotebookNode = client.execute(env=variables)
    except CellExecutionError as error:
        raise FailedReport(
            f"A cell of {path.name} stopped: {error.evalue}\n{error.traceback}"
        ) from error
    return executed


def body(notebook: NotebookNode) -> str:
    """An executed notebook as the inside of a page."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_formulas(cell.source)
    exporter = HTMLExporter(
        template_name="basic",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    converted: str = exporter.from_notebook_node(notebook)[0]
    return converted


def _code_style() -> str:
    return str(HtmlFormatter().get_style_defs(".highlight"))


def _write(path: Path, whole: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as partial:
        partial.write_text(whole, encoding="utf8")
    return path
