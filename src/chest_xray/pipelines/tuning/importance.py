"""Which hyperparameters told good trials from bad ones."""

from __future__ import annotations

from collections.abc import Mapping

import optuna

from chest_xray.pipelines.tuning.engine import distributions
from chest_xray.pipelines.tuning.records import SearchState
from chest_xray.search_space import Space, encode

_FEWEST_TRIALS = 8


def importance(search: SearchState, space: Space, criterion: str) -> Mapping[str, float]:
    """PED-ANOVA (Watanabe et al., 2023, https://arxiv.org/abs/2304.10255) over all trials.

    Trials that were stopped early count with what they had reached, and with few trials the shares
    are rough: they rank hyperparameters of this space, and prove nothing.

    Returns:
        Share of each hyperparameter, 0 to 1, the largest first; empty below eight trials.
    """
    tried = [trial for trial in search.trials if trial.history]
    if len(tried) < _FEWEST_TRIALS:
        return {}
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize")
    words = distributions(space)
    for trial in tried:
        study.add_trial(
            optuna.trial.create_trial(
                params=encode(space, trial.setting),
                distributions=words,
                value=trial.best_score(criterion),
            )
        )
    return optuna.importance.get_param_importances(study)
