"""The demo makes what is missing or out of date, and nothing else."""

import pytest
from click.testing import CliRunner
from kedro.framework.project import configure_project

from chest_xray.cli import cli
from chest_xray.project import demo

pytestmark = pytest.mark.whole


@pytest.fixture
def made(study, monkeypatch):
    """Which steps a demo of finished results makes, given the parameters that differ."""
    configure_project("chest_xray")
    monkeypatch.setenv("CHEST_XRAY_TEST_ROOT", str(study))
    steps = []

    def make(step, *others):
        steps.append(step)
        if step == "report":
            (study / "08_reporting" / "report_en.html").write_text(f"page {len(steps)}")

    monkeypatch.setattr(demo, "_make", make)

    def run(changed=None):
        steps.clear()
        demo.run_demo("test", changed or {})
        return list(steps)

    return run


def test_what_is_up_to_date_is_skipped_with_one_message(made, caplog):
    caplog.set_level("INFO")
    assert made() == ["phantoms", "study", "report"]
    caplog.clear()
    assert made() == []
    told = [one.getMessage() for one in caplog.records if "not made again" in one.getMessage()]
    assert len(told) == 1
    assert "phantoms, study, report" in told[0]


def test_only_what_changed_is_made_again(made, study):
    made()
    assert made({"training": {"epochs": 4}}) == ["study", "report"]
    assert made({"training": {"epochs": 4}}) == []
    (study / "08_reporting" / "baseline_error_notes.csv").touch()
    assert made({"training": {"epochs": 4}}) == ["report"]
    # Somebody drew others in between.
    (study / "01_raw" / "phantom_truth.parquet").touch()
    assert made({"training": {"epochs": 4}}) == ["phantoms"]
    next((study / "08_reporting" / "tuned_metrics.json").glob("*/*.json")).unlink()
    assert made({"training": {"epochs": 4}}) == ["study", "report"]


def test_an_environment_of_other_radiographs_is_refused():
    configure_project("chest_xray")
    answered = CliRunner().invoke(cli, ["demo", "--env=base"])
    assert answered.exit_code == 1
    assert "The radiographs of the environment base are no phantoms" in answered.output
