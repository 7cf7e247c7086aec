"""Every result knows what it was made from, and what doesn't belong together is refused."""

import json
from pathlib import Path

import click
import pandas as pd
import pytest
from kedro.framework.hooks.manager import _create_hook_manager
from kedro.framework.project import configure_project
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline
from kedro.runner import SequentialRunner
from matplotlib.figure import Figure
from pydantic import BaseModel

from chest_xray.errors import MixedResults, OtherVersion, StaleResult, UnknownOrigin
from chest_xray.machine.versions import lineage_path
from chest_xray.project import study as study_module
from chest_xray.project.lineage import LineageHooks, outdated, read_lineage
from chest_xray.project.study import Study
from chest_xray.radiographs.splitting import splits_hash

FIRST = "2026-01-01T00.00.00.000Z"
SECOND = "2026-01-02T00.00.00.000Z"
# By catalog name, how the small study below keeps it.
ENTRIES = {
    "splits": "chest_xray.datasets.atomic.ParquetDataset",
    "baseline_weights": "chest_xray.datasets.safetensors.SafetensorsDataset",
    "baseline_card": "chest_xray.datasets.atomic.JSONDataset",
    "baseline_predictions": "chest_xray.datasets.atomic.ParquetDataset",
    "baseline_metrics": "chest_xray.datasets.atomic.JSONDataset",
    "samples_figure": "chest_xray.datasets.atomic.MatplotlibDataset",
}

# What a card says of how a model decides, beside its weights.
DECIDING = {"class_names": [], "test_time_views": 1, "temperature": 1.0, "threshold": 0.5}


@pytest.fixture
def small_study(tmp_path):
    """A function that runs nodes of a study of four results, and its folder."""
    configure_project("chest_xray")

    def run(*nodes, version=FIRST, load_versions=None, samples=4):
        catalog = catalog_of(tmp_path, version, load_versions, samples)
        hooks = LineageHooks()
        manager = _create_hook_manager()
        manager.register(hooks)
        pipeline = Pipeline(list(nodes))
        hooks.before_pipeline_run({"load_versions": load_versions}, pipeline, catalog)
        SequentialRunner().run(pipeline, catalog, hook_manager=manager)
        return catalog

    return run


class Shown(BaseModel):
    """Parameters of a figure."""

    samples: int


def catalog_of(folder, version=None, load_versions=None, samples=4):
    config = {
        name: {"type": kind, "filepath": str(folder / f"{name}.file"), "versioned": True}
        for name, kind in ENTRIES.items()
    }
    config["tuning_state"] = {
        "type": "chest_xray.datasets.streams.JsonStreamDataset",
        "filepath": str(folder / "search.json"),
    }
    catalog = DataCatalog.from_config(config, load_versions=load_versions, save_version=version)
    catalog["params:shown"] = MemoryDataset(Shown(samples=samples))
    return catalog


def lineage_of(entry, version=FIRST):
    return Path(lineage_path(entry, version))


def split_of(seed):
    return pd.DataFrame(
        {"image_id": ["a", "b"], "label": ["x", "y"], "part": ["train", "test"][:: 1 - 2 * seed]}
    )


def split(seed):
    return Node(lambda: split_of(seed), None, "splits", name="split")


def train(value):
    import torch

    return Node(
        lambda splits: {"w": torch.full((2,), float(value))},
        "splits",
        "baseline_weights",
        name="train",
    )


PREDICT = Node(
    lambda weights, splits: splits,
    ["baseline_weights", "splits"],
    "baseline_predictions",
    name="predict",
)
MEASURE = Node(
    lambda predictions, weights: {"n": 2},
    ["baseline_predictions", "baseline_weights"],
    "baseline_metrics",
    name="measure",
)


def test_a_result_takes_over_what_its_inputs_were_made_from(small_study):
    catalog = small_study(split(0), train(1), PREDICT, MEASURE)
    lineage = read_lineage("baseline_metrics", catalog["baseline_metrics"])
    assert lineage["splits"] == splits_hash(split_of(0))
    assert set(lineage) == {"splits", "baseline_weights"}
    assert outdated(lineage, catalog) == ""


