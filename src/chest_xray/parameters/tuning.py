"""Parameters of the pipeline tuning."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from chest_xray.parameters.fields import ParameterGroup, Seed, StoragePlace
from chest_xray.parameters.search_space import Hyperparameter


class PooledParameters(ParameterGroup):
    """The pipeline ``pooled_comparison``: both settings on several splits."""

    splits: Annotated[int, Field(ge=2, le=10)]
    """Splits by patient, the study's own the first; no patient is tested in two."""
    epochs: Annotated[int, Field(ge=2)]
    """Most epochs of each training."""
    image_size: Literal["stored"] | Annotated[int, Field(ge=32)]
    """Most px of the images that are trained on; ``stored`` is the size of the pixels."""


class TuningParameters(ParameterGroup):
    """What is searched, within which budget, and by what the winner is chosen."""

    space: dict[str, Hyperparameter | None]
    """What is searched: one line per hyperparameter of ``training``; ``null`` removes a line."""
    searcher: Literal["tpe", "random", "grid"]
    """How settings are proposed: Optuna's TPE, at random, or every one of a grid."""
    scheduler: Literal["asha", "none"]
    """Whether ASHA stops poor trials early."""
    grace_epochs: Annotated[int, Field(ge=1)]
    """Epochs of every trial before ASHA may stop it, not counting those with a frozen backbone."""
    reduction_factor: Annotated[float, Field(gt=1)]
    """One in this many trials continues at each of ASHA's rungs."""
    trials: Annotated[int, Field(ge=1)]
    """Most trials."""
    minutes: Annotated[float, Field(gt=0)]
    """Time limit of the search; the finalists' trainings come on top."""
    trial_changes: dict[str, Any]
    """Parameters of ``training`` that differ in a trial."""
    trial_image_size: Literal["stored"] | Annotated[int, Field(ge=32)]
    """Image size of a trial in px; ``stored`` is that of the pixels."""
    criterion: Literal["loss", "accuracy", "f1", "auc"]
    """Validation metric whose mean over the seeds decides between the finalists."""
    finalists: Annotated[int, Field(ge=1)]
    """Best settings that are trained in full, beside the baseline's own."""
    seeds: Annotated[int, Field(ge=1)]
    """Trainings in full per finalist, with ``training.seed`` and the numbers after it."""
    soup: bool
    """Whether the tuned model averages the weights of the finalists' trainings (greedy soup), or is
    the winner's first training alone.
    """
    pooled: PooledParameters
    """The comparison on several splits."""
    concurrent_trials: Literal["auto"] | Annotated[int, Field(ge=1)]
    """Trials at the same time; ``auto`` takes what cores, GPUs and memory allow."""
    trial_workers: Annotated[int, Field(ge=0)]
    """Workers that share each trial's batches; 0 trains a trial in one process."""
    memory_share: Annotated[float, Field(gt=0, le=1)]
    """Share of the free memory for all trials together."""
    attempt: Annotated[int, Field(ge=0)]
    """Another number starts a new search; earlier attempts are kept."""
    seed: Seed
    """Seed of the search."""
    ray_address: str | None
    """Ray cluster to join (``auto`` or ``HOST:PORT``); ``null`` starts one for the run."""
    storage_path: StoragePlace
    """Folder or bucket (``s3://BUCKET/PATH``) of the trials' state, seen by every machine; ``null``
    is below the data folder.
    """
    dashboard: bool
    """Whether Ray starts its dashboard."""

    @property
    def searched(self) -> dict[str, Hyperparameter]:
        """The space without the lines that an environment took out (``name: null``)."""
        return {name: line for name, line in self.space.items() if line is not None}
