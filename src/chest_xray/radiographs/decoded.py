"""What comes out of decoding a file of any kind, and the limits that all kinds share."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

MAX_IMAGE_PIXELS = 100_000_000  # px; the largest detectors made give a quarter of that
# An image of MAX_IMAGE_PIXELS in three colours of 16 bits is smaller.
MAX_FILE_BYTES = 1_000_000_000
# A problem that begins so is the system's, not the file's: the file is tried again next time.
UNREADABLE = "can't be read"


@dataclass(frozen=True)
class Decoded:
    """What a file holds.

    Attributes:
        grey: uint8 [height, width], or None where ``problem`` says why.
        facts: What is known of the file (``decoding.decode`` lists it).
        problem: One sentence, '' where there are grey levels.
    """

    grey: NDArray[np.uint8] | None
    facts: dict[str, object] = field(default_factory=dict)
    problem: str = ""
