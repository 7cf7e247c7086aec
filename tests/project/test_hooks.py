"""What a failed load comes to: the reason the system has, or damage where the file is bad."""

import errno
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner
from configured import GLOBALS, TREES
from conftest import PROJECT
from kedro.framework.project import configure_project, pipelines
from kedro.io import AbstractDataset, DataCatalog, DatasetError, MemoryDataset
from kedro.pipeline import Pipeline
from PIL import Image, UnidentifiedImageError

from chest_xray.cli import cli
from chest_xray.datasets.pixels import PixelsDataset
from chest_xray.errors import BadPixels
from chest_xray.project.hooks import ErrorMessageHooks, ParameterHooks, ProcessHooks


class Loader(dict):
    """A configuration as it is loaded."""

    conf_source = str(PROJECT / "conf")
    runtime_params = None


def message(cause):
    """The sentence that a run ends with where a load failed for this reason."""
    configure_project("chest_xray")
    error = DatasetError("Failed while loading data from dataset X")
    error.__cause__ = cause
    with pytest.raises(click.ClickException) as raised:
        ErrorMessageHooks().on_pipeline_error(error, Pipeline([]))
    return raised.value.message


def test_a_file_that_is_not_there_is_not_called_damaged():
    shown = message(FileNotFoundError(errno.ENOENT, "No such file or directory", "told.csv"))
    assert shown.startswith("The system let nothing be read or saved at told.csv (No such file")
    assert "put the file there" in shown


@pytest.mark.parametrize("entry", [5, {"filepath": "told.csv"}])
def test_a_catalog_entry_that_is_none_is_named(entry):
    loader = Loader(
        globals=GLOBALS["test"], parameters=TREES["test"], catalog={"radiograph_table": entry}
    )
    context = SimpleNamespace(config_loader=loader, env="test")
    with pytest.raises(
        click.ClickException, match=r"'radiograph_table' is .*; it should hold a ty"
    ):
        ParameterHooks().after_context_created(context)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"type": "pandas.CSVDatset", "filepath": "told.csv"}, "CSVDatset"),
        ({"type": "pandas.CSVDataset", "path": "told.csv"}, "unexpected keyword argument 'path'"),
    ],
)
def test_a_catalog_entry_that_can_not_be_made_is_named(entry, reason):
    with pytest.raises(DatasetError) as raised:
        AbstractDataset.from_config("radiograph_table", entry)
    with pytest.raises(click.ClickException) as shown:
        ErrorMessageHooks().on_pipeline_error(raised.value, Pipeline([]))
    assert reason in shown.value.message
    assert "radiograph_table" in shown.value.message


