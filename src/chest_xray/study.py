"""A study as a notebook sees it: results by their catalog names, and runs of what is missing."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kedro.framework.project import pipelines
from kedro.io import CatalogProtocol, DatasetError

from chest_xray.errors import ChestXrayError, DamagedResult, MissingResult

# In the order in which each finds what it needs.
STUDY = (
    "data_processing",
    "training",
    "error_analysis",
    "tuning",
    "quantization",
    "interpretability",
)
PHANTOMS = "phantoms"
# Of what a run that stopped had said: its sentence stands at the end.
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
    """

    catalog: CatalogProtocol[Any, Any]
    env: str | None
    project: Path

    @property
    def data_folder(self) -> Path:
        """Where the results are."""
        return Path(self.catalog["data_folder"].load())

    @property
    def drawn(self) -> bool:
        """Whether the radiographs are phantoms."""
        radiographs = Path(self.catalog["radiographs"].load())
        return radiographs == self.data_folder / "01_raw" / "phantoms"

    def load(self, name: str) -> Any:
        """The newest version of a result.

        Raises:
            MissingResult: There is none.
            DamagedResult: It is there, and is no such file.
        """
        self._refuse_missing(name)
        try:
            with _without_a_line_in_the_log():
                return self.catalog.load(name)
        except DatasetError as error:
            cause = error.__cause__ or error
            reason = (str(cause) or type(cause).__name__).splitlines()[0]
            raise DamagedResult(name, reason, self._command_for(name)) from error

    def picture(self, name: str) -> str:
        """The newest version of a figure: base64 of a PNG.

        Raises:
            MissingResult: There is none.
        """
        self._refuse_missing(name)
        figure: Any = self.catalog[name]
        return str(figure.preview())

    def run_missing(self) -> None:
        """Run each of the six pipelines of which a result is missing, in processes of their own.

        Raises:
            FailedRun: One of them stopped; the same call goes on from there.
        """
        if self.drawn and self._missing([PHANTOMS]):
            self._run(PHANTOMS)
        for name in self._missing(STUDY):
            self._run(name)

    def _missing(self, names: Iterable[str]) -> list[str]:
        return [
            name
            for name in names
            if not all(map(self.catalog.exists, self._kept(pipelines[name].all_outputs())))
        ]

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
            said = "".join(last).strip()
            raise FailedRun(f"{command} stopped:\n{said}")
        for output in self._kept(pipelines[name].all_outputs()):
            self.catalog.release(output)

    def _command(self, pipeline: str) -> str:
        env = f" --env={self.env}" if self.env else ""
        return f"kedro run{env} --pipelines={pipeline}"

    def _refuse_missing(self, name: str) -> None:
        if not self.catalog.exists(name):
            raise MissingResult(name, self._command_for(name))

    def _command_for(self, name: str) -> str:
        # A folder of radiographs is drawn, or data_processing says how to get one.
        return self._command(maker_of(name) or (PHANTOMS if self.drawn else STUDY[0]))


def maker_of(name: str) -> str:
    """The pipeline that makes a result, the six before all others; '' where none does."""
    known = [*STUDY, *(title for title in pipelines if title not in (*STUDY, "__default__"))]
    return next((title for title in known if name in pipelines[title].all_outputs()), "")


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
