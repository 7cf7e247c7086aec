"""Radiographs as files: finding, decoding, indexing, splitting, measuring, preprocessing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chest_xray.radiographs.decoded import Decoded


def decode(path: str | Path, bits_stored: int | None = None) -> Decoded:
    """Decode a radiograph of any kind that is read here, DICOM included.

    Args:
        path: The file.
        bits_stored: How many bits (8 to 16) of a file of 16 bits, DICOM apart, hold its grey
            levels; None where they have to fill them.

    Returns:
        An object with ``grey``, uint8 [height, width], or None where ``problem``, otherwise '',
        is one sentence that gives the reason.
    """
    # Importing any module of this package runs this file first: so nothing is imported up here.
    from chest_xray.radiographs import decoding

    return decoding.decode(Path(path), bits_stored)


__all__ = ["decode"]
