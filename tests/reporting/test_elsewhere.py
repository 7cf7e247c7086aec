"""What is shown of another hospital's films is what was measured there."""

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from page_text import page_text
from reporting.test_facts import AUDIT as INSIDE_AUDIT
from reporting.test_facts import METRICS as INSIDE

from chest_xray.errors import MissingResult, StaleResult
from chest_xray.reporting import report as reports
from chest_xray.reporting.baseline_facts import associations_table, baselines_table
from chest_xray.reporting.captions import caption
from chest_xray.reporting.external_facts import (
    elsewhere_table,
    external_findings,
    lesion_findings,
    lesions_table,
    outside_baselines_table,
    outside_folder_findings,
    subgroups_table,
)
from chest_xray.reporting.external_figures import external_audit_figure, external_figure
from chest_xray.reporting.html import table
from chest_xray.reporting.languages import LANGUAGES, in_every_language, language
from chest_xray.reporting.limit_facts import elsewhere_limits
from chest_xray.reporting.messages import message
from chest_xray.reporting.report import Report
from chest_xray.reporting.summary_facts import Provenance

SAMPLES = Path(__file__).parent / "samples"
METRICS, AUDIT, LESIONS = (
    json.loads((SAMPLES / f"external_{name}.json").read_text(encoding="utf8"))
    for name in ("metrics", "audit", "lesions")
)
INSIDE_ROC = [[0.0, 0.0], [0.0, 0.9], [0.1, 1.0], [1.0, 1.0]]
NOTHING = {"value": None, "low": None, "high": None}


def area(value, width=0.05):
    return {"value": value, "low": value - width, "high": value + width}


def english(messages):
    return in_every_language(messages)["en"]


def line(axis, label):
    return next(one for one in axis.get_lines() if str(one.get_label()).startswith(label))


def unmeasured(metrics):
    """The same films, of which nothing has an interval or could be compared."""
    empty = {name: NOTHING if isinstance(one, dict) else one for name, one in metrics.items()}
    return empty | {
        "inside": metrics["inside"],
        "calibration": {"intercept": NOTHING, "slope": NOTHING},
        "local_threshold": None,
        "warned": {"share": area(0.0), "by": {}, "warned": None, "not_warned": None},
        "balanced_auc": None,
        "baselines": dict.fromkeys(metrics["baselines"]),
        "strongest_baseline": None,
        "subgroups": [],
        "columns_left_out": [],
        "roc": [],
        "reliability": [],
        "decision_curve": [],
    }


# Figures


def test_the_roc_of_both_sources_and_the_strongest_baseline_are_in_one_picture():
    roc = external_figure(METRICS, INSIDE_ROC).axes[0]
    inside, outside = line(roc, "inside"), line(roc, "nih_adults: AUC")
    np.testing.assert_allclose(inside.get_xydata(), INSIDE_ROC)
    np.testing.assert_allclose(outside.get_xydata(), METRICS["roc"])
    assert "0.997 (0.988 to 0.999)" in inside.get_label()
    assert "0.409 (0.357 to 0.461)" in outside.get_label()
    texts = [text.get_text() for text in roc.get_legend().get_texts()]
    assert "nih_adults by texture alone: AUC 0.878 (0.838 to 0.909)" in texts


def test_reliability_and_decision_curve_hold_what_was_measured():
    _, reliability, decision, _ = external_figure(METRICS, INSIDE_ROC).axes
    (points,) = reliability.collections
    expected = [[row["predicted"], row["observed"]] for row in METRICS["reliability"]]
    np.testing.assert_allclose(points.get_offsets(), expected)
    title = reliability.get_legend().get_title().get_text()
    assert title == "intercept -1.420 (-1.660 to -1.180)\nslope -0.170 (-0.270 to -0.060)"
    for label, name in (("model", "model"), ("call every", "all"), ("call none", "none")):
        benefit = [row[name] for row in METRICS["decision_curve"]]
        np.testing.assert_allclose(line(decision, label).get_ydata(), benefit)


def test_the_forest_has_a_line_for_each_subgroup_below_its_column():
    forest = external_figure(METRICS, INSIDE_ROC).axes[3]
    rows = METRICS["subgroups"]
    assert [text.get_text() for text in forest.get_yticklabels()] == [r["value"] for r in rows]
    texts = [text.get_text() for text in forest.texts]
    for row in rows:
        assert row["column"] in texts
        assert str(row["n"]) in texts
    assert "0.409 (0.324 to 0.495)" in texts
    assert "not measured" in texts
    ends = [tuple(one.get_xdata()) for one in forest.get_lines() if len(one.get_xdata()) == 2]
    for row in rows:
        if row["auc"]["low"] is not None:
            assert (row["auc"]["low"], row["auc"]["high"]) in ends
    assert len(set(forest.get_yticks())) == len(rows)


