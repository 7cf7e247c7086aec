"""Parameters of the pipeline tuning."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from chest_xray.parameters.fields import ParameterGroup, Seed
from chest_xray.parameters.search_space import Hyperparameter


class TuningParameters(ParameterGroup):
    """What is searched, within which budget, and by what the winner is chosen."""

    space: dict[str, Hyperparameter | None]
    searcher: Literal["tpe", "random", "grid"]
    scheduler: Literal["asha", "none"]
    grace_epochs: Annotated[int, Field(ge=1)]
    reduction_factor: Annotated[float, Field(gt=1)]
    trials: Annotated[int, Field(ge=1)]
    minutes: Annotated[float, Field(gt=0)]
    trial_changes: dict[str, Any]
    trial_image_size: Literal["stored"] | Annotated[int, Field(ge=32)]
    criterion: Literal["loss", "accuracy", "f1", "auc"]
    finalists: Annotated[int, Field(ge=1)]
    seeds: Annotated[int, Field(ge=1)]
    concurrent_trials: Literal["auto"] | Annotated[int, Field(ge=1)]
    memory_share: Annotated[float, Field(gt=0, le=1)]
    attempt: Annotated[int, Field(ge=0)]
    seed: Seed
    ray_address: str | None
    storage_path: str | None
    dashboard: bool

    @property
    def searched(self) -> dict[str, Hyperparameter]:
        """The space without the lines that an environment took out (``name: null``)."""
        return {name: line for name, line in self.space.items() if line is not None}
