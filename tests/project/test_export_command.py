"""``kedro export``: which results are handed on, and one sentence for what goes wrong."""

import json

import pytest
from click.testing import CliRunner

from chest_xray.cli import cli
from chest_xray.errors import MissingResult


@pytest.fixture
def export(monkeypatch, exported):
    """The command, on a study with a tuned model and nothing else."""
    data, _, card = exported
    results = {"tuned_onnx": data, "tuned_card": card, "tuned_metrics": {"n": 81}}

    class Study:
        def load(self, name):
            if name not in results:
                raise MissingResult(name, "kedro run --pipelines=quantization")
            return results[name]

    monkeypatch.setattr("chest_xray.project.study.open_study", lambda env, project: Study())
    return lambda *arguments: CliRunner().invoke(cli, ["export", "--env=test", *arguments])


def test_the_model_s_file_card_and_metrics_are_handed_on(export, exported, tmp_path):
    result = export("--model=tuned", f"--to={tmp_path / 'new'}")
    assert (result.exit_code, result.output) == (0, f"{tmp_path / 'new' / 'model.zip'}\n")
    assert (tmp_path / "new" / "model.onnx").read_bytes() == exported[0]
    card = json.loads((tmp_path / "new" / "card.json").read_text())
    assert card["test_metrics"] == {"n": 81}
    assert "Apache License" in (tmp_path / "new" / "LICENSE").read_text()


def test_what_is_missing_or_in_the_way_is_one_sentence(export, tmp_path):
    result = export(f"--to={tmp_path / 'new'}")
    message = "There is no 'quantized_onnx' yet; kedro run --pipelines=quantization makes it.\n"
    assert (result.exit_code, result.output) == (1, f"Error: {message}")
    (tmp_path / "note.txt").write_text("mine")
    result = export("--model=tuned", f"--to={tmp_path}")
    assert result.exit_code == 1
    assert result.output.endswith("is there already; --to needs a new or an empty folder.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
    assert export("--model=best", "--to=x").exit_code == 2