def test_nothing_measured_is_drawn_as_nothing_and_dollars_are_no_formula():
    figure = external_figure(unmeasured(METRICS | {"name": "a$b$"}), [])
    figure.canvas.draw()
    assert "No subgroups" in figure.axes[3].texts[0].get_text()
    audit = copy.deepcopy(AUDIT) | {"name": "a$b$", "film_measures": {}}
    audit["texture_baseline"]["cross_validated"] = None
    figure = external_audit_figure(audit)
    figure.canvas.draw()
    assert "not measured" in [text.get_text() for text in figure.axes[0].texts]


def test_the_audit_draws_baselines_with_intervals_and_measures_by_share():
    telling, unlike = external_audit_figure(AUDIT).axes
    heights = [bar.get_height() for bar in telling.patches]
    assert heights == [0.512, 0.878, 0.861]
    segments = [one.get_segments()[0][:, 1] for one in telling.collections]
    np.testing.assert_allclose(segments, [[0.455, 0.569], [0.838, 0.909], [0.819, 0.894]])
    shares = [bar.get_width() for bar in unlike.patches]
    known = [one["outside_share"] for one in AUDIT["film_measures"].values()]
    assert shares == sorted(share for share in known if share is not None)
    assert unlike.get_yticklabels()[-1].get_text() == "shape"


@pytest.mark.parametrize("model", ["baseline", "tuned", "quantized"])
def test_each_figure_has_a_caption(model):
    assert "ROC curve" in language("en").text(caption(f"{model}_external_figure"))
    assert "a coarse view alone" in language("en").text(caption("external_audit_figure"))


# Tables


def test_inside_stands_beside_elsewhere():
    shown = elsewhere_table(METRICS)
    rows = {row[0]["key"]: row[1:] for row in shown.rows}
    assert rows["metric-auc"] == ["0.997 [0.988, 0.999]", "0.409 [0.357, 0.461]"]
    assert rows["metric-ppv"][0] == ""
    assert rows["metric-slope"] == ["", "-0.170 [-0.270, -0.060]"]
    assert "532 images of 281 patients, split by `patient`" in language("en").text(shown.note)


def test_every_table_is_complete_in_every_language():
    for shown in (
        elsewhere_table(METRICS),
        outside_baselines_table(METRICS),
        subgroups_table(METRICS),
        lesions_table(LESIONS),
        baselines_table(AUDIT),
        associations_table(AUDIT),
        elsewhere_table(unmeasured(METRICS)),
        outside_baselines_table(unmeasured(METRICS)),
    ):
        assert all(len(row) == len(shown.columns) for row in shown.rows)
        for code in LANGUAGES:
            assert "<table" in table(shown, language(code))


def test_the_model_stands_below_what_is_told_without_the_disease():
    rows = outside_baselines_table(METRICS).rows
    assert [row[-1] for row in rows] == [
        "0.512 [0.455, 0.569]",
        "0.878 [0.838, 0.909]",
        "0.861 [0.819, 0.894]",
        "0.409 [0.357, 0.461]",
        "0.486 [0.402, 0.571]",
    ]
    assert [row[0] for row in subgroups_table(METRICS).rows][-1] == "`findings`"
    assert lesions_table(LESIONS).rows[1][1:] == ["0.410 [0.230, 0.610]", "0.160 [0.120, 0.210]"]


def test_baselines_of_several_sources_have_a_row_each():
    several = copy.deepcopy(AUDIT)
    one = several["texture_baseline"]["cross_validated"]
    several["texture_baseline"]["by_source"] = {"a": one, "b": None}
    assert len(baselines_table(several).rows) == 5
    several["texture_baseline"]["test_part"] = one
    for name in ("no_pixel", "thumbnail"):
        several[f"{name}_baseline"]["test_part"] = None
    assert {len(row) for row in baselines_table(several).rows} == {5}


# Findings


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_finding_has_all_its_values(code):
    told = [
        *external_findings(METRICS),
        *external_findings(unmeasured(METRICS)),
        *outside_folder_findings(AUDIT),
        *lesion_findings(LESIONS),
        *lesion_findings(None),
    ]
    for one in told:
        text = language(code).text(one)
        assert "None" not in text
        assert "{" not in text


def test_worse_than_chance_and_below_texture_is_said_in_plain_words():
    text = english(external_findings(METRICS))
    assert "accuracy is 0.462 (0.412 to 0.512) and AUC 0.409 (0.357 to 0.461)" in text
    assert "does not hold here: the AUC is clearly lower" in text
    assert "The model does worse than chance here" in text
    assert "texture (fine detail, nothing of the anatomy) alone reaches" in text
    assert "AUC of 0.878 (0.838 to 0.909)" in text
    assert "without that shortcut no skill is shown" in text
    assert "does not go with more pneumonia" in text
    assert "for a sensitivity of 97%" in text
    assert "`patient_number` (too many values)" in text
    assert "بدتر" in language("fa").text(external_findings(METRICS)[2])


