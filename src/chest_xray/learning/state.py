"""The last whole epoch of a training: what an interrupted one goes on from."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import IO, Any

import pandas as pd
import torch

from chest_xray.errors import BadWeights
from chest_xray.learning.damage import DAMAGED
from chest_xray.parameters import FitParameters


@dataclass(frozen=True)
class TrainingState:
    """A training after a whole epoch.

    No random state is kept: each epoch seeds its generators from the seed and its own number.

    Attributes:
        key: Hash of everything that the result depends on (``training_key``).
        run: Name of the run in TensorBoard.
        network: What is trained: ``backbone``, ``initial_weights``, and how it was chosen.
        finished: Why training has ended, '' while it has not.
        history: One row per epoch and part.
        best_epoch: The epoch whose weights are kept, from 1.
        best_score: Its validation metric.
        weights: After this epoch.
        average: Their moving average over the steps, with the number of steps in it.
        best_weights: The moving average after the best epoch: what is kept.
        optimizer: The optimizer's state.
    """

    key: str
    run: str
    network: dict[str, Any]
    finished: str = ""
    history: list[dict[str, Any]] = field(default_factory=list)
    best_epoch: int = 0
    best_score: float = 0.0
    weights: dict[str, torch.Tensor] = field(default_factory=dict)
    average: dict[str, torch.Tensor] = field(default_factory=dict)
    best_weights: dict[str, torch.Tensor] = field(default_factory=dict)
    optimizer: dict[str, Any] = field(default_factory=dict)

    @property
    def epochs(self) -> int:
        """How many whole epochs lie behind."""
        return max((row["epoch"] for row in self.history), default=0)

    def history_table(self) -> pd.DataFrame:
        """One row per epoch and part: loss, accuracy, f1, auc, sensitivity, specificity, seconds,
        and the ``image_size`` (px) that was trained and evaluated at.
        """
        return pd.DataFrame(self.history)


def lean(state: TrainingState, keeps_weights: bool = True) -> TrainingState:
    """A finished training without what only going on with it needs; others whole.

    What is left are the weights of the best epoch, a fifth of it (45 MB of a ResNet-18), or with
    ``keeps_weights`` False, of trials of which only the history counts, no weights at all.
    """
    if not state.finished:
        return state
    kept = state.best_weights if keeps_weights else {}
    return replace(state, weights={}, average={}, best_weights=kept, optimizer={})


class StreamedState:
    """A state on its way to where it is kept, which is let go of afterwards.

    Kedro hands on what a generator yields by ``itertools.tee``, which holds the last 57 values: of
    states, gigabytes.
    """

    def __init__(self, state: TrainingState) -> None:
        self._state: TrainingState | None = state

    @property
    def state(self) -> TrainingState:
        """The state, as long as it has not been let go of."""
        if self._state is None:
            raise ValueError("This state was let go of: it is kept already.")
        return self._state

    def release_memory(self) -> None:
        """Forget the state, which is kept now."""
        self._state = None


def training_key(
    fit: FitParameters, splits: pd.DataFrame, pixels_fingerprint: str, **others: str
) -> str:
    """Hash of all that a training's result depends on.

    Args:
        fit: Only the fields of ``FitParameters`` count, whatever subclass it is.
        splits: ``image_id, label, part``.
        pixels_fingerprint: Of the pixels' manifest.
        others: The choice of backbone and weights, the hardware.
    """
    digest = hashlib.sha256()
    chosen = fit.model_dump(mode="json", include=set(FitParameters.model_fields))
    digest.update(json.dumps([chosen, pixels_fingerprint, others], sort_keys=True).encode())
    for column in ("image_id", "label", "source", "part"):
        digest.update("\n".join(splits[column]).encode())
    return digest.hexdigest()


def state_content(state: TrainingState) -> memoryview:
    """A state as a file holds it: a dictionary of tensors and plain values."""
    content = io.BytesIO()
    torch.save(asdict(state), content)
    return content.getbuffer()


def write_state(state: TrainingState, file: IO[bytes]) -> None:
    """Write a state that ``read_state`` reads."""
    # torch hides the system's error when it writes into a file itself: a full disk has no name.
    file.write(state_content(state))


def read_state(file: IO[bytes], path: str) -> TrainingState:
    """Read a state without executing anything in the file.

    Raises:
        BadWeights: The file is damaged or holds something else.
    """
    try:
        content = torch.load(io.BytesIO(file.read()), map_location="cpu", weights_only=True)
        return TrainingState(**{f.name: content[f.name] for f in fields(TrainingState)})
    except DAMAGED as error:
        raise BadWeights(
            f"{path} holds no training that can be gone on with; remove the file, and training "
            "starts from the start."
        ) from error
