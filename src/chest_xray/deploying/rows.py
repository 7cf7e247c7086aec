"""The prediction of one new radiograph, as a row."""

from __future__ import annotations

from dataclasses import dataclass

# Files that are scored together.
FILES_PER_CHUNK = 16


@dataclass(frozen=True)
class Row:
    """The prediction of one file.

    Attributes:
        file: Its path below what was asked for.
        probability: Of the class looked for, calibrated; None where there is a problem.
        decision: The class it is at the model's threshold, '' where there is a problem.
        margin: ``probability`` less the threshold.
        distance: From the training images in the model's features, None where there is a problem;
            1 is as far as hardly any validation image lies.
        warnings: In what it is unlike the training images, names in a fixed order.
        problem: Why there is no prediction, '' where there is one.
    """

    file: str
    probability: float | None = None
    decision: str = ""
    margin: float | None = None
    distance: float | None = None
    warnings: tuple[str, ...] = ()
    problem: str = ""
