"""A study as a notebook sees it: results by their catalog names, and runs of what is missing."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from kedro.io import CatalogProtocol, DatasetError

from chest_xray.errors import (
    ChestXrayError,
    DamagedResult,
    MissingResult,
    StaleResult,
    UnknownOrigin,
)
from chest_xray.project.commands import PHANTOMS, STUDY, maker_of, node_of, run_command
from chest_xray.project.lineage import outdated, parameters_given, read_lineage
from chest_xray.reporting.figure_texts import DRAWN_IN, drawn_in, png_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from chest_xray.reporting.languages import Language
    from chest_xray.reporting.summary_facts import Provenance

# What the pipelines of other folders are called by, each model's too.
ELSEWHERE = "external_validation"
# Of the output of a run that stopped: its message stands at the end.
_LINES_KEPT = 15


class FailedRun(ChestXrayError):
    """A pipeline that a notebook started and that stopped."""


@dataclass(frozen=True)
class Study:
    """Results of one environment.

    Attributes:
        catalog: Kedro's, of that environment.
        env: The environment's name, or None for Kedro's default one.
        project: The project's folder.
        folder: The name of the other folder whose results these are too; NAME for none.
        figures: Those drawn again so far, by language and catalog entry.
    """

    catalog: CatalogProtocol[Any, Any]
    env: str | None
    project: Path
    folder: str = "NAME"
    figures: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def data_folder(self) -> Path:
        """Where the results are."""
        return Path(self.catalog["data_folder"].load())

    @property
    def uses_phantoms(self) -> bool:
        """Whether the radiographs are phantoms."""
        radiographs = Path(self.catalog["radiographs"].load())
        return radiographs == self.data_folder / "01_raw" / "phantoms"

    def load(self, name: str) -> Any:
        """The newest version of a result.

        Raises:
            MissingResult: There is none.
            StaleResult: It was made from another index, split or model than the newest.
            DamagedResult: It is there, and is no such file.
        """
        self._refuse_missing(name)
        self._refuse_stale(name)
        try:
            with _without_a_line_in_the_log():
                return self.catalog.load(name)
        except DatasetError as error:
            cause = error.__cause__ or error
            reason = (str(cause) or type(cause).__name__).splitlines()[0]
            raise DamagedResult(name, reason, self.command_for(name)) from error

    def picture(self, name: str, language: Language) -> str:
        """The newest version of a figure: base64 of a PNG.

        The pipelines draw and keep figures in English; in another language a figure is drawn
        again, by the same node, from the same results and with the parameters of that run.

        Args:
            name: Of its catalog entry.
            language: Of its texts.

        Raises:
            MissingResult: There is none.
            StaleResult: It was made from another index, split or model than the newest.
            OtherVersion: It does not say with which parameters it was drawn.
        """
        self._refuse_missing(name)
        self._refuse_stale(name)
        if language.code == DRAWN_IN:
            figure: Any = self.catalog[name]
            return str(figure.preview())
        with drawn_in(language):
            return png_of(self._drawn(name, language.code))

    def _drawn(self, name: str, code: str) -> Figure:
        # A node draws several figures.
        key = (code, name)
        if key not in self.figures:
            node = node_of(name)
            inputs = {one: self._given(one, name) for one in node.inputs}
            drawn = node.run(inputs)
            self.figures.update({(code, one): figure for one, figure in drawn.items()})
        return cast("Figure", self.figures[key])

    def _given(self, one: str, name: str) -> Any:
        """What the node of a figure was given: its parameters then, not those in conf/ today."""
        newest = self.load(one)
        if not one.startswith("params:"):
            return newest
        return parameters_given(name, self.catalog[name], one, type(newest))

    @property
    def elsewhere_command(self) -> str:
        """The command that measures the models on another folder."""
        return self._command(ELSEWHERE)

    @property
    def tensorboard_command(self) -> str:
        """The command that opens the trainings of this environment."""
        folder = self.data_folder
        if folder.is_relative_to(self.project):
            folder = folder.relative_to(self.project)
        return f"make tensorboard ROOT={folder}"

    @property
    def provenance(self) -> Provenance:
        """When and with what a page is made now."""
        from chest_xray.project.provenance import provenance

        return provenance(self.project)

    def elsewhere(self) -> Sequence[Study]:
        """The same study with the results of one other folder each, of every folder there is."""
        there = (self.data_folder / "08_reporting" / "external").glob("[!.]*")
        names = sorted(path.name for path in there if path.is_dir())
        return [
            replace(
                open_study(self.env, self.project, {"external_validation": {"name": name}}),
                folder=name,
            )
            for name in names
        ]

    def run_missing(self) -> None:
        """Run each of the six pipelines of which a result is missing or made from another index,
        split or model than the newest, in processes of their own.

        Raises:
            FailedRun: One of them stopped; the same call goes on from there.
        """
        for name in (PHANTOMS, *STUDY) if self.uses_phantoms else STUDY:
            wanted = self.reason_to_run(name)
            if wanted:
                print(wanted, flush=True)  # noqa: T201
                self._run(name)

    def reason_to_run(self, pipeline: str) -> str:
        """Why a pipeline has to run, '' where all that it makes is there and up to date."""
        for name in self._kept(pipelines[pipeline].all_outputs()):
            try:
                self._refuse_missing(name)
                self._refuse_stale(name)
            except (MissingResult, StaleResult) as error:
                return str(error)
        return ""

    def _kept(self, outputs: Iterable[str]) -> list[str]:
        return [name for name in sorted(outputs) if name in self.catalog]

    def _run(self, name: str) -> None:
        command = self._command(name)
        print(command, flush=True)  # noqa: T201
        arguments = [sys.executable, "-m", *command.split()]
        with subprocess.Popen(
            arguments, cwd=self.project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as running:
            last: deque[str] = deque(maxlen=_LINES_KEPT)
            for line in running.stdout or ():
                print(line, end="", flush=True)  # noqa: T201
                last.append(line)
        if running.returncode:
            message = "".join(last).strip()
            raise FailedRun(f"{command} stopped:\n{message}")
        for output in self._kept(pipelines[name].all_outputs()):
            self.catalog.release(output)

    def _command(self, pipeline: str) -> str:
        command = run_command(pipeline, self.env)
        if not pipeline.startswith(ELSEWHERE):
            return command
        return (
            f"{command} --params=external_validation.radiographs_path=DIR,"
            f"external_validation.name={self.folder}"
        )

    def _refuse_missing(self, name: str) -> None:
        if not self.catalog.exists(name):
            raise MissingResult(name, self.command_for(name))

    def _refuse_stale(self, name: str) -> None:
        try:
            root = outdated(read_lineage(name, self.catalog[name]) or {}, self.catalog)
        except UnknownOrigin as error:
            command = self.command_for(error.name)
            raise UnknownOrigin(error.name, error.version, command) from error
        if root:
            raise StaleResult(name, root, self.command_for(name))

    def command_for(self, name: str) -> str:
        """The command that makes a result."""
        # A folder of radiographs is drawn, or data_processing says how to get one.
        return self._command(maker_of(name) or (PHANTOMS if self.uses_phantoms else STUDY[0]))


def open_study(
    env: str | None, project: Path, runtime_params: dict[str, Any] | None = None
) -> Study:
    """The study of an environment, through the project's catalog.

    Args:
        env: Kedro's environment; None for its default one.
        project: The project's folder.
        runtime_params: As ``--params`` gives them.
    """
    bootstrap_project(project)
    session = KedroSession.create(project_path=project, env=env, runtime_params=runtime_params)
    with session:
        context = session.load_context()
        return Study(context.catalog, context.env, project)


@contextmanager
def _without_a_line_in_the_log() -> Iterator[None]:
    # A notebook would show one above each figure and table.
    log = logging.getLogger("kedro.io.data_catalog")
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(level)
