"""TensorBoard's event files as a catalog entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kedro.io import AbstractDataset, DatasetError

from chest_xray.learning.tensorboard import TensorBoardRecords

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


class TensorBoardDataset(AbstractDataset[TensorBoardRecords, Any]):
    """Adds records to a run. Unversioned: a run goes on after an interruption.

    An epoch that is recorded again, because the run was killed right after it, replaces its first
    record (TensorBoard's ``purge_step``).
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> NoReturn:
        """Refused: TensorBoard reads the event files."""
        raise DatasetError(f"{self._filepath} is for TensorBoard: `make tensorboard` shows it.")

    def save(self, data: TensorBoardRecords) -> None:
        """Write the records and close the files."""
        from torch.utils.tensorboard import SummaryWriter

        folder = self._filepath / data.run
        for part, scalars in data.scalars.items():
            with SummaryWriter(str(folder / part), purge_step=data.step) as writer:
                for tag, value in scalars.items():
                    writer.add_scalar(tag, value, data.step)
        if data.layout:
            with SummaryWriter(str(folder)) as writer:
                writer.add_custom_scalars(data.layout)
        if data.figures or data.images or data.texts or data.pr_curves:
            with SummaryWriter(str(folder)) as writer:
                _add_media(writer, data)
        if data.hyperparameters:
            with SummaryWriter(str(folder / "hyperparameters")) as writer:
                _add_hyperparameters(writer, data)

    def _exists(self) -> bool:
        return self._filepath.is_dir()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


def _add_media(writer: SummaryWriter, data: TensorBoardRecords) -> None:
    for tag, figure in data.figures.items():
        writer.add_figure(tag, figure, data.step, close=False)
    for tag, images in data.images.items():
        writer.add_images(tag, images, data.step)
    for tag, text in data.texts.items():
        writer.add_text(tag, text, data.step)
    for tag, (labels, probabilities) in data.pr_curves.items():
        writer.add_pr_curve(tag, labels, probabilities, data.step)


def _add_hyperparameters(writer: SummaryWriter, data: TensorBoardRecords) -> None:
    """A row as ``add_hparams`` writes it, but without the list of its own columns.

    TensorBoard would take the first row's for all; having none, it begins with those that differ.
    """
    from torch.utils.tensorboard.summary import hparams

    metrics = {f"validation/{name}": value for name, value in data.final_metrics.items()}
    _, *start_and_end = hparams(dict(_columns(data.hyperparameters)), metrics)
    file_writer = writer._get_file_writer()
    for summary in start_and_end:
        file_writer.add_summary(summary)
    for tag, value in metrics.items():
        writer.add_scalar(tag, value)


def _columns(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Of the HParams table: a group's keys with dots, as a search names them."""
    for key, value in values.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping):
            yield from _columns(value, f"{name}.")
        else:
            yield name, value if isinstance(value, (bool, int, float, str)) else str(value)
