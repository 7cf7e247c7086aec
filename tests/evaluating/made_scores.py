"""Scores of known probability: normal log-odds in each class, and patients with some films each."""

import numpy as np
from scipy.special import expit, logit

from chest_xray.parameters import RecalibrationParameters, ThresholdParameters

# Of the log-odds within a class; means lie a half of it above and below the prior's.
SEPARATION = 4.0


def parameters(**changed):
    values = {
        "model": "all",
        "threshold": ThresholdParameters(policy="sensitivity", sensitivity=0.95),
        "folds": 5,
        "curve_films": [20, 50, 100, 200],
        "curve_draws": 20,
        "prevalence": None,
        "largest_warned_share": 0.2,
        "significance": 0.05,
        "npv": 0.95,
        "ppv": 0.95,
        "bootstrap_samples": 200,
        "seed": 1,
    }
    return RecalibrationParameters(**(values | changed))


def made_films(random, films, prevalence, calibrated_to=None, separation=SEPARATION, shift=0.0):
    """Labels, probabilities that are right for ``calibrated_to``, and patients of two films each.

    Both classes' log-odds have the variance ``separation`` and means that differ by it, so that
    their ratio of densities is what the probability says; ``shift`` moves all of them.
    """
    patient = np.arange(films) // 2
    labels = (random.random(films) < prevalence)[2 * patient]
    ratio = random.normal(np.where(labels, separation, -separation) / 2, np.sqrt(separation))
    prior = logit(prevalence if calibrated_to is None else calibrated_to)
    return labels, expit(ratio + prior + shift), [f"p{one}" for one in patient]
