"""What a notebook does where results are missing."""

import pytest
from kedro.framework.project import configure_project
from kedro.io import DataCatalog, MemoryDataset
from kedro_datasets.json import JSONDataset
from page_text import page_text

from chest_xray.errors import DamagedResult, MissingResult
from chest_xray.project.study import FailedRun, Study, maker_of
from chest_xray.reporting.data_facts import data_findings
from chest_xray.reporting.report import Report


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study of phantoms without any result."""
    configure_project("chest_xray")
    folders = {
        "data_folder": MemoryDataset(tmp_path),
        "radiographs": MemoryDataset(tmp_path / "01_raw" / "phantoms"),
    }
    return Study(DataCatalog(folders), "demo", tmp_path)


def test_a_missing_result_is_named_with_the_command_that_makes_it(study):
    with pytest.raises(MissingResult) as error:
        study.load("data_audit")
    assert error.value.command == "kedro run --env=demo --pipelines=data_processing"
    assert maker_of("baseline_card") == "training"
    assert maker_of("tuned_metrics") == "tuning"
    assert maker_of("tuned_error_table") == "error_analysis_tuned"


def test_a_result_is_loaded_without_a_line_in_the_log_and_checked_all_the_same(
    study, tmp_path, caplog
):
    caplog.set_level("INFO")
    card = {
        "type": "json.JSONDataset",
        "filepath": str(tmp_path / "card.json"),
        "validator": "chest_xray.datasets.validators.CompleteCard",
    }
    study.catalog["data_audit"] = JSONDataset(filepath=str(tmp_path / "audit.json"))
    study.catalog["data_audit"].save({"images": 1})
    assert study.load("data_audit") == {"images": 1}
    assert not [record for record in caplog.records if "Loading data" in record.message]
    checking = DataCatalog.from_config({"baseline_card": card})
    checking["baseline_card"].save({"backbone": "resnet18"})
    with pytest.raises(DamagedResult, match="lacks best_epoch, class_names"):
        Study(checking, "demo", tmp_path).load("baseline_card")


@pytest.mark.parametrize(("language", "message"), [("en", "is damaged"), ("fa", "خراب است")])
def test_a_damaged_result_is_named_and_the_rest_of_the_report_comes_out(
    study, monkeypatch, tmp_path, language, message
):
    (tmp_path / "data_audit.json").write_text('{"images": ')
    study.catalog["data_audit"] = JSONDataset(filepath=str(tmp_path / "data_audit.json"))
    with pytest.raises(DamagedResult, match=r"'data_audit' is damaged .*data_processing makes it"):
        study.load("data_audit")
    shown = []
    report = Report(study, language)
    monkeypatch.setattr(report, "_show", shown.append)
    report.say(data_findings, "data_audit")
    report.figure("baseline_curves_figure")
    assert message in shown[0]
    assert len(shown) == 2


@pytest.mark.parametrize(("language", "message"), [("en", "is missing"), ("fa", "هنوز نیست")])
def test_the_rest_of_the_report_still_comes_out(study, monkeypatch, language, message):
    shown = []
    report = Report(study, language)
    monkeypatch.setattr(report, "_show", shown.append)
    report.say(data_findings, "data_audit")
    report.figure("baseline_curves_figure")
    report.card("tuned")
    assert all(message in one for one in shown)
    assert all("kedro run --env=demo" in page_text(one) for one in shown)
    assert len(shown) == 3


def test_what_is_missing_is_run_in_order_and_a_failure_is_a_sentence(study, monkeypatch):
    commands = []
    monkeypatch.setattr(Study, "_run", lambda self, name: commands.append(name))
    known = ("phantom_truth", "data_audit", "baseline_metrics")
    monkeypatch.setattr(
        Study, "_kept", lambda self, outputs: [name for name in known if name in outputs]
    )
    study.run_missing()
    assert commands == ["phantoms", "data_processing", "training"]


def test_a_run_that_stops_says_how(study, monkeypatch, tmp_path):
    monkeypatch.setattr(Study, "_command", lambda self, name: "http.server --nonsense")
    with pytest.raises(FailedRun, match="nonsense"):
        study._run("training")
