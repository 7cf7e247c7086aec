"""The samples that the data's figure shows are what networks see."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from chest_xray.pipelines.data_processing import nodes
from chest_xray.radiographs.pixels import PixelManifest, PixelMap, fingerprint
from chest_xray.radiographs.preprocessing import prepare

SIZE = 32


@pytest.mark.parametrize("kind", ["none", "equalize"])
def test_samples_have_the_levels_that_networks_see(kind, tmp_path):
    levels = np.random.default_rng(0).integers(40, 120, (4, SIZE, SIZE), dtype=np.uint8)
    levels.tofile(tmp_path / "pixels")
    index = pd.DataFrame(
        {
            "image_id": list("abcd"),
            "sha256": list("abcd"),
            "bits": 8,
            "problem": "",
            "label": ["NORMAL", "NORMAL", "PNEUMONIA", "PNEUMONIA"],
            "subtype": "",
            "folder": "train",
            "width": 50,
            "height": 50,
        }
    )
    pixels = PixelMap(
        PixelManifest(
            list("abcd"),
            [0, 1, 2, 3],
            SIZE,
            "p",
            fingerprint(index, "p"),
            str(tmp_path / "pixels"),
            kind,
        )
    )
    asked = SimpleNamespace(samples_shown=4, seed=7, class_names=["NORMAL", "PNEUMONIA"])
    _, _, grid, _ = nodes.show(index, pixels, asked)
    shown = {axis.images[0].get_array().tobytes() for axis in grid.axes if axis.images}
    assert shown == {one.tobytes() for one in prepare(levels, kind)}
