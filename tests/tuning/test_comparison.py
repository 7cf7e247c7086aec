"""Both models are compared on the same test images."""

import json

import numpy as np
import pandas as pd
import pytest

from chest_xray.errors import MixedResults
from chest_xray.radiographs.splitting import splits_hash
from chest_xray.tuning import comparison
from chest_xray.tuning.trials import SearchState, Trial


@pytest.mark.parametrize(
    ("right", "outcome"), [(10, "not told apart"), (150, "better"), (-150, "worse")]
)
def test_the_outcome_is_what_was_found(right, outcome):
    random = np.random.default_rng(0)
    labels = np.array(["NORMAL", "PNEUMONIA"] * 300)
    positive = labels == "PNEUMONIA"
    poor = np.where(positive, 0.6, 0.4)
    wrong = random.permutation(600)[:200]
    poor[wrong] = 1 - poor[wrong]
    other = poor.copy()
    fixed = wrong[: abs(right)]
    other[fixed] = np.where(positive[fixed], 0.9, 0.1)
    if right == 10:
        spoilt = np.setdiff1d(np.arange(600), wrong)[:10]
        other[spoilt] = 1 - other[spoilt]
    pair = (poor, other) if right > 0 else (other, poor)
    ids = [f"i{number}" for number in range(600)]
    tables = tuple(
        pd.DataFrame(
            {
                "image_id": ids,
                "part": "test",
                "label": labels,
                "probability": one,
                "weights_hash": "w",
            }
        )
        for one in pair
    )
    splits = pd.DataFrame(
        {"image_id": ids, "group_id": ids, "patient_id": ids, "part": "test", "label": labels}
    )
    card = {
        "class_names": ["NORMAL", "PNEUMONIA"],
        "threshold": 0.5,
        "weights_hash": "w",
        "splits_hash": splits_hash(splits),
        "run": "tuned/first",
    }
    standings = [{"name": "baseline", "chosen": False}, {"name": "trial 3", "chosen": True}]
    summary = comparison.summarize_search(SearchState("k"), standings, True, "loss", {}, None)
    result = comparison.compare(summary, tables, (card, card), splits, 200, 0, 20)
    assert result["outcome"] == outcome
    assert result["chosen"] == "trial 3"
    assert result["test"]["n"] == 600
    assert result["weights_hash"] == {"baseline": "w", "tuned": "w"}
    with pytest.raises(MixedResults, match="The tuned model was trained on the splits elsewhere"):
        elsewhere = card | {"splits_hash": "elsewhere"}
        comparison.compare(summary, tables, (card, elsewhere), splits, 200, 0, 20)
    json.dumps(result)


def test_a_trial_that_the_budget_ended_before_its_first_epoch_is_not_counted():
    row = {"epoch": 1, "part": "validation", "seconds": 2.0, "loss": 0.3}
    row |= {"accuracy": 0.8, "f1": 0.8, "auc": 0.9}
    tried = Trial(1, {"dropout": 0.1}, 0, "finished", best_epoch=1, history=[row])
    failed = Trial(2, {"dropout": 0.2}, 0, "failed", problem="out of memory")
    cut_short = Trial(3, {"dropout": 0.3}, 0, "stopped", problem="the time is up")
    state = SearchState("k", [tried, failed, cut_short])
    table = comparison.trials_table(state, [], ["dropout"], "auc")
    summary = comparison.summarize_search(
        state, [], False, "auc", {}, {"ingredients": [{"name": "trial 1"}]}
    )
    assert list(table["trial"]) == [1, 2]
    assert summary["search"]["trials"] == len(table)
    assert summary["search"]["epochs"] == table["epochs"].sum()
