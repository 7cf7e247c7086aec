"""Facts of a file that only the index keeps: hashes, and statistics of the grey levels."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageStat


def file_facts(data: bytes, grey: NDArray[np.uint8] | None) -> dict[str, object]:
    """Hashes of a file and of its pixels, and statistics of its grey levels.

    Args:
        data: The file's bytes.
        grey: What was decoded from them, uint8 [height, width]; None where nothing was.

    Returns:
        ``sha256`` of the file; with grey levels also ``pixel_hash`` (SHA-256 of size and grey
        levels), ``mean``, ``std``, ``darkest`` and ``brightest`` (0 to 255).
    """
    facts: dict[str, object] = {"sha256": hashlib.sha256(data).hexdigest()}
    if grey is None:
        return facts
    digest = hashlib.sha256(f"{grey.shape}".encode())
    digest.update(np.ascontiguousarray(grey).data)
    # From a histogram: several times faster than numpy's passes in float64.
    statistics = ImageStat.Stat(Image.fromarray(grey))
    darkest, brightest = statistics.extrema[0]
    return facts | {
        "pixel_hash": digest.hexdigest(),
        "mean": statistics.mean[0],
        "std": statistics.stddev[0],
        "darkest": darkest,
        "brightest": brightest,
    }
