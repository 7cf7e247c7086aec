"""A finished study, as benchmarks of its models need it."""

from __future__ import annotations

from pathlib import Path

from chest_xray.project.study import Study, open_study

PROJECT = Path(__file__).parents[1]


def finished_study(env: str) -> Study:
    """The study of an environment; its results come through the catalog, none of them stale."""
    return open_study(env, PROJECT)


def tested(study: Study, model: str, count: int) -> dict[str, str]:
    """Some test images of a model, drawn without a look at them: each one's path in its folder."""
    predictions = study.load(f"{model}_predictions")
    paths = study.load("radiograph_index").set_index("image_id")["path"]
    names = predictions.loc[predictions["part"] == "test", "image_id"]
    return {name: paths[name] for name in names.sample(min(count, len(names)), random_state=0)}


def radiographs(study: Study, given: Path | None) -> Path:
    """The folder of the radiographs: the given one, or the one that the environment names."""
    return given or Path(study.catalog.load("radiographs"))
