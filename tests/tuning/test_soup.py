"""The greedy soup: averaging helps or is not done, and what it is made of is recorded."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
import torch
from configured import load
from hypothesis import given
from hypothesis import strategies as st
from made_trials import CPU, SPACE, TUNING, pixel_map, trial
from torch import nn

from chest_xray.errors import BadSearch
from chest_xray.learning import averaging
from chest_xray.learning.network import Classifier, load_classifier, weights_hash
from chest_xray.learning.state import TrainingState, lean
from chest_xray.parameters import check_parameters
from chest_xray.radiographs.splitting import splits_hash
from chest_xray.reporting.languages import language
from chest_xray.reporting.soup_facts import soup_finding, soup_table
from chest_xray.tuning import comparison, winner
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.finalists import Finalist, FinalistTrainings, standings
from chest_xray.tuning.soup import Candidate, Networks, greedy_soup
from chest_xray.tuning.trials import SearchState, with_search


def soup_of(weights, measure, criterion="auc"):
    """A soup of networks that are one tensor each."""
    candidates = [Candidate(f"trial {n}", {"seed": n}, f"key {n}") for n in range(len(weights))]
    by_key = {
        one.training_hash: {"w": torch.as_tensor(w, dtype=torch.float32)}
        for one, w in zip(candidates, weights, strict=True)
    }
    return greedy_soup(
        candidates,
        lambda one: by_key[one.training_hash],
        lambda one, tried: float(measure(tried["w"].double())),
        lambda one, tried: {"w": tried["w"].float()},
        criterion,
    )


def near_zero(w):
    return -w.abs().sum()


def test_where_averaging_helps_the_soup_is_better_than_the_best_alone():
    soup = soup_of([[2.0], [-1.0], [1.0], [9.0]], near_zero)
    assert soup.first.name == "trial 1"
    assert soup.weights["w"].tolist() == [0.0]
    record = soup.record
    assert [one["name"] for one in record["ingredients"]] == [
        "trial 1",
        "trial 2",
        "trial 0",
        "trial 3",
    ]
    assert [one["kept"] for one in record["ingredients"]] == [True, True, False, False]
    assert (record["models"], record["alone"], record["score"]) == (2, -1.0, 0.0)


def test_where_averaging_hurts_the_soup_is_the_best_single_training():
    soup = soup_of([[1.0], [-1.5], [1.2]], lambda w: 2 if (w == -1.5).all() else w.abs().sum())
    assert soup.weights["w"].tolist() == [-1.5]
    assert soup.record["models"] == 1
    assert soup.record["score"] == soup.record["alone"] == 2
    assert "did not help" in english(soup.record)


def test_of_a_loss_less_is_better_and_of_equals_the_first_comes_first():
    soup = soup_of([[3.0], [1.0], [1.0]], lambda w: w.abs().sum(), "loss")
    assert [one["name"] for one in soup.record["ingredients"]] == ["trial 1", "trial 2", "trial 0"]
    # An average that is no worse is kept.
    assert [one["kept"] for one in soup.record["ingredients"]] == [True, True, False]


def test_networks_with_other_layers_are_left_out_and_listed():
    soup = soup_of([[1.0], [0.5, 0.5], [0.2]], near_zero)
    assert [one["name"] for one in soup.record["left_out"]] == ["trial 1"]
    assert [one["name"] for one in soup.record["ingredients"]] == ["trial 2", "trial 0"]
    summary = {"soup": soup.record, "criterion": {"metric": "auc"}}
    assert [len(row) for row in soup_table(summary).rows] == [5, 5, 5]
    assert "other layers" in english(soup.record)


def english(record):
    text = language("en").text(soup_finding(record))
    assert language("fa").text(soup_finding(record)) != text
    return text


@given(st.lists(st.floats(-5, 5, width=16), min_size=1, max_size=6), st.booleans())
def test_a_soup_is_the_mean_of_what_it_keeps_and_never_worse_than_its_first(weights, lower):
    def measure(w):
        return float((w - 1).abs().sum() * (1 if lower else -1))

    criterion = "loss" if lower else "auc"
    soup, again = (soup_of([[w] for w in weights], measure, criterion) for _ in range(2))
    rows = soup.record["ingredients"]
    kept = [weights[one["seed"]] for one in rows if one["kept"]]
    assert soup.weights["w"].item() == pytest.approx(np.mean(kept), abs=1e-5)
    sign = -1 if lower else 1
    alone = [sign * one["alone"] for one in rows]
    assert alone == sorted(alone, reverse=True)
    together = [sign * one["soup"] for one in rows if one["kept"]]
    assert together == sorted(together)
    assert len(kept) == soup.record["models"]
    assert again.record == soup.record and torch.equal(again.weights["w"], soup.weights["w"])


@given(st.integers(1, 6), st.integers(0, 99))
def test_an_average_is_the_mean_of_all_and_counts_stay(count, seed):
    torch.manual_seed(seed)
    networks = [{"w": torch.randn(3, 2), "seen": torch.tensor(7 + n)} for n in range(count)]
    average = {}
    for known, one in enumerate(networks):
        average = averaging.average_with(average, known, one)
    wanted = torch.stack([one["w"].double() for one in networks]).mean(0)
    assert torch.allclose(average["w"], wanted)
    assert average["seen"] == 7


def test_statistics_are_those_of_the_images_without_augmentation(tmp_path):
    pixels, _ = pixel_map(tmp_path, count=70, size=32)
    rows = np.arange(4)
    torch.manual_seed(0)
    network = Classifier("resnet18", [], 0.5)
    network.backbone.bn1.running_mean.fill_(99)
    before = torch.random.get_rng_state()
    averaging.estimate_statistics(network, pixels, rows, CPU)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert not network.training
    (images,) = averaging.batches(pixels, rows, CPU)
    with torch.no_grad():
        seen = network.backbone.conv1(images)
    assert torch.allclose(network.backbone.bn1.running_mean, seen.mean((0, 2, 3)), atol=1e-5)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.num_batches_tracked == 1


@pytest.fixture
def finished(tmp_path, monkeypatch):
    """Keep the soup of finished finalists of real networks, whose states lie in a folder."""
    pixels, _ = pixel_map(tmp_path, size=32)
    base = check_parameters(load("base"), {})
    training = base.training.model_copy(
        update={"backbone": "resnet18", "weights": "none", "head_sizes": []}
    )
    tuning = TUNING.model_copy(update={"seeds": 2, "criterion": "auc"})
    context = TuningContext(tuning, training, base.process, ["N", "P"], tmp_path, tmp_path)
    splits = pd.DataFrame(
        {
            "image_id": pixels.manifest.image_ids,
            "source": "inside",
            "part": ["train", "train", "validation", "validation"],
            "label": ["N", "P", "P", "N"],
            "group_id": list("abcd"),
        }
    )
    settings = {
        "baseline": {},
        "trial 1": {"dropout": 0.1},
        "trial 2": {"head_sizes": [4]},
    }
    job = winner.make_job(context, training, splits, pixels, 1, keeps_weights=True)
    trials = []
    for number, (name, setting) in enumerate(settings.items()):
        for seed in (7, 8):
            chosen = {**setting, "seed": seed}
            torch.manual_seed(10 * number + seed)
            network = Classifier("resnet18", setting.get("head_sizes", []), 0.1)
            key = f"{name} {seed}"
            described = {"backbone": "resnet18", "initial_weights": "random", "candidates": {}}
            one = trial(len(trials) + 1, [0.3], chosen, seed=seed)
            state = TrainingState(
                key, "run", described, "all done", one.history, 1, best_weights=network.state_dict()
            )
            job.states.make()
            job.keep(chosen, state)
            trials.append(dataclasses.replace(one, training_hash=key))
    found = [{"name": name, "setting": setting} for name, setting in settings.items()]
    document = with_search({}, SearchState("k", trials), finalists=found, seeds=[7, 8])
    card = {
        "backbone": "resnet18",
        "head_sizes": [],
        "test_time_views": 1,
        "intensity_normalization": "none",
        "dropout": 0.1,
        "initial_weights": "random",
        "candidates": {},
        "shift": 0.0,
        "best_epoch": 1,
        "finished": "all done",
        "training_hash": "of another run",
        "splits_hash": splits_hash(splits),
        "run": "baseline/first",
        "data_hash": pixels.manifest.fingerprint,
    }
    own = Classifier("resnet18", [], 0.1).state_dict()

    def keep(**changes):
        changed = dataclasses.replace(context, tuning=tuning.model_copy(update=changes))
        history = pd.DataFrame(trials[0].history)
        return winner.keep_tuned(changed, splits, pixels, (own, card, history), document)

    keep.folder, keep.trials, keep.card = job.states.path, document, card
    return keep


def test_the_soup_is_a_finished_model_and_the_same_again(finished):
    (weights, card, history), records = finished()
    record = card["soup"]
    assert len(record["ingredients"]) + len(record["left_out"]) == 6
    assert weights_hash(weights) == card["weights_hash"]
    load_classifier(weights, card)
    assert history["epoch"].max() == 1
    assert "| training | seed | auc alone |" in records.texts["soup"]
    assert card["run"] == records.run == f"tuned/{card['training_hash'][:12]}"
    (again, its_card, _), _ = finished()
    assert its_card == card
    assert all(torch.equal(weights[name], again[name]) for name in weights)

    trainings = FinalistTrainings.from_json(finished.trials)
    summary = comparison.summarize_search(
        trainings.state, standings(trainings, "auc"), True, "auc", SPACE, record
    )
    assert summary["chosen"] == record["ingredients"][0]["name"]
    assert [row["name"] for row in summary["settings"] if row["chosen"]] == [summary["chosen"]]
    assert summary["criterion"]["rule"].startswith("greedy soup")
    json.dumps(summary)


def test_without_a_soup_the_winner_s_first_training_is_kept(finished):
    (_, card, _), records = finished(soup=False)
    assert "soup" not in card
    assert not records.texts
    assert card["training_hash"] == "baseline 7"


def test_the_first_model_itself_is_kept_where_nothing_goes_with_it(finished, monkeypatch):
    monkeypatch.setattr(
        Networks,
        "measure",
        lambda self, one, weights, criterion: 1.0 if one.name == "baseline" else 0.5,
    )
    finished.card["training_hash"] = "baseline 7"
    monkeypatch.setattr("chest_xray.tuning.soup.same_shapes", lambda one, other: False)
    (_, card, _), _ = finished()
    assert card["training_hash"] == "baseline 7"
    assert card["soup"]["models"] == 1
    assert {**card, "run": "baseline/first"} == {**finished.card, "soup": card["soup"]}


def test_weights_that_are_gone_are_said_to_be(finished):
    for path in finished.folder.glob("*.pt"):
        path.unlink()
    with pytest.raises(BadSearch, match=r"The weights of baseline are no longer in .*finalists"):
        finished()


def test_a_setting_that_was_not_trained_over_all_seeds_takes_no_part():
    trials = [
        trial(1, [0.3], {"seed": 7}),
        trial(2, [0.3], {"seed": 8}, seed=8),
        trial(3, [0.1], {"dropout": 0.1, "seed": 7}),
        trial(4, [], {"dropout": 0.1, "seed": 8}, "failed", 8),
    ]
    chosen = [Finalist("baseline", {}), Finalist("trial 1", {"dropout": 0.1})]
    trainings = FinalistTrainings(SearchState("k", trials), chosen, [7, 8])
    assert [one.name for one in winner.soup_candidates(trainings, "auc")] == ["baseline"] * 2


def test_a_finished_training_keeps_what_the_soup_needs_and_no_more():
    one = {"w": torch.ones(1)}
    state = TrainingState("k", "r", {}, "done", [], 1, 0.5, one, one, one, {"o": one})
    assert lean(state, keeps_weights=True).best_weights == one
    assert not lean(state, keeps_weights=True).optimizer
    assert not lean(state, keeps_weights=False).best_weights
    going_on = dataclasses.replace(state, finished="")
    assert lean(going_on, keeps_weights=True) is going_on