@pytest.mark.parametrize(
    ("found", "part"),
    [
        (area(0.4), "does worse than chance here"),
        (area(0.49), "can't be told from chance here"),
        (area(0.7), "ranks these films better than chance"),
        (NOTHING, "could not be measured"),
    ],
)
def test_an_auc_is_held_against_chance_by_its_interval(found, part):
    assert part in english(external_findings(METRICS | {"auc": found})[2:3])


@pytest.mark.parametrize(
    ("found", "part"),
    [
        (area(0.6), "It is below what little tells"),
        (area(0.88), "It is not clearly above the strongest"),
        (area(0.98, 0.01), "It is clearly above the strongest"),
        (NOTHING, "nothing to hold the model against"),
    ],
)
def test_an_auc_is_held_against_the_strongest_baseline(found, part):
    assert part in english(external_findings(METRICS | {"auc": found})[3:4])


@pytest.mark.parametrize(
    ("found", "part"),
    [
        (area(0.3), "below chance also without that shortcut"),
        (area(0.5), "no skill is shown, and no lack of it either"),
        (area(0.8), "above chance also without that shortcut"),
    ],
)
def test_the_balanced_auc_says_what_is_left_without_the_shortcut(found, part):
    balanced = {"over": ["texture"], "auc": found, "effective_images": 100.2}
    text = english(external_findings(METRICS | {"balanced_auc": balanced}))
    assert part in text
    assert "alike in texture, the AUC" in text
    assert "(effective number of films: 100)" in text


@pytest.mark.parametrize(
    ("with_one", "without", "part"),
    [
        (0.5, 0.9, "A warning is worth something"),
        (0.7, 0.7, "is no reason to trust it"),
        (0.9, 0.5, "here warnings mislead"),
    ],
)
def test_what_a_warning_is_worth_follows_from_the_error_rates(with_one, without, part):
    found = copy.deepcopy(METRICS["warned"])
    found["warned"]["accuracy"], found["not_warned"]["accuracy"] = area(with_one), area(without)
    text = english(external_findings(METRICS | {"warned": found}))
    assert part in text
    assert f"without one {1 - without:.3f} ({0.95 - without:.3f} to {1.05 - without:.3f})" in text


def test_subgroups_are_named_only_where_they_differ_after_holm():
    text = english(external_findings(METRICS))
    assert "Of 7 subgroups these differ in AUC" in text
    assert "`view` AP with 0.521 (0.447 to 0.595)" in text
    assert "`sex`" not in text
    alike = [row | {"p_holm": row["p_holm"] and 0.9} for row in METRICS["subgroups"]]
    assert "Of 7 subgroups none" in english(external_findings(METRICS | {"subgroups": alike}))
    untested = [row | {"p_holm": None} for row in METRICS["subgroups"]]
    told = english(external_findings(METRICS | {"subgroups": untested}))
    assert "No subgroup has enough patients" in told


def test_copies_and_labels_of_few_patients_are_told():
    text = english(external_findings(METRICS | {"copies_left_out": 1, "few_patients": ["NORMAL"]}))
    assert "1 film that is (nearly) the same as a training film was left out" in text
    assert "Few patients: NORMAL." in text
    assert "Few patients" not in english(external_findings(METRICS))
    copies = [{"image_id": f"film{n}", "training_image_id": "t", "correlation": 1} for n in (1, 2)]
    told = english(outside_folder_findings(AUDIT | {"copies": copies}))
    assert "2 films are (nearly) the same as training films" in told
    assert "film1, film2" in told


def test_the_folder_s_own_shortcuts_are_told_first():
    text = english(outside_folder_findings(AUDIT))
    assert "491 readable films of 380 patients: NORMAL (224), PNEUMONIA (267)" in text
    assert "2 files could not be read and are left out" in text
    assert "the class can be told by little: texture" in text
    assert "`shape` 100%, `sharpness` 47%, `noise` 22%" in text
    clean = copy.deepcopy(AUDIT)
    for name in ("texture", "thumbnail"):
        clean[f"{name}_baseline"]["cross_validated"]["auc"] = area(0.5)
    assert "is not shown: the strongest" in english(outside_folder_findings(clean))


def test_lesions_are_found_only_where_it_is_more_often_than_chance():
    ours, grad_cam = map(language("en").text, lesion_findings(LESIONS))
    assert "(films: 22): the share of films" in ours
    assert "lies in a lesion is 0.18 (0.07 to 0.39)" in ours
    assert ours.endswith("That the maps find lesions is not shown.")
    assert grad_cam.startswith("Grad-CAM")
    assert grad_cam.endswith("more often than by chance.")


