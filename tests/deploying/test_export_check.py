"""The exported file and PyTorch are compared on every image, and one that differs is named."""

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from chest_xray.deploying.export_check import compare_originals, compare_stored
from chest_xray.deploying.model_file import open_model
from chest_xray.errors import BadModelFile, BadRadiographs
from chest_xray.radiographs.pixels import PixelManifest, PixelMap

SIZE = 64
SIDES = [(70, 90), (64, 64), (300, 200), (31, 500), (640, 480)]


class Changed(torch.nn.Module):
    """PyTorch's answers, one of which is another."""

    def __init__(self, module, image, change):
        super().__init__()
        self.module, self.image, self.change = module, torch.from_numpy(image), change

    def forward(self, images):
        same = (images[:, 0] == self.image).flatten(1).all(dim=1)
        answers = self.module(images)
        return torch.where(same, answers + self.change, answers)


@pytest.fixture
def model(exported):
    return open_model(exported[0], threads=1)


@pytest.fixture
def stored(tmp_path):
    coarse = np.random.default_rng(5).integers(0, 256, (70, 8, 8), dtype=np.uint8)
    images = np.kron(coarse, np.ones((1, 8, 8), dtype=np.uint8))
    images.tofile(tmp_path / "map")
    names = [f"image_{number}" for number in range(len(images))]
    manifest = PixelManifest(names, list(range(len(names))), SIZE, "", "", str(tmp_path / "map"))
    return PixelMap(manifest), images, names


def test_every_stored_image_counts(exported, model, stored):
    pixels, images, names = stored
    _, module, _ = exported
    found = compare_stored(model, module, pixels, names)
    with torch.inference_mode():
        expected = module(torch.from_numpy(images)[:, None]).numpy()
    assert found["images"] == 70
    assert found["probability"] < 1e-5
    assert found["probability"] == pytest.approx(
        np.abs(model.probabilities(images) - expected).max(), abs=1e-6
    )
    for number in (0, 33, 69):
        changed = Changed(module, images[number], 0.001)
        assert compare_stored(model, module, pixels, names[:number])["images"] == number
        with pytest.raises(BadModelFile, match=rf"1\.0e-03 in probability on image_{number} at"):
            compare_stored(model, changed, pixels, names)


def test_log_odds_tell_what_probabilities_near_certainty_hide(stored):
    pixels, _, names = stored

    class Certain:
        """A file that is nearly certain of everything."""

        def probabilities(self, images):
            return np.full(len(images), 0.002)

    def nearly(images):
        return torch.full((len(images),), 0.00205)

    with pytest.raises(BadModelFile, match="in log-odds on image_0 at its stored size"):
        compare_stored(Certain(), nearly, pixels, names)


def test_a_file_that_answers_no_number_is_refused(stored):
    pixels, _, names = stored

    class Broken:
        """A file that gives NaN for one image of all."""

        def probabilities(self, images):
            found = np.full(len(images), 0.5)
            found[0] = np.nan
            return found

    def half(images):
        return torch.full((len(images),), 0.5)

    with pytest.raises(BadModelFile, match="differ by nan in probability on image_0"):
        compare_stored(Broken(), half, pixels, names)


@pytest.fixture
def originals(tmp_path):
    random = np.random.default_rng(6)
    names = []
    for number, (height, width) in enumerate(SIDES):
        coarse = Image.fromarray(random.integers(0, 256, (9, 9), dtype=np.uint8))
        coarse.resize((width, height)).save(tmp_path / f"film_{number}.png")
        names.append(f"film_{number}.png")
    ids = [f"i{name}" for name in names]
    return tmp_path, pd.DataFrame({"image_id": ids, "path": names, "bits": 8})


def test_originals_of_any_size_are_compared(exported, model, originals):
    folder, index = originals
    _, module, _ = exported
    found = compare_originals(model, module, folder, index, index["image_id"].tolist()[::-1])
    assert found["images"] == len(SIDES)
    assert found["probability"] < 1e-3


def test_a_file_that_resizes_otherwise_is_refused(exported, model, originals):
    folder, index = originals
    _, module, _ = exported

    class Nearest:
        """The file, but its resize takes the nearest pixel."""

        facts = model.facts

        def probabilities(self, images):
            resized = Image.fromarray(images[0]).resize((SIZE, SIZE), Image.Resampling.NEAREST)
            shifted = np.roll(np.asarray(resized), 3, axis=1)
            return model.probabilities(shifted[None])

    with pytest.raises(BadModelFile, match=r"on ifilm_\d.png at its original size"):
        compare_originals(Nearest(), module, folder, index, index["image_id"].tolist())


def test_a_radiograph_that_is_gone_or_damaged_is_named(exported, model, originals):
    folder, index = originals
    _, module, _ = exported
    (folder / "film_3.png").write_bytes(b"")
    with pytest.raises(BadRadiographs, match=r"film_3.png can't be read any more \(empty file\)"):
        compare_originals(model, module, folder, index, index["image_id"].tolist())
    assert compare_originals(model, module, folder, index, []) == {"images": 0}