def test_a_model_of_another_split_is_refused_with_both_and_the_command(small_study, tmp_path):
    small_study(split(0), train(1))
    small_study(split(1), version=SECOND)
    with pytest.raises(click.ClickException) as error:
        small_study(PREDICT, version="2026-01-03T00.00.00.000Z")
    message = error.value.message
    assert message.startswith("'baseline_weights' was made from the splits ")
    for seed in (0, 1):
        assert splits_hash(split_of(seed))[:10] in message
    assert message.endswith("kedro run --pipelines=training makes 'baseline_weights' again.")
    assert not (tmp_path / "baseline_predictions.file").exists()


def test_the_splits_of_its_run_can_be_asked_for_and_the_result_is_stale(small_study, tmp_path):
    small_study(split(0), train(1))
    small_study(split(1), version=SECOND)
    small_study(PREDICT, version=SECOND, load_versions={"splits": FIRST})
    study = Study(catalog_of(tmp_path), "demo", tmp_path)
    with pytest.raises(StaleResult, match=r"made from another 'splits' than the newest"):
        study.load("baseline_predictions")


def test_results_of_one_node_know_each_other(small_study):
    """Weights and card come from one node: a later card beside earlier weights is refused."""
    import torch

    def trained(value):
        weights = {"w": torch.full((2,), float(value))}
        card = DECIDING | {"weights_hash": value}
        return Node(
            lambda splits: (weights, card),
            "splits",
            ["baseline_weights", "baseline_card"],
            name="train",
        )

    catalog = small_study(split(0), trained(1))
    card = read_lineage("baseline_card", catalog["baseline_card"])
    weights = read_lineage("baseline_weights", catalog["baseline_weights"])
    assert card["baseline_weights"] == weights["baseline_weights"]
    small_study(trained(2), version=SECOND)
    both = Node(
        lambda weights, card: {"n": 2},
        ["baseline_weights", "baseline_card"],
        "baseline_metrics",
        name="measure",
    )
    with pytest.raises(click.ClickException, match="results of both are never mixed"):
        small_study(
            both, version="2026-01-03T00.00.00.000Z", load_versions={"baseline_weights": FIRST}
        )


def test_predictions_of_another_model_are_refused(small_study):
    small_study(split(0), train(1), PREDICT)
    small_study(train(2), version=SECOND)
    with pytest.raises(click.ClickException, match="was made from the first model"):
        small_study(MEASURE, version=SECOND)


def test_what_a_run_itself_makes_is_not_mixed_with_what_was_there(small_study):
    small_study(split(0), train(1))
    with pytest.raises(MixedResults, match=r"'baseline_weights' was made from the splits"):
        small_study(split(1), PREDICT, version=SECOND)


def test_the_same_splits_and_weights_made_again_are_the_same(small_study, tmp_path):
    small_study(split(0), train(1), PREDICT)
    small_study(split(0), train(1), version=SECOND)
    small_study(MEASURE, version=SECOND)
    assert Study(catalog_of(tmp_path), None, tmp_path).load("baseline_metrics") == {"n": 2}


def test_a_result_that_says_nothing_of_its_origin_is_refused(small_study, tmp_path):
    small_study(split(0), train(1))
    lineage_of(tmp_path / "baseline_weights.file").unlink()
    with pytest.raises(click.ClickException, match=f"Version {FIRST} of 'baseline_weights'"):
        small_study(PREDICT, version=SECOND)
    with pytest.raises(UnknownOrigin, match=r"kedro run --env=demo --pipelines=training makes it"):
        Study(catalog_of(tmp_path), "demo", tmp_path).load("baseline_weights")


