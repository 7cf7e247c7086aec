"""Draws of patients with replacement: what a bootstrap in which patients are the units repeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

# Draws times images that are weighted at once: 32 MiB, and a few times as much to compute with.
_WEIGHTS_AT_ONCE = 1 << 22


class PatientDraws:
    """Draws of patients with replacement, the same ones whenever they are asked for.

    Attributes:
        patient: Which patient each image is of, int [n].
        count: How many draws there are; ``seed``: theirs.
    """

    def __init__(self, patients: Sequence[str], draws: int, seed: int) -> None:
        """Draw as many patients as there are, ``draws`` times.

        Args:
            patients: [n], of each image; one image or more.
            draws: 1 or more.
            seed: Of the draws.
        """
        _, self.patient = np.unique(np.asarray(patients), return_inverse=True)
        self.count, self.seed = draws, seed

    def images(self, among: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many images of ``among``, bool [n], each patient has; only those who have any."""
        return np.unique(self.patient[among], return_counts=True)[1]

    def blocks(self) -> Iterator[NDArray[np.float64]]:
        """How often each draw has each image, float64 [some draws, n], in bounded memory."""
        patients = int(self.patient.max()) + 1
        chances = np.full(patients, 1 / patients)
        random = np.random.default_rng(self.seed)
        at_once = max(1, _WEIGHTS_AT_ONCE // len(self.patient))
        for start in range(0, self.count, at_once):
            size = min(at_once, self.count - start)
            times = random.multinomial(patients, chances, size=size).astype(np.float64)
            yield times[:, self.patient]


def variance_of_draws(drawn: NDArray[np.float64]) -> float:
    """Of a number over draws, float [draws], those aside where it is NaN; 0 where none is left."""
    defined = drawn[~np.isnan(drawn)]
    return float(defined.var()) if len(defined) else 0.0
