"""The quality setting that a JPEG was saved with, estimated from its quantization table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

# The table of luminance steps at quality 50 (ISO/IEC 10918-1, annex K), row by row.
# fmt: off
_LUMINANCE_STEPS = np.array([
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
])
# fmt: on


def jpeg_quality(tables: Mapping[int, Sequence[int]] | None) -> int:
    """The quality (1 to 100) whose quantization table is nearest to a JPEG's, 0 without a table.

    The scaling of tables by quality is that of the Independent JPEG Group's library (jcparam.c).

    Args:
        tables: By number, as Pillow's ``quantization`` has them; the lowest is luminance.
    """
    if not tables:
        return 0
    steps = np.sort(np.asarray(tables[min(tables)], dtype=np.float64))
    if len(steps) != 64:
        return 0
    return int(np.abs(_tables_by_quality() - steps).sum(axis=1).argmin()) + 1


def _tables_by_quality() -> NDArray[np.float64]:
    quality = np.arange(1, 101, dtype=np.float64)[:, None]
    scale = np.where(quality < 50, 5000 / quality, 200 - 2 * quality)
    steps = np.floor((np.sort(_LUMINANCE_STEPS) * scale + 50) / 100)
    return steps.clip(1, 255)
