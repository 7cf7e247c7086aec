"""The search space as Optuna has it; without Ray, whose import takes seconds and writes lines."""

from __future__ import annotations

import json

import optuna

from chest_xray.parameters.search_space import Hyperparameter, Space


def distributions(space: Space) -> dict[str, optuna.distributions.BaseDistribution]:
    """A space as Optuna has it; see ``search_space.encode`` for choices."""
    return {name: _distribution(line) for name, line in space.items()}


def _distribution(line: Hyperparameter) -> optuna.distributions.BaseDistribution:
    if line.distribution == "choice":
        values = [json.dumps(value) for value in line.values]
        return optuna.distributions.CategoricalDistribution(values)
    if line.distribution == "integer":
        return optuna.distributions.IntDistribution(*line.ends)
    low, high = line.ends
    log = line.distribution == "loguniform"
    return optuna.distributions.FloatDistribution(low, high, log=log)
