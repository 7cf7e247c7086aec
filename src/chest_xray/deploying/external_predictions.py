"""What a finished model answers to the films of another hospital."""

from __future__ import annotations

import numpy as np
import pandas as pd

from chest_xray.deploying.scorers import Scorer
from chest_xray.errors import MixedResults
from chest_xray.evaluating.external_films import WARNINGS
from chest_xray.machine.progress import track
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.unusual import UNLIKE

_FILMS_AT_ONCE = 32


def predict_films(scorer: Scorer, films: pd.DataFrame, pixels: PixelMap) -> pd.DataFrame:
    """Probability, decision and warnings of each film.

    Args:
        scorer: The model.
        films: As ``external_films.audit_films`` gives them.
        pixels: Of these films.

    Returns:
        The films' columns but ``film_warnings``, and ``probability``, ``decision``, ``distance``,
        ``warnings`` (as prediction warns: the model's and the film's own, joined by '; ') and
        ``weights_hash``.

    Raises:
        MixedResults: The pixels are of another size than the model's.
    """
    facts = scorer.facts
    if facts["preprocessing"] != pixels.manifest.preprocessing:
        raise MixedResults(
            f"The films are stored as '{pixels.manifest.preprocessing}', and the model was trained "
            f"on images prepared as '{facts['preprocessing']}'."
        )
    rows = pixels.rows(films["image_id"])
    starts = range(0, len(rows), _FILMS_AT_ONCE)
    batches = (pixels.read(rows[first : first + _FILMS_AT_ONCE]) for first in starts)
    answers = [scorer(batch) for batch in track(batches, "Predicting films", len(starts))]
    probability, distance = (np.concatenate(one) for one in zip(*answers, strict=True))
    negative, positive = facts["class_names"]
    warnings = [
        "; ".join(filter(None, (UNLIKE if far > 1 else "", of_film)))
        for far, of_film in zip(distance, films[WARNINGS], strict=True)
    ]
    return films.drop(columns=WARNINGS).assign(
        probability=probability,
        decision=np.where(probability >= facts["threshold"], positive, negative),
        distance=distance,
        warnings=warnings,
        weights_hash=facts["weights_hash"],
    )