def test_a_run_that_can_not_clear_its_folder_lets_the_next_one_in(tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(errno.EACCES, "Permission denied", str(folder))

    monkeypatch.setattr("chest_xray.project.hooks.remove_partial_files", refuse)
    catalog = DataCatalog({"data_folder": MemoryDataset(tmp_path)})
    for hooks in [ProcessHooks(), ProcessHooks()]:
        with pytest.raises(click.ClickException, match="The system let nothing be read"):
            hooks.before_pipeline_run({}, Pipeline([]), catalog)


def test_a_file_that_may_not_be_read_is_not_called_damaged():
    shown = message(PermissionError(errno.EACCES, "Permission denied", "card.json"))
    assert shown.startswith("The system let nothing be read or saved at card.json")


def test_a_picture_and_a_json_that_are_none_are_called_damaged(tmp_path):
    (tmp_path / "mean.png").write_bytes(b"half a picture")
    with pytest.raises(UnidentifiedImageError) as raised:
        Image.open(tmp_path / "mean.png")
    assert "is damaged and can't be loaded" in message(raised.value)
    assert "is damaged and can't be loaded" in message(ValueError("no json"))


@pytest.mark.parametrize(("name", "meant"), [("xyz", "; there are "), ("trainin", "did you mean")])
def test_a_pipeline_that_is_none_is_said_with_those_there_are(name, meant):
    configure_project("chest_xray")
    result = CliRunner().invoke(cli, ["run", f"--pipelines={name}"])
    assert f"there is no pipeline '{name}'; " in " ".join(result.output.split())
    assert meant in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nodes=train_baselin"], "there is no node 'train_baselin'; did you mean 'train_baseli"),
        (["--nodes=baseline"], "there is no node 'baseline'; did you mean '"),
        (["--from-nodes=zzz"], "there is no node 'zzz'; kedro registry describe lists each pipe"),
        (["--nodes=draw_phantoms"], "is a node of another pipeline; add --pipelines=phantoms."),
        (["--pipelines=phantoms", "--nodes=draw_phantom"], "did you mean 'draw_phantoms'?"),
        (["--to-outputs=baseline_metric"], "no dataset 'baseline_metric'; did you mean 'baseline"),
        (["--tags=quick"], "there is no tag 'quick': no pipeline has tags."),
        (["--env=tset"], "did you mean 'test'? There are base, cpu, demo"),
        (["--env=nothing"], "; there are base, cpu, demo"),
        (["--params=trainin.epochs=3"], "'trainin' is not known; did you mean 'training'"),
        (["--params=training.epoch=3"], "'training.epoch' (--params) is not known; did you mean"),
    ],
)
def test_a_mistyped_option_is_one_sentence_with_what_was_meant(arguments, message):
    configure_project("chest_xray")
    result = CliRunner().invoke(cli, ["run", *arguments])
    assert result.exit_code in (1, 2)
    assert message in " ".join(result.output.split())


def test_a_manifest_of_pixels_that_is_none_is_named(tmp_path):
    (tmp_path / "pixels.json").write_text('{"a": 1}')
    with pytest.raises(DatasetError, match="is no manifest of pixels") as raised:
        PixelsDataset(filepath=str(tmp_path / "pixels.json")).load()
    assert isinstance(raised.value.__cause__, BadPixels)


@pytest.mark.parametrize(
    ("arguments", "pipelines", "model"),
    [
        (["--pipelines=prediction"], ["prediction"], None),
        (["--pipeline=prediction"], ["prediction"], None),
        (
            ["--pipelines=prediction", "--params=prediction.model=tuned"],
            ["prediction_tuned"],
            "tuned",
        ),
        (
            ["--pipelines=training,prediction", "--params=prediction.model=baseline"],
            ["training", "prediction_baseline"],
            "baseline",
        ),
        (["--pipelines=prediction_tuned"], ["prediction_tuned"], "tuned"),
        (["--pipelines=training"], ["training"], None),
        ([], [], None),
    ],
)
def test_the_model_that_is_asked_for_chooses_the_pipeline(monkeypatch, arguments, pipelines, model):
    configure_project("chest_xray")
    ran = {}
    monkeypatch.setattr("chest_xray.cli.kedro_run", click.Command("run", callback=ran.update))
    result = CliRunner().invoke(cli, ["run", *arguments])
    assert result.exit_code == 0, result.output
    named = ran["pipelines"] or [name for name in [ran["pipeline"]] if name]
    assert named == pipelines
    assert ran["params"].get("prediction", {}).get("model") == model


def test_a_part_of_a_pipeline_that_lacks_what_is_never_saved_is_refused():
    configure_project("chest_xray")
    part = pipelines["tuning"].only_nodes("keep_winner")
    saved = DataCatalog({name: MemoryDataset() for name in part.inputs() - {"tuning_context"}})
    with pytest.raises(click.ClickException, match="--nodes=keep_winner,set_up_tuning"):
        ErrorMessageHooks().before_pipeline_run({}, part, saved)
    whole = pipelines["tuning"].only_nodes("set_up_tuning", "keep_winner")
    saved = DataCatalog({name: MemoryDataset() for name in whole.inputs()})
    ErrorMessageHooks().before_pipeline_run({}, whole, saved)
