"""What every step of tuning works with: the parameters, and where files are kept.

Needs neither torch nor Ray, so that Kedro's nodes can name this type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chest_xray.machine.storage import Folder, Storage, storage_at
from chest_xray.parameters import ProcessParameters, TrainingParameters, TuningParameters


@dataclass(frozen=True)
class TuningContext:
    """How and where trials run.

    Attributes:
        tuning: The search and its budget.
        training: The baseline's parameters, which a trial's setting changes.
        process: Device, precision and threads.
        class_names: The second is the one looked for.
        tuning_folder: Where everything is kept that only tuning reads.
        project_folder: What a relative path of weights or of ``tuning.storage_path`` begins at.
    """

    tuning: TuningParameters
    training: TrainingParameters
    process: ProcessParameters
    class_names: list[str]
    tuning_folder: Path
    project_folder: Path

    @property
    def states(self) -> Storage:
        """Where trials keep their state, seen by every machine."""
        if self.tuning.storage_path is None:
            return Folder(self.tuning_folder / "states")
        return storage_at(self.tuning.storage_path, self.project_folder)

    @property
    def ray_folder(self) -> Path:
        """Where a Ray that ends with the search keeps its own files."""
        return self.tuning_folder / "ray"

    def full_training(self, baseline_card: Mapping[str, Any]) -> TrainingParameters:
        """The baseline's parameters, its backbone by name: what ``auto`` came to."""
        return self.training.model_copy(update={"backbone": baseline_card["backbone"]})
