"""What the report says in words of errors, of the search space and of each heat map."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chest_xray.errors import OtherVersion
from chest_xray.parameters.search_space import Hyperparameter
from chest_xray.reporting.languages import LANGUAGES, in_every_language, language
from chest_xray.reporting.map_facts import each_map
from chest_xray.reporting.messages import message
from chest_xray.reporting.seen_facts import what_one_sees
from chest_xray.reporting.sources import source_of
from chest_xray.reporting.space_facts import space_table
from chest_xray.reporting.tuning_facts import settings_table
from chest_xray.tuning.comparison import summarize_search
from chest_xray.tuning.trials import SearchState

CARD = {"class_names": ["NORMAL", "PNEUMONIA"]}


def films(label, error, n, **measures):
    usual = {"brightness": 0.8, "contrast": 0.5, "sharpness": -0.4, "noise": 0.005, "cut": 0.2}
    frame = pd.DataFrame({"part": "test", "label": label, "error": error}, index=range(n))
    for name, value in (usual | {"tilt_degrees": 1.0} | measures).items():
        # So that no two films are alike.
        frame[name] = value + np.linspace(0, 1e-4, n)
    return frame


def keys(messages):
    return [one["key"] for one in messages]


def test_what_the_missed_films_look_like_is_said():
    images = pd.concat(
        [films("PNEUMONIA", True, 9, contrast=0.3), films("PNEUMONIA", False, 40)],
        ignore_index=True,
    )
    (found,) = what_one_sees(images, CARD)
    assert found["key"] == "seen-missed"
    assert keys(found["values"]["differences"]) == ["seen-paler"]


def test_films_that_look_alike_and_few_films_are_not_told_apart():
    alike = pd.concat([films("NORMAL", True, 9), films("NORMAL", False, 9)], ignore_index=True)
    assert keys(what_one_sees(alike, CARD)) == ["seen-alarms-alike"]
    few = pd.concat([films("NORMAL", True, 2), films("NORMAL", False, 9)], ignore_index=True)
    assert keys(what_one_sees(few, CARD)) == ["seen-alarms-few"]
    assert what_one_sees(films("NORMAL", False, 9), CARD) == []


def summary(**lines):
    """What a search keeps of its space, written to a file and read again."""
    space = {name: Hyperparameter.model_validate(line) for name, line in lines.items()}
    kept = summarize_search(
        SearchState("k"), [{"name": "baseline", "chosen": True}], False, "auc", space, None
    )
    return json.loads(json.dumps(kept))


def trials(n, **columns):
    frame = {"value": np.linspace(0.5, 0.9, n), "epochs": 2, "criterion": "auc", "problem": ""}
    return pd.DataFrame({**frame, **columns})


def test_the_search_space_is_a_row_for_each_hyperparameter_in_words():
    searched = summary(
        dropout=["uniform", 0.0, 0.5],
        own=["choice", "a", "b"],
        learning_rate=["loguniform", 0.001, 0.1],
        epochs_frozen=["integer", 0, 2],
    )
    table = space_table(
        trials(
            12,
            dropout=np.linspace(0.5, 0, 12),
            own=["a"] * 6 + ["b"] * 6,
            learning_rate=np.geomspace(0.001, 0.1, 12),
            epochs_frozen=1,
        ),
        searched,
    )
    effects = {row[0]: row[3]["key"] for row in table.rows}
    assert effects == {
        "`dropout`": "effect-lower-better",
        "`own`": "effect-best-choice",
        "`learning_rate`": "effect-higher-better",
        "`epochs_frozen`": "effect-no-variation",
    }
    reasons = {row[0]: row[2]["key"] for row in table.rows}
    assert reasons["`dropout`"] == "why-dropout"
    assert reasons["`own`"] == "why-unknown"
    for code in LANGUAGES:
        for row in table.rows:
            assert all(language(code).text(cell) for cell in row[1:])


def test_a_lower_loss_is_a_better_trial():
    loss = trials(12, dropout=np.linspace(0, 0.5, 12)).assign(criterion="loss")
    (row,) = space_table(loss, summary(dropout=["uniform", 0.0, 0.5])).rows
    assert row[3]["key"] == "effect-lower-better"


def test_few_trials_tell_nothing():
    (row,) = space_table(
        trials(3, dropout=[0.1, 0.2, 0.3]), summary(dropout=["uniform", 0.0, 0.5])
    ).rows
    assert row[3] == message("effect-few-trials", trials=3)


def test_a_summary_without_its_space_is_of_another_version():
    with pytest.raises(OtherVersion, match="kept no search space"):
        space_table(trials(3, dropout=[0.1, 0.2, 0.3]), {"search": {"trials": 3}})


def explained(**values):
    row = {"image_id": "a/one.png", "label": "PNEUMONIA", "outcome": "wrong"}
    return pd.DataFrame([row | values])


def spot(down, right, size=16):
    values = np.full((size, size), -0.1, np.float32)
    values[down, right] = 1
    return values


@given(st.integers(0, 15), st.integers(0, 15))
def test_a_map_of_one_spot_lies_where_the_spot_is(down, right):
    ((found,),) = (
        one["values"]["sentences"]
        for one in each_map({"a/one.png": spot(down, right)}, explained(), CARD, None)
    )
    assert found["values"]["share"] == found["values"]["side_share"] == 1
    assert found["values"]["quadrant"]["key"] == (
        f"quadrant-{'upper' if down < 8 else 'lower'}-{'left' if right < 8 else 'right'}"
    )
    assert found["values"]["side"]["key"] == f"side-{'left' if right < 8 else 'right'}"


def test_a_map_points_at_a_lesion_or_elsewhere(tmp_path):
    mask = np.zeros((16, 16), np.uint8)
    mask[:4, :8] = 255
    (tmp_path / "a").mkdir()
    Image.fromarray(mask).save(tmp_path / "a" / "one.png")

    def second(values):
        (found,) = each_map({"a/one.png": values}, explained(), CARD, tmp_path)
        return found["values"]["sentences"][1]

    inside = second(spot(2, 2))
    assert inside == message("map-points-at-lesion", mass=1.0, area=0.125)
    assert second(spot(12, 2)) == message("map-points-elsewhere", mass=0.0, area=0.125)


def test_a_map_without_evidence_and_an_image_without_a_lesion(tmp_path):
    nothing = np.full((16, 16), -1, np.float32)
    (found,) = each_map({"a/one.png": nothing}, explained(outcome=""), CARD, tmp_path)
    assert keys(found["values"]["sentences"]) == ["map-no-evidence"]
    for code in LANGUAGES:
        assert "a/one.png" in language(code).text(found)


def test_the_source_of_a_function_is_read_from_its_file():
    assert source_of("chest_xray.reporting.sources.source_of").startswith(
        "def source_of(name: str)"
    )
    assert source_of("chest_xray.reporting.tables.Table").startswith("@dataclass")


@pytest.mark.parametrize("name", ["chest_xray.reporting.sources.none", "chest_xray.none.one"])
def test_there_is_no_source_of_what_is_not_there(name):
    with pytest.raises(KeyError):
        source_of(name)


def test_findings_of_another_version_are_named_as_such():
    with pytest.raises(OtherVersion):
        in_every_language([message("no such key")])


def test_values_that_were_tried_stand_in_the_order_of_their_size():
    card = {"parameters": {"own": 9.0}}
    (row,) = settings_table(trials(3, own=[10.5, 9.0, 0.5]), card, card).rows
    assert row == ["`own`", "0.5 | 9 | 10.5", "9", "9"]