def test_lineage_is_there_before_the_result(small_study, tmp_path):
    def fails():
        return {"n": {1, 2}}

    with pytest.raises(Exception, match="JSON"):
        small_study(Node(fails, None, "baseline_metrics", name="fail"))
    assert json.loads(lineage_of(tmp_path / "baseline_metrics.file").read_text()) == {}
    assert not catalog_of(tmp_path).exists("baseline_metrics")


def test_a_study_runs_again_what_is_stale(small_study, tmp_path, monkeypatch):
    small_study(split(0), train(1), PREDICT, MEASURE)
    small_study(split(1), version=SECOND)
    study = Study(catalog_of(tmp_path), None, tmp_path)
    monkeypatch.setattr(Study, "uses_phantoms", False)
    monkeypatch.setattr(Study, "_kept", lambda self, names: sorted(set(names) & set(ENTRIES)))
    ran = []
    monkeypatch.setattr(Study, "_run", lambda self, name: ran.append(name))
    study.run_missing()
    assert ran == ["training"]


@pytest.mark.whole
def test_a_model_is_not_measured_on_another_split_of_its_own_images(kedro, study, tmp_path):
    """As somebody did: the study, another seed, and then a pipeline that measures."""
    other = "--params=data_processing.seed=8"
    assert kedro("run", "--env=test", "--pipelines=data_processing", other).returncode == 0
    kept = sorted(tmp_path.rglob("*"))
    for pipeline, maker in (("quantization", "training"), ("error_analysis_tuned", "tuning")):
        refused = kedro("run", "--env=test", f"--pipelines={pipeline}")
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr
        again = f"are never mixed. kedro run --env=test --pipelines={maker} makes"
        assert again in refused.stderr
    assert sorted(tmp_path.rglob("*")) == kept
    nowhere = "--load-versions=baseline_weights:2020-01-01T00.00.00.000Z"
    refused = kedro("run", "--env=test", "--pipelines=error_analysis", nowhere)
    assert refused.returncode == 1
    assert "There is no version 2020-01-01T00.00.00.000Z of 'baseline_weights'" in refused.stderr


def test_a_version_of_what_is_not_loaded_is_not_ignored(small_study):
    small_study(split(0), train(1))
    with pytest.raises(click.ClickException, match="'splits', which this run doesn't load"):
        small_study(split(1), version=SECOND, load_versions={"splits": FIRST})
    with pytest.raises(click.ClickException, match=rf"no version {SECOND} of 'splits'.*{FIRST}"):
        small_study(train(2), version=SECOND, load_versions={"splits": SECOND})


def test_a_version_folder_without_its_file_and_an_entry_without_versions_are_refused(
    small_study, tmp_path
):
    small_study(split(0))
    stopped = tmp_path / "splits.file" / SECOND
    stopped.mkdir()
    with pytest.raises(click.ClickException, match=rf"no version {SECOND} of 'splits'.*{FIRST}"):
        small_study(train(1), version=SECOND, load_versions={"splits": SECOND})
    from_state = Node(lambda state: {"n": 1}, "tuning_state", "baseline_metrics", name="tabulate")
    with pytest.raises(click.ClickException, match="'tuning_state', which has no versions"):
        small_study(from_state, version=SECOND, load_versions={"tuning_state": FIRST})


def test_the_same_weights_at_another_threshold_are_another_model(small_study):
    def trained(threshold):
        card = DECIDING | {"weights_hash": "w", "threshold": threshold}
        return Node(lambda splits: card, "splits", "baseline_card", name="train")

    predict = Node(
        lambda card, splits: splits,
        ["baseline_card", "splits"],
        "baseline_predictions",
        name="predict",
    )
    measure = Node(
        lambda predictions, card: {"n": 2},
        ["baseline_predictions", "baseline_card"],
        "baseline_metrics",
        name="measure",
    )
    small_study(split(0), trained(0.5), predict, measure)
    small_study(trained(0.9), version=SECOND)
    with pytest.raises(
        click.ClickException,
        match=r"'baseline_predictions' was made from the "
        r"first model's card .* and 'baseline_card' from",
    ):
        small_study(measure, version="2026-01-03T00.00.00.000Z")


