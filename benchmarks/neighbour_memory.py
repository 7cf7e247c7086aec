"""Peak memory and time of the search for neighbours, in blocks and in one sort of everything.

    python benchmarks/neighbour_memory.py [--known 80000] [--asked 20000] [--features 512]

The defaults are the parts of 100,000 images. Each measurement has a process of its own; the sort of
everything, which error analysis had before, is measured on a tenth of the asked images and its need
for all of them computed.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
import pandas as pd
from fresh_process import in_fresh_process
from machine import keep
from numpy.typing import NDArray

NEIGHBOURS = 10


def drawn(count: int, features: int, seed: int) -> tuple[NDArray[np.float32], pd.DataFrame]:
    """Features of length 1 and a table of images, every third of which is of the same patient."""
    random = np.random.default_rng(seed)
    values = random.standard_normal((count, features), dtype=np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    names = [f"{seed}_{number}" for number in range(count)]
    groups = [f"{seed}_{number // 3}" for number in range(count)]
    label = random.choice(["NORMAL", "PNEUMONIA"], count)
    return values, pd.DataFrame({"image_id": names, "label": label, "group_id": groups})


def sort_everything(
    features: NDArray[np.float32],
    images: pd.DataFrame,
    known_features: NDArray[np.float32],
    known: pd.DataFrame,
    neighbours: int,
) -> NDArray[np.int64]:
    """The nearest known images by one sort of the full matrix."""
    nearness = features @ known_features.T
    same = images["group_id"].to_numpy()[:, None] == known["group_id"].to_numpy()[None]
    nearness[same] = -np.inf
    return np.argsort(-nearness, axis=1, kind="stable")[:, :neighbours]


def measured(in_blocks: bool, known: int, asked: int, features: int) -> dict[str, Any]:
    """Seconds and MiB, those of the features apart."""
    from chest_xray.evaluating.neighbours import nearest_labels
    from chest_xray.machine.memory import peak_memory

    search = nearest_labels if in_blocks else sort_everything
    given = *drawn(asked, features, 0), *drawn(known, features, 1)
    before, start = peak_memory("cpu"), time.perf_counter()
    search(*given, NEIGHBOURS)
    return {
        "asked": asked,
        "seconds": time.perf_counter() - start,
        "features_mib": (known + asked) * features * 4 / 2**20,
        "peak_mib_before": before / 2**20,
        "peak_mib_after": peak_memory("cpu") / 2**20,
    }


def main() -> None:
    """Measure both, and keep them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--known", type=int, default=80_000)
    parser.add_argument("--asked", type=int, default=20_000)
    parser.add_argument("--features", type=int, default=512)
    given = parser.parse_args()
    blocks = in_fresh_process(measured, True, given.known, given.asked, given.features)
    tenth = in_fresh_process(measured, False, given.known, given.asked // 10, given.features)
    added = tenth["peak_mib_after"] - tenth["peak_mib_before"]
    result = {
        "known": given.known,
        "features": given.features,
        "in_blocks": blocks,
        "sort_of_everything": tenth,
        "sort_of_everything_mib_for_all": added * given.asked / tenth["asked"],
    }
    print(keep("neighbour_memory", result))  # noqa: T201


if __name__ == "__main__":
    main()
