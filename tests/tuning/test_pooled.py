"""Both settings on several splits: what differs is found, what is the same differs by nothing."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from configured import load
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from made_trials import TUNING

from chest_xray.errors import BadSearch, BadSplit
from chest_xray.parameters import check_parameters
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.splitting import check_splits, several_splits, split, splits_hash
from chest_xray.reporting.languages import language
from chest_xray.reporting.pooled_facts import pooled_findings, pooled_table
from chest_xray.reporting.pooled_figures import pooled_comparison_figure
from chest_xray.tuning import pooled
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.trial_process import Job

SEED = 7
CLASSES = ["NORMAL", "PNEUMONIA"]


def made_splits(patients=300, seed=SEED):
    """Splits of two films of each patient."""
    rows = [
        {
            "image_id": f"i{number}",
            "label": CLASSES[number // 2 % 2],
            "patient_id": f"p{number // 2}",
            "group_id": f"p{number // 2}",
            "folder": "",
            "source": "inside",
            "problem": "",
            "duplicate_of": "",
            "near_duplicate_of": "",
        }
        for number in range(2 * patients)
    ]
    return split(pd.DataFrame(rows), "patient", seed)


SPLITS = made_splits()


@settings(max_examples=examples(3), deadline=None)
@given(st.integers(0, 40), st.integers(2, 10))
def test_no_patient_is_tested_twice_and_the_first_split_is_the_study_s(seed, count):
    splits = made_splits(patients=60, seed=seed)
    several = several_splits(splits, seed, count)
    tested = []
    for number, table in several.groupby("split"):
        check_splits(table)
        assert (splits_hash(table) == splits_hash(splits)) == (number == 1)
        tested += sorted(set(table.loc[table["part"] == "test", "group_id"]))
    assert len(tested) == len(set(tested))
    assert several["split"].nunique() == count
    if count == 10:
        assert set(tested) == set(splits["group_id"])


def test_splits_that_have_no_others_are_refused():
    with pytest.raises(BadSplit, match=r"were not made with data_processing\.seed \(8\)"):
        several_splits(SPLITS, 8, 3)
    with pytest.raises(BadSplit, match="'published_test': its test part is one"):
        several_splits(SPLITS.assign(method="published_test"), SEED, 3)


def card(**parameters):
    base = check_parameters(load("base"), {}).training.model_dump(mode="json")
    return {
        "class_names": CLASSES,
        "backbone": "resnet18",
        "intensity_normalization": "none",
        "parameters": {**base, "weights": "none", **parameters},
        "splits_hash": splits_hash(SPLITS),
        "run": "baseline/first",
    }


def predictions(several, wrong):
    """A state in which each model has ``wrong(model, split)`` of the test images wrong."""
    pairs, trainings = [], {}
    for number, table in several.groupby("split"):
        test = table[table["part"] == "test"]
        for model in pooled.MODELS:
            random = np.random.default_rng(int(number))
            order = random.permutation(len(test))
            right = np.ones(len(test), bool)
            right[order[: int(wrong(model, number) * len(test))]] = False
            positive = (test["label"] == CLASSES[1]).to_numpy()
            # The threshold differs by model and split.
            threshold = 0.2 + 0.1 * int(number)
            called = positive == right
            probability = np.where(called, threshold + 0.05, threshold - 0.05)
            key = f"{model} {number}"
            pairs.append({"model": model, "split": int(number), "key": key})
            trainings[key] = {
                "image_ids": test["image_id"].tolist(),
                "probabilities": probability.tolist(),
                "threshold": threshold,
            }
    return {"pairs": pairs, "trainings": trainings, "image_size": 64, "epochs": 2}


def compared(wrong, cards=None):
    several = several_splits(SPLITS, SEED, 5)
    cards = cards or (card(), card(dropout=0.4))
    found = pooled.compare_pooled(predictions(several, wrong), SPLITS, several, cards, 200, 0)
    return json.loads(json.dumps(found))


def english(found):
    return " ".join(language("en").text(one) for one in pooled_findings(found))


def test_a_setting_against_itself_differs_by_nothing():
    found = compared(lambda model, number: 0.1, (card(), card()))
    assert found["outcome"] == "not told apart"
    for one in [*found["splits"], found["pooled"]]:
        for difference in one["difference"].values():
            assert difference["value"] == 0
            assert difference["low"] <= 0 <= difference["high"]
    assert "Both settings are the same" in english(found)


@pytest.mark.parametrize(("better", "outcome"), [("tuned", "better"), ("baseline", "worse")])
def test_a_planted_difference_is_found(better, outcome):
    found = compared(lambda model, number: 0.05 if model == better else 0.3)
    assert found["outcome"] == outcome
    sign = 1 if better == "tuned" else -1
    for difference in found["pooled"]["difference"].values():
        assert sign * difference["value"] > 0.1
    accuracy = found["pooled"]["difference"]["accuracy"]
    assert abs(accuracy["value"]) == pytest.approx(0.25, abs=0.02)
    # Over all splits it is known better than on one of them.
    widths = [row["difference"]["accuracy"] for row in found["splits"]]
    assert accuracy["high"] - accuracy["low"] < min(one["high"] - one["low"] for one in widths)
    assert found["settings"]["tuned"] == {"dropout": 0.4}
    assert [row["own"] for row in found["splits"]] == [True, False, False, False, False]
    assert found["seen_before"] == pytest.approx(0.8, abs=0.02)
    assert f"tuned setting is {outcome} than the first" in english(found)
    assert "may have helped to choose" in english(found)
    assert len(pooled_table(found).rows) == 6
    for message in pooled_findings(found):
        assert language("fa").text(message) != language("en").text(message)
    assert len(pooled_comparison_figure(found).axes) == 3


@given(st.lists(st.tuples(*[st.floats(0, 0.3)] * 2, st.floats(-0.5, 0.5)), min_size=1, max_size=8))
def test_the_mean_of_differences_lies_within_its_interval_and_is_narrower(differences):
    rows = [
        {"value": value, "low": value - below, "high": value + above}
        for below, above, value in differences
    ]
    mean = pooled.mean_difference(rows)
    assert mean["value"] == pytest.approx(np.mean([row["value"] for row in rows]))
    assert mean["low"] <= mean["value"] <= mean["high"]
    widest = max(row["high"] - row["low"] for row in rows)
    assert mean["high"] - mean["low"] <= widest + 1e-9
    assert (
        pooled.mean_difference([*rows, {"value": None, "low": None, "high": None}])["low"] is None
    )


@pytest.fixture
def train(tmp_path, monkeypatch):
    """Train pairs on small images; ``stops_after`` epochs the process is killed."""
    splits = made_splits(patients=30)
    levels = np.random.default_rng(0).integers(0, 256, (len(splits), 32, 32), dtype=np.uint8)
    levels.tofile(tmp_path / "all.pixels")
    ids = splits["image_id"].tolist()
    manifest = PixelManifest(
        ids, list(range(len(ids))), 32, "p", "f" * 64, str(tmp_path / "all.pixels")
    )
    parameters = check_parameters(load("base"), {})
    tuning = TUNING.model_copy(
        update={"pooled": TUNING.pooled.model_copy(update={"splits": 2, "epochs": 2})}
    )
    process = parameters.process.model_copy(update={"threads": 1, "precision": "float32"})
    context = TuningContext(
        tuning, parameters.training, process, CLASSES, tmp_path / "tuning", tmp_path
    )
    several = several_splits(splits, SEED, 2)
    cards = tuple(
        {
            **card(dropout=dropout, head_sizes=[], epochs_frozen=0),
            "splits_hash": splits_hash(splits),
            "data_hash": "f" * 64,
        }
        for dropout in (0.0, 0.3)
    )
    epochs = []
    original = Job.train

    def counted(self, setting):
        for state in original(self, setting):
            epochs.append(state.epochs)
            yield state

    monkeypatch.setattr(Job, "train", counted)

    def run(document, stops_after=None, pooled_epochs=2):
        epochs.clear()
        changed = dataclasses.replace(
            context,
            tuning=tuning.model_copy(
                update={"pooled": tuning.pooled.model_copy(update={"epochs": pooled_epochs})}
            ),
        )
        last = document
        for _, step in pooled.train_pairs(
            changed, splits, several, PixelMap(manifest), cards, document
        ):
            last = json.loads(json.dumps(step))
            if stops_after is not None and len(epochs) == stops_after:
                break
        return last, list(epochs)

    run.several, run.splits, run.cards = several, splits, cards
    run.folder = context.states.path / "pooled"
    return run


def test_a_killed_comparison_goes_on_and_ends_as_one_that_was_not(train):
    half, epochs = train({}, stops_after=3)
    assert epochs == [1, 2, 1]
    assert len(half["trainings"]) == 1
    whole, epochs = train(half)
    # The second training goes on from its first epoch.
    assert epochs == [2, 1, 2, 1, 2]
    assert len(whole["trainings"]) == 4
    assert not list(train.folder.glob("*.pt"))
    assert train(whole) == (whole, [])
    without, _ = train({})
    assert without == whole

    found = pooled.compare_pooled(whole, train.splits, train.several, train.cards, 50, 0)
    assert [row["split"] for row in found["splits"]] == [1, 2]
    assert found["settings"]["tuned"] == {"dropout": 0.3}


def test_a_setting_that_is_frozen_for_all_epochs_is_refused(train):
    train.cards[1]["parameters"]["epochs_frozen"] = 2
    with pytest.raises(BadSearch, match=r"tuning\.pooled\.epochs \(2\): epochs_frozen is 2 of 2"):
        train({})