def test_a_stream_that_a_run_starts_from_has_its_lineage(small_study, tmp_path):
    def steps(splits):
        for number in range(3):
            yield {"trials": number}

    search = Node(steps, "splits", "tuning_state", name="search")
    tabulate = Node(
        lambda state, splits: state, ["tuning_state", "splits"], "baseline_metrics", name="tabulate"
    )
    small_study(split(0), search)
    catalog = small_study(tabulate, version=SECOND)
    lineage = read_lineage("baseline_metrics", catalog["baseline_metrics"])
    assert lineage == {"splits": splits_hash(split_of(0))}
    small_study(split(1), version="2026-01-03T00.00.00.000Z")
    with pytest.raises(click.ClickException, match="'tuning_state' was made from the splits"):
        small_study(tabulate, version="2026-01-04T00.00.00.000Z")
    lineage_of(tmp_path / "search.json", "stream").unlink()
    with pytest.raises(click.ClickException, match=r"^'tuning_state' doesn't say"):
        small_study(tabulate, version="2026-01-04T00.00.00.000Z")


def test_pixels_of_another_environment_are_refused_before_anything_is_computed(tmp_path):
    configure_project("chest_xray")
    folder = tmp_path / "pixels.json" / FIRST
    folder.mkdir(parents=True)
    kept = lineage_of(tmp_path / "pixels.json")
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps({"pixels": f"{'f' * 64} at 128 px"}))
    (folder / "pixels.json").write_text("{}")
    entry = {
        "type": "chest_xray.datasets.atomic.JSONDataset",
        "filepath": str(tmp_path / "pixels.json"),
        "versioned": True,
    }
    catalog = DataCatalog.from_config({"pixels": entry})
    pipeline = Pipeline([Node(lambda pixels: 1, "pixels", "trained", name="train")])
    hooks = LineageHooks()
    catalog["params:data_processing.image_size"] = 128
    hooks.before_pipeline_run({}, pipeline, catalog)
    catalog["params:data_processing.image_size"] = 224
    with pytest.raises(click.ClickException) as error:
        hooks.before_pipeline_run({}, pipeline, catalog)
    for part in (
        "made with data_processing.image_size=128, and data_processing.image_size is 224 in",
        "--pipelines=data_processing makes them",
        "--params=data_processing.image_size=128 uses",
    ):
        assert part in error.value.message

    catalog["params:data_processing.image_size"] = 128
    catalog["params:data_processing.intensity_normalization"] = "none"
    hooks.before_pipeline_run({}, pipeline, catalog)
    kept.write_text(json.dumps({"pixels": f"{'f' * 64} at 128 px, clahe"}))
    with pytest.raises(click.ClickException, match=r"normalization=clahe, and .* is none in"):
        hooks.before_pipeline_run({}, pipeline, catalog)
    catalog["params:data_processing.intensity_normalization"] = "clahe"
    hooks.before_pipeline_run({}, pipeline, catalog)


def draw(shown):
    figure = Figure()
    figure.suptitle(f"{shown.samples} samples")
    return figure


DRAW = Node(draw, "params:shown", "samples_figure", name="draw")


def test_a_figure_is_drawn_again_with_the_parameters_of_its_run(small_study, tmp_path, monkeypatch):
    monkeypatch.setattr(study_module, "node_of", lambda name: DRAW)
    small_study(DRAW, samples=9)
    study = Study(catalog_of(tmp_path, samples=2), "demo", tmp_path)
    assert study._drawn("samples_figure", "fa").get_suptitle() == "9 samples"
    # What a version was made from stands beside its parameters, and is not mixed with them.
    assert read_lineage("samples_figure", study.catalog["samples_figure"]) == {}
    lineage_of(tmp_path / "samples_figure.file").write_text("{}")
    with pytest.raises(OtherVersion, match="kept no such params:shown"):
        Study(catalog_of(tmp_path), "demo", tmp_path)._drawn("samples_figure", "fa")
