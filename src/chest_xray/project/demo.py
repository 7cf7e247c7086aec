"""The whole study on phantoms and its report, in one process: ``kedro demo``.

Phantoms, study and report each leave a record of what they depend on (parameters and code) and of
what they made. Where both are the same, they are not made again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.io.core import AbstractVersionedDataset

from chest_xray.errors import ChestXrayError
from chest_xray.machine.atomic_files import replacing
from chest_xray.project.commands import PHANTOMS, STUDY
from chest_xray.project.findings import below_here, tensorboard_command, viz_command
from chest_xray.project.run_display import more_follows
from chest_xray.project.study import Study, open_study

RECORD = ".demo.json"
_PACKAGE = Path(__file__).parents[1]
_PROJECT = _PACKAGE.parents[1]
_CATALOG = _PROJECT / "conf" / "base" / "catalog"
# The code and the conf that each step depends on.
_SOURCES = {
    "phantoms": (_PACKAGE / "phantoms", _PACKAGE / "pipelines" / "phantoms"),
    "study": (_PACKAGE, _CATALOG),
    "report": (_PACKAGE, _CATALOG, _PROJECT / "notebooks"),
}

logger = logging.getLogger(__name__)


class NoPhantoms(ChestXrayError):
    """The environment's radiographs are not phantoms."""


def run_demo(env: str, changed: dict[str, Any]) -> None:
    """Draw phantoms, run the study on them and write its report; what is up to date is skipped.

    Args:
        env: Kedro's environment, whose radiographs are phantoms.
        changed: Parameters that differ from the environment's, as ``--params`` gives them.

    Raises:
        NoPhantoms: The environment's radiographs are others.
    """
    study = open_study(env, _PROJECT, changed)
    if not study.uses_phantoms:
        raise NoPhantoms(
            f"The radiographs of the environment {env} are no phantoms; kedro run --env={env} and "
            f"kedro report --env={env} run the study on these."
        )
    path = study.data_folder / RECORD
    record = _read(path)
    skipped = []
    for step in _SOURCES:
        depends_on = _depends_on(step, study)
        made = _made(step, study)
        if made and record.get(step) == [depends_on, made]:
            skipped.append(step)
            continue
        _make(step, study, env, changed)
        # A catalog keeps the versions that it has found.
        study = open_study(env, _PROJECT, changed)
        record = record | {step: [depends_on, _made(step, study)]}
        with replacing(path) as partial:
            partial.write_text(json.dumps(record, indent=1))
    if skipped:
        logger.info(
            "Up to date and not made again: %s (all are made again without %s).",
            ", ".join(skipped),
            below_here(path),
        )
    logger.info("The report: %s", ", ".join(below_here(page) for page in _pages(study)))
    logger.info("Next: %s, %s", tensorboard_command(study.data_folder), viz_command(env))


def _make(step: str, study: Study, env: str, changed: dict[str, Any]) -> None:
    if step == "report":
        from chest_xray.project.pages import write_pages

        write_pages(env, changed)
        return
    if step == "phantoms":
        # Those of other parameters have other names, and would be listed beside the new ones.
        for folder in ("phantoms", "phantom_lesions"):
            shutil.rmtree(study.data_folder / "01_raw" / folder, ignore_errors=True)
    name = PHANTOMS if step == "phantoms" else "__default__"
    # Its type lacks what a KedroSession's run has.
    session: Any = KedroSession.create(_PROJECT, env=env, runtime_params=changed)
    with session, more_follows():
        session.run(pipeline_names=[name])


def _depends_on(step: str, study: Study) -> str:
    parameters = study.catalog.load("parameters")
    chosen = parameters[PHANTOMS] if step == "phantoms" else parameters
    found = hashlib.sha256(json.dumps(chosen, sort_keys=True, default=str).encode())
    for path in _files(_SOURCES[step]):
        found.update(str(path.relative_to(_PROJECT)).encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _files(folders: Iterable[Path]) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
    )


def _made(step: str, study: Study) -> str:
    """What tells a step's results from those of other runs; '' where one is missing or stale."""
    if step == "phantoms":
        if study.reason_to_run(PHANTOMS):
            return ""
        truth = study.data_folder / "01_raw" / "phantom_truth.parquet"
        return f"{_times([truth])} {len(study.catalog.load('phantom_radiographs'))}"
    if any(study.reason_to_run(name) for name in STUDY):
        return ""
    results = _versions(study)
    if step == "study":
        return results
    pages = _pages(study)
    return f"{results} {_times(pages)} {_times(_notes(study))}" if pages else ""


def _versions(study: Study) -> str:
    """The newest version of every result of the study, in one hash."""
    datasets = {
        name: study.catalog[name]
        for name in sorted(set().union(*(pipelines[one].all_outputs() for one in STUDY)))
        if name in study.catalog
    }
    versions = {
        name: dataset.resolve_load_version()
        for name, dataset in datasets.items()
        if isinstance(dataset, AbstractVersionedDataset)
    }
    return hashlib.sha256(json.dumps(versions).encode()).hexdigest()


def _pages(study: Study) -> list[Path]:
    return sorted((study.data_folder / "08_reporting").glob("report_*.html"))


def _notes(study: Study) -> list[Path]:
    """What a person wrote about errors, which the report shows."""
    return sorted((study.data_folder / "08_reporting").glob("*_error_notes.csv"))


def _times(paths: Iterable[Path]) -> list[int]:
    return [path.stat().st_mtime_ns for path in paths]


def _read(path: Path) -> dict[str, list[str]]:
    try:
        record = json.loads(path.read_text())
    except (OSError, ValueError):
        # Without a record everything is made.
        return {}
    return record if isinstance(record, dict) else {}