def test_the_limit_names_each_model_with_what_it_reached_elsewhere():
    told = english(elsewhere_limits({"baseline": [METRICS], "tuned": []}, "kedro run"))
    assert "is no evidence elsewhere" in told
    assert "First model, elsewhere, on 491 films of `nih_adults`" in told
    assert "`kedro run`" in english(elsewhere_limits({"baseline": [], "tuned": []}, "kedro run"))


# The report


class Folder:
    """Results of which some are there; a name in ``stale`` is out of date."""

    elsewhere_command = "kedro run --pipelines=external_validation"
    data_folder = project = Path("data")
    drawn = False

    def __init__(self, kept, stale=(), others=()):
        self.kept, self.stale, self.others = kept, stale, others

    def elsewhere(self):
        return self.others

    def load(self, name):
        if name in self.stale:
            raise StaleResult(name, "tuned_weights", "kedro run")
        if name not in self.kept:
            raise MissingResult(name, "kedro run")
        return self.kept[name]

    def picture(self, name, language):
        return name


@pytest.fixture
def shown(monkeypatch):
    pages = []
    monkeypatch.setattr(reports.Report, "_show", lambda _self, one: pages.append(one))
    return pages


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_report_shows_every_folder_and_each_model_that_was_measured(code, shown):
    first = Folder(
        {
            "external_audit": AUDIT,
            "tuned_external_metrics": METRICS,
            "tuned_external_lesions": LESIONS,
            "baseline_external_metrics": METRICS,
            "baseline_external_lesions": None,
        }
    )
    second = Folder({"external_audit": AUDIT | {"name": "other"}}, stale={"tuned_external_metrics"})
    Report(Folder({}, others=[first, second]), code).elsewhere()
    page = "\n".join(shown)
    assert page.count("<h3") == 2
    assert page.count("<h4") == 2
    for figure in ("external_audit_figure", "tuned_external_figure", "baseline_external_figure"):
        assert figure in page
    assert "quantized_external_figure" not in page
    assert page.count('class="missing"') == 1
    lesions = language(code).text(lesions_table(LESIONS).caption)
    assert page.count(lesions) == 1


def test_without_another_folder_the_report_gives_the_command(shown):
    Report(Folder({}), "en").elsewhere()
    Report(Folder({}), "en").elsewhere_limits("baseline", "tuned")
    assert all("kedro run --pipelines=external_validation" in page_text(one) for one in shown)
    assert len(shown) == 2


class Whole(Folder):
    """Results with what the summary asks of them beside."""

    uses_phantoms = False
    tensorboard_command = "make tensorboard"
    provenance = Provenance("2026-11-28", "a1b2c3d4e5", False, "Intel Xeon", 2, {"torch": "2.14.1"})

    def command_for(self, name):
        return f"kedro run --for={name}"


CARD = {
    "run": "tuned/1",
    "hardware": {"device": "cpu", "precision": "float32"},
    "splits_hash": "8c40b5c4f5cd",
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_summary_tells_the_result_inside_and_elsewhere_and_the_biggest_caveat(code, shown):
    outside = Whole({"tuned_external_metrics": METRICS})
    kept = {"tuned_metrics": INSIDE, "data_audit": INSIDE_AUDIT, "tuned_card": CARD}
    Report(Whole(kept, others=[outside]), code).summary()
    (page,) = shown
    told = {
        "en": (
            "Tuned model</bdi>, inside",
            "nih_adults",
            "The biggest caveat: <bdi>The model does",
        ),
        "fa": ("مدل تنظیم‌شده</bdi>، در درون", "nih_adults", "بزرگ‌ترین هشدار: <bdi>مدل اینجا"),
    }
    assert all(words in page for words in told[code]), page
    assert "nih_adults" in page
    assert "a1b2c3d4e5" in page
    assert "tuned/1" in page
    assert "torch 2.14.1" in page


def test_a_summary_of_nothing_gives_the_command_and_names_what_is_stale(shown):
    Report(Whole({}, stale={"tuned_metrics"}), "en").summary()
    stale, page = shown
    assert "is not shown: it was made from another" in stale
    assert "kedro run --for=baseline_metrics" in page_text(page)


def test_findings_that_another_version_wrote_are_not_shown(shown):
    known, old = message("yes"), message("explanation-of-before")
    Report(Whole({"a": {"findings": [known]}, "b": {"findings": [known, old]}}), "en").findings("a")
    Report(Whole({"b": {"findings": [known, old]}}), "en").findings("b")
    assert "<li>yes</li>" in shown[0]
    assert "another version of this project wrote what it says" in shown[1]
    assert "kedro run --for=b" in page_text(shown[1])
