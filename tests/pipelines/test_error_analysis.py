"""The error table says what the errors carry; a person's notes are never lost."""

import io
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import PROJECT, examples, latest
from hypothesis import given, settings
from hypothesis import strategies as st

from chest_xray.errors import BadSplit
from chest_xray.evaluating.error_notes import causes_named, keep_notes
from chest_xray.evaluating.error_table import COLUMNS, error_table, explore, orders_by_cost
from chest_xray.evaluating.error_types import OUTCOMES, describe_images, members_of
from chest_xray.parameters import ErrorAnalysisParameters
from chest_xray.radiographs.film import MEASURES
from chest_xray.radiographs.unusual import FILM_TYPES, FilmLimits
from chest_xray.reporting.error_facts import EVIDENCE, error_findings, with_explanations
from chest_xray.reporting.error_figures import (
    error_rates_figure,
    error_types_figure,
    misclassified_figure,
)
from chest_xray.reporting.languages import in_every_language

PARAMETERS = ErrorAnalysisParameters(
    **yaml.safe_load((PROJECT / "conf/base/parameters/error_analysis.yml").read_text())[
        "error_analysis"
    ]
)
LIMITS = FilmLimits(10, 100, {"sharpness": -0.4}, {"tilt": 7.0}, "L")


def images_of(tilted: int, wrong_tilted: int, straight: int, wrong_straight: int) -> pd.DataFrame:
    count = tilted + straight
    place = np.arange(count)
    wrong = (place < wrong_tilted) | ((place >= tilted) & (place < tilted + wrong_straight))
    ill = place % 2 == 0
    label = np.where(ill, "PNEUMONIA", "NORMAL")
    types = [
        [
            name
            for name, there in (
                ("tilted", spot < tilted),
                ("blurred", spot % 7 == 0),
                ("missed", wrong[spot] and ill[spot]),
                ("false_alarm", wrong[spot] and not ill[spot]),
            )
            if there
        ]
        for spot in place
    ]
    return pd.DataFrame(
        {
            "image_id": [f"i{spot}" for spot in place],
            "part": "test",
            "label": label,
            "predicted": np.where(wrong == ill, "NORMAL", "PNEUMONIA"),
            "probability": 0.5,
            "group_id": [f"p{spot}" for spot in place],
            "error": wrong,
            "confidence": 0.5,
            "types": types,
        }
    )


def table_of(images: pd.DataFrame, causes=None, cost: float = 5.0) -> pd.DataFrame:
    return error_table(images, causes or {}, PARAMETERS, "PNEUMONIA", cost)


def test_a_type_with_many_more_errors_is_first_clear_and_measured():
    table = table_of(images_of(50, 20, 450, 18))
    assert list(table) == COLUMNS
    first = table.iloc[0]
    assert first["error_type"] == "tilted"
    assert first["evidence"] == "clear"
    assert first["risk_ratio"] == pytest.approx((20 / 50) / (18 / 450))
    assert first["recoverable"] == pytest.approx(20 - 50 * 18 / 450)
    assert first["percent"] == pytest.approx(100 * 20 / 38)
    explained = with_explanations(table, LIMITS)
    assert list(explained)[:4] == ["error_type", "explanation_en", "explanation_fa", "count"]
    assert "7 degrees" in explained["explanation_en"].iloc[0]
    assert "۷ درجه" in explained["explanation_fa"].iloc[0]
    kinds = table[table["evidence"] == "by definition"]
    assert set(kinds["error_type"]) == {"missed", "false_alarm"}
    assert kinds["risk_ratio"].isna().all()


def test_few_errors_are_an_anecdote_and_so_are_many_of_one_patient():
    table = table_of(images_of(10, 4, 200, 0)).set_index("error_type")
    assert table.loc["tilted", "evidence"] == "anecdotal"
    one_patient = images_of(10, 8, 200, 0).assign(group_id="p")
    assert table_of(one_patient).set_index("error_type").loc["tilted", "evidence"] == "anecdotal"


def test_a_missed_pneumonia_weighs_what_it_costs():
    images = images_of(40, 20, 400, 10)
    harm = {cost: table_of(images, cost=cost).set_index("error_type")["harm"] for cost in (1, 10)}
    assert harm[10]["missed"] == pytest.approx(10 * harm[1]["missed"])
    assert harm[10]["false_alarm"] == harm[1]["false_alarm"]
    orders = orders_by_cost(images, PARAMETERS, "PNEUMONIA")
    assert list(orders) == PARAMETERS.missed_costs_compared
    assert all(order.index[0] == "tilted" for order in orders.values())


