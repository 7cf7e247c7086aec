"""Which hyperparameters mattered, and the figure of the search."""

import pandas as pd
from made_trials import SPACE, sampled, trial

from chest_xray.parameters.search_space import Hyperparameter
from chest_xray.reporting import tuning_figures
from chest_xray.reporting.tuning_figures import tuning_figure
from chest_xray.tuning import (
    comparison,
    importance,
)
from chest_xray.tuning.trials import SearchState


def test_the_hyperparameter_that_decides_is_found_and_drawn(tmp_path):
    state = SearchState("k", sampled(30))
    shares = importance.importance(state, SPACE, "loss")
    assert next(iter(shares)) == "learning_rate"
    table = comparison.trials_table(state, [{"name": "trial 3"}], list(SPACE), "loss")
    assert list(table.loc[table["finalist"], "trial"]) == [3]
    table.to_parquet(tmp_path / "trials.parquet")
    figure = tuning_figure(table, SPACE, shares)
    assert len(figure.axes) == 3
    figure.savefig(tmp_path / "figure.png")


def test_where_all_trials_score_alike_no_hyperparameter_mattered():
    state = SearchState("k", sampled(14, loss=lambda setting: 0.5))
    assert importance.importance(state, SPACE, "loss") == {}


def test_a_single_hyperparameter_is_drawn_as_points_where_it_would_have_no_line():
    trials = [trial(number, [0.5], {"dropout": number / 10}) for number in (1, 2, 3)]
    table = comparison.trials_table(SearchState("k", trials), [], ["dropout"], "loss")
    axis = tuning_figure(table, {"dropout": SPACE["dropout"]}, {}).axes[-1]
    shown = [line for line in axis.lines if line.get_marker() == "o"]
    assert sorted(float(line.get_ydata()[0]) for line in shown) == [0.2, 0.4, 0.6]


def test_choices_that_begin_alike_have_places_of_their_own():
    space = {
        "head_sizes": Hyperparameter(
            distribution="choice", values=[[256, 128, 64], [256, 128, 64, 32]]
        )
    }
    places = tuning_figures._positions(
        pd.Series([[256, 128, 64, 32], [256, 128, 64]]), space, "head_sizes"
    )
    assert places.tolist() == [1.0, 0.0]
