"""The exported file and PyTorch are compared on every image, and one that differs is named."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from small_network import export, reference_of

from chest_xray.deploying.export_check import (
    Exported,
    ImageAnswers,
    answers_of_file,
    answers_of_pytorch,
    compare_originals,
    compare_stored,
)
from chest_xray.deploying.model_file import open_model
from chest_xray.errors import BadModelFile, BadRadiographs, MixedResults
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import preprocessing_name

SIZE = 64
SIDES = [(70, 90), (64, 64), (300, 200), (31, 500), (640, 480)]


def changed(answers, image, probability=0.0, distance=0.0, level=0.0):
    """The same answers, those of one image changed."""

    def other(images):
        known = answers(images)
        same = (images == image).all(axis=(1, 2))
        levels = known.levels.copy()
        levels[same, 3, 5] += level
        return ImageAnswers(
            known.probability + same * probability, known.distance + same * distance, levels
        )

    return other


def constant(probability, distance=0.5):
    """A side whose answer is the same for all images."""

    def answers(images):
        count = len(images)
        both = np.full(count, probability), np.full(count, distance)
        return ImageAnswers(*both, images.astype(np.float32))

    return answers


def pytorch_side(module, card):
    weights = module.network.state_dict()
    return answers_of_pytorch(Exported(weights, card, reference_of(weights, card)))


@pytest.fixture
def sides_of(exported):
    data, module, card = exported
    return answers_of_file(data), pytorch_side(module, card)


@pytest.fixture
def stored(tmp_path):
    coarse = np.random.default_rng(5).integers(0, 256, (70, 8, 8), dtype=np.uint8)
    images = np.kron(coarse, np.ones((1, 8, 8), dtype=np.uint8))
    images.tofile(tmp_path / "map")
    names = [f"image_{number}" for number in range(len(images))]
    manifest = PixelManifest(names, list(range(len(names))), SIZE, "", "", str(tmp_path / "map"))
    return PixelMap(manifest), images, names


def test_every_stored_image_counts(exported, sides_of, stored):
    pixels, images, names = stored
    data, module, _ = exported
    file, pytorch = sides_of
    found = compare_stored(file, pytorch, pixels, names)
    with torch.inference_mode():
        expected = module(torch.from_numpy(images)[:, None]).numpy()
    assert found["images"] == 70
    assert found["levels"] == 0
    assert found["probability"] < 1e-5
    assert 0 < found["distance"] < 1e-4
    assert found["probability"] == pytest.approx(
        np.abs(open_model(data).probabilities(images) - expected).max(), abs=1e-6
    )
    for number in (0, 33, 69):
        assert compare_stored(file, pytorch, pixels, names[:number])["images"] == number
        other = changed(pytorch, images[number], probability=0.001)
        with pytest.raises(BadModelFile, match=rf"0\.001 in probability on image_{number} at"):
            compare_stored(file, other, pixels, names)
        other = changed(pytorch, images[number], level=1.0)
        with pytest.raises(BadModelFile, match=rf"by 1 in levels on image_{number} .* than 0;"):
            compare_stored(file, other, pixels, names)
        other = changed(pytorch, images[number], distance=100.0)
        with pytest.raises(
            BadModelFile,
            match=rf"in the share of the distance from the training images on image_{number} ",
        ):
            compare_stored(file, other, pixels, names)


@pytest.mark.parametrize(
    ("two", "apart"), [((0.1, 0.1005), 0.0005), ((4.0, 4.002), 0.0005), ((2.0, 2.0), 0.0)]
)
def test_distances_differ_by_their_share_of_each_or_of_the_limit(stored, two, apart):
    pixels, _, names = stored
    found = compare_stored(constant(0.5, two[1]), constant(0.5, two[0]), pixels, names)
    assert found["distance"] == pytest.approx(apart)


def test_a_file_with_another_reference_is_refused(exported, stored):
    """What warns of unlike films is compared as well as the answer."""
    pixels, _, names = stored
    data, module, card = exported
    weights = module.network.state_dict()
    reference = replace(reference_of(weights, card), limit=2.0)
    pytorch = answers_of_pytorch(Exported(weights, card, reference))
    with pytest.raises(BadModelFile, match="in the share of the distance"):
        compare_stored(answers_of_file(data), pytorch, pixels, names)
    with pytest.raises(MixedResults, match="of another model"):
        answers_of_pytorch(Exported(weights, card, replace(reference, model="other")))


@pytest.mark.parametrize("kind", ["percentiles", "equalize", "clahe"])
def test_the_levels_are_those_after_the_intensity_normalization(exported, stored, kind):
    """The graph is cut at the right place: what comes out is what ``PixelMap.prepared`` reads."""
    pixels, _, names = stored
    _, module, card = exported
    card = card | {"intensity_normalization": kind}
    card["preprocessing"] = preprocessing_name(SIZE, kind)
    weights = module.network.state_dict()
    file = answers_of_file(export(weights, card))
    found = compare_stored(file, pytorch_side(module, card), pixels, names)
    assert found["levels"] == 0
    other = PixelMap(replace(pixels.manifest, intensity_normalization=kind))
    rows = pixels.rows(names)
    levels = file(pixels.read(rows)).levels
    np.testing.assert_array_equal(levels, other.prepared(rows))
    assert (levels != pixels.read(rows)).any()


def test_log_odds_tell_what_probabilities_near_certainty_hide(stored):
    pixels, _, names = stored

    with pytest.raises(BadModelFile, match="in log-odds on image_0 at its stored size"):
        compare_stored(constant(0.002), constant(0.00205), pixels, names)


def test_a_file_that_answers_no_number_is_refused(stored):
    pixels, images, names = stored
    for name in ("probability", "distance"):
        broken = changed(constant(0.5), images[0], **{name: np.nan})
        with pytest.raises(BadModelFile, match=f"differ by nan in .*{name}.* on image_0"):
            compare_stored(broken, constant(0.5), pixels, names)


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


def test_originals_of_any_size_are_compared(sides_of, originals):
    folder, index = originals
    ids = index["image_id"].tolist()[::-1]
    found = compare_originals(*sides_of, SIZE, folder, index, ids)
    assert found["images"] == len(SIDES)
    assert found["probability"] < 1e-3
    assert found["levels"] <= 1
    assert found["distance"] < 0.05
    file, pytorch = sides_of

    def farther(images):
        answers = file(images)
        return answers._replace(distance=answers.distance * 1.2)

    with pytest.raises(BadModelFile, match=r"distance .* at its original size, more than 0\.05"):
        compare_originals(farther, pytorch, SIZE, folder, index, ids)


def test_a_file_that_resizes_otherwise_is_refused(sides_of, originals):
    folder, index = originals
    file, pytorch = sides_of

    def nearest(images):
        """The file, but its resize takes the nearest pixel."""
        resized = Image.fromarray(images[0]).resize((SIZE, SIZE), Image.Resampling.NEAREST)
        return file(np.roll(np.asarray(resized), 3, axis=1)[None])

    with pytest.raises(BadModelFile, match=r"on ifilm_\d.png at its original size"):
        compare_originals(nearest, pytorch, SIZE, folder, index, index["image_id"].tolist())


def test_a_radiograph_that_is_gone_or_damaged_is_named(sides_of, originals):
    folder, index = originals
    (folder / "film_3.png").write_bytes(b"")
    with pytest.raises(BadRadiographs, match=r"film_3.png can't be read any more \(empty file\)"):
        compare_originals(*sides_of, SIZE, folder, index, index["image_id"].tolist())
    assert compare_originals(*sides_of, SIZE, folder, index, []) == {"images": 0}