def test_errors_that_fall_anywhere_are_hardly_ever_claimed():
    random = np.random.default_rng(3)
    claimed = 0
    for _ in range(40):
        images = images_of(60, 0, 540, 0).assign(error=random.random(600) < 0.05)
        claimed += table_of(images)["evidence"].isin(["clear"]).any()
    assert claimed <= 5


@settings(max_examples=examples(20), deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 60))
def test_any_number_of_errors_gives_a_table_and_findings(tilted, wrong, straight):
    images = images_of(tilted, min(wrong, tilted), straight + 1, wrong % 2)
    table = table_of(images)
    assert set(table["evidence"]) <= set(EVIDENCE)
    orders = {
        cost: list(order.index)
        for cost, order in orders_by_cost(images, PARAMETERS, "PNEUMONIA").items()
    }
    found = error_findings(images, table, orders, "PNEUMONIA", 5, 0.05, 3)
    text = in_every_language(found)
    assert "Nothing tells the patients" in text["en"]
    assert text["fa"].count("\n") == text["en"].count("\n") == len(found) - 1
    if not images["error"].any():
        assert "nothing to explain" in text["en"]


NAMES = st.text(min_size=1, max_size=12).filter(str.strip) | st.sampled_from(
    [
        "a;b",
        ";",
        "a/b",
        "x, y",
        "near_threshold",
        "missed",
        "two\nlines",
        "nan",
        "NA",
        "$a$ $b",
        "ویروس",
        "virus",
        "person: x",
        "`x`",
        "{x}",
        "%s",
    ]
)


def described(subtypes: list[str], folders: list[str]) -> pd.DataFrame:
    """Forty predicted images, of which every fifth is wrong, with a person's subtypes."""
    count = 40
    place = np.arange(count)
    ids = [f"i{one}" for one in place]
    splits = pd.DataFrame(
        {
            "image_id": ids,
            "patient_id": ids,
            "group_id": ids,
            "part": np.where(place < 10, "train", "test"),
        }
    )
    index = splits[["image_id"]].assign(
        subtype=[subtypes[one % len(subtypes)] for one in place],
        folder=[folders[one % len(folders)] for one in place],
    )
    label = np.where(place % 2, "PNEUMONIA", "NORMAL")
    other = np.where(place % 2, "NORMAL", "PNEUMONIA")
    predictions = splits[["image_id", "part"]].assign(
        label=label, predicted=np.where(place % 5, label, other), probability=0.5
    )[splits["part"] == "test"]
    films = splits[["image_id"]].assign(mode="L", **dict.fromkeys(MEASURES, 0.5))
    neighbours = splits[["image_id"]].assign(neighbours_disagreeing=0.0, nearest="i0")
    card = {"threshold": 0.5, "class_names": ["NORMAL", "PNEUMONIA"]}
    return describe_images(predictions, index, splits, films, LIMITS, neighbours, card, PARAMETERS)


@settings(max_examples=examples(20), deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=3), st.lists(NAMES | st.just(""), max_size=2))
def test_a_person_s_subtypes_and_folders_stay_whole_whatever_is_in_them(subtypes, folders):
    images = described(subtypes, folders or [""])
    table = table_of(images)

    def named(prefix, names):
        plain = {" ".join(name.split()) for name in names}
        return {f"{prefix}_{name}" for name in plain - {""}} if len(plain) > 1 else set()

    theirs = named("subtype", subtypes) | named("folder", folders)
    found = set(table["error_type"])
    assert found <= theirs | set(OUTCOMES) | {
        *FILM_TYPES,
        "other_colour_mode",
        "label_doubt",
        "many_images",
        "virus_at_low_contrast",
    }
    assert theirs <= found
    assert table["error_type"].map(bool).all()
    # What is kept as parquet comes back as it was, and can be drawn.
    kept = io.BytesIO()
    images.to_parquet(kept)
    again = pd.read_parquet(kept)
    pd.testing.assert_frame_equal(members_of(again), members_of(images))


def test_images_of_no_type_add_no_type_without_a_name():
    images = images_of(0, 0, 40, 0).assign(types=[[]] * 40)
    images.loc[0, "error"] = True
    table = table_of(images)
    assert table.empty
    found = error_findings(images, table, {1.0: []}, "PNEUMONIA", 5, 0.05, 0)
    assert "1 of 40 test images" in in_every_language(found)["en"]


