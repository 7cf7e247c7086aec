"""What a finished study left, as the benchmarks of explanations need it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from chest_xray.deploying.new_radiographs import MAKERS
from chest_xray.versions import version_path


def tested(data: Path, model: str, count: int) -> dict[str, str]:
    """Some test images of a model, drawn without a look at them: each one's path in its folder."""
    predictions = pd.read_parquet(
        version_path(data / "07_model_output" / f"{model}_predictions.parquet", MAKERS[model])
    )
    index = pd.read_parquet(
        version_path(data / "02_intermediate" / "radiograph_index.parquet", "data_processing")
    )
    paths = index.set_index("image_id")["path"]
    names = predictions.loc[predictions["part"] == "test", "image_id"]
    return {name: paths[name] for name in names.sample(min(count, len(names)), random_state=0)}