def test_types_joined_by_an_earlier_version_are_refused():
    with pytest.raises(BadSplit, match="earlier version"):
        members_of(images_of(3, 1, 3, 0).assign(types="tilted;blurred"))


def test_names_with_dollars_are_drawn_as_they_are(tmp_path):
    images = described(["a$b$c", "$x^$"], ["$$", "{}"]).assign(shape=1.0)
    wrong = images[images["error"]]
    figure = misclassified_figure(wrong, np.zeros((len(wrong), 8, 8), np.uint8), 24)
    figure.savefig(tmp_path / "wrong.png")
    orders = orders_by_cost(images, PARAMETERS, "PNEUMONIA")
    error_types_figure(table_of(images), orders).savefig(tmp_path / "types.png")
    error_rates_figure(images.assign(tilt_degrees=0.0)).savefig(tmp_path / "rates.png")


def test_the_exploration_is_called_one_in_every_row():
    explored = explore(images_of(50, 20, 450, 18), PARAMETERS, "PNEUMONIA")
    assert explored["evidence"].str.startswith("exploration: ").all()


def test_a_person_s_notes_survive_count_and_are_shown_as_theirs():
    images = images_of(3, 3, 10, 0)
    first = keep_notes(images, pd.DataFrame({"image_id": []}, dtype="str"), set(images["image_id"]))
    assert first["image_id"].tolist() == ["i0", "i1", "i2"]
    filled = first.assign(cause=["Old scar; tilted", "", "old  scar"], remark=["", "ask", ""])
    gone = filled.iloc[[0]].assign(image_id="gone", cause="کج")
    right = filled.iloc[[0]].assign(image_id="i9", cause="pale")
    again = keep_notes(
        images, pd.concat([filled, gone, right], ignore_index=True), set(images["image_id"])
    ).set_index("image_id")
    assert again["state"].to_dict() == {
        "i0": "misclassified",
        "i1": "misclassified",
        "i2": "misclassified",
        "gone": "no such image now",
        "i9": "not misclassified now",
    }
    assert again.loc["gone", "cause"] == "کج"
    assert again.loc["i1", "remark"] == "ask"
    causes = causes_named(again.reset_index())
    assert causes == {"old scar": ["i0", "i2"], "tilted": ["i0"]}
    table = table_of(images, causes).set_index("error_type")
    assert table.loc["person: old scar", "count"] == 2
    assert table.loc["person: old scar", "evidence"] == "a person's reading"
    found = error_findings(images, table.reset_index(), {5: ["tilted"]}, "PNEUMONIA", 5, 0.05, 0)
    assert "old scar (2)" in in_every_language(found)["en"]


@pytest.mark.whole
def test_the_pipeline_shows_every_error_and_keeps_what_a_person_wrote(kedro, study, tmp_path):
    for path in study.glob("06_models/tuned_*"):
        shutil.rmtree(path)
    missing = kedro("run", "--env=test", "--pipelines=error_analysis_tuned")
    assert missing.returncode == 1
    assert "There is no 'tuned_" in missing.stderr
    assert "Traceback" not in missing.stderr
    predictions = pd.read_parquet(latest(tmp_path, "baseline_predictions.parquet"))
    test = predictions[predictions["part"] == "test"]
    wrong = set(test.loc[test["label"] != test["predicted"], "image_id"])
    assert wrong, "a model that makes no error shows nothing here"
    path = tmp_path / "08_reporting" / "baseline_error_notes.csv"
    notes = pd.read_csv(path, encoding="utf-8-sig", dtype="str", keep_default_na=False)
    assert set(notes["image_id"]) == wrong
    notes["cause"] = "لکه"
    path.write_bytes(notes.to_csv(index=False, sep=";").encode("cp1256"))
    assert kedro("run", "--env=test", "--pipelines=error_analysis").returncode == 0
    again = pd.read_csv(path, encoding="utf-8-sig", sep=";")
    assert (again["cause"] == "لکه").all()
    table = pd.read_csv(latest(tmp_path, "baseline_error_table.csv"), encoding="utf-8-sig")
    assert table["error_type"].str.startswith("person: لکه").sum() == 1
    for figure in ("misclassified", "error_types", "error_rates", "confidence"):
        assert latest(tmp_path, f"baseline_{figure}_figure.png").read_bytes()[:4] == b"\x89PNG"
