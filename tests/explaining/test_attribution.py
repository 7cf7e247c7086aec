"""A heat map of a model whose truth is known, and of one that is not."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from explained import CARD, SIZE, small_model
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.data import get_testdata_file
from safetensors.torch import save_file

from chest_xray.errors import BadExplanation, MissingVersion
from chest_xray.explaining import heat_map, load_model
from chest_xray.explaining.attribution import grad_cam, gradient, integrated_gradients
from chest_xray.explaining.baselines import BASELINES, mean_image
from chest_xray.explaining.heat_maps import DEFAULT, explain_pixels
from chest_xray.learning.network import weights_hash
from chest_xray.machine.versions import lineage_path
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import prepare, resize

MODEL = small_model()
any_image = st.integers(0, 2**16).map(
    lambda seed: np.random.default_rng(seed).integers(0, 256, (SIZE, SIZE), dtype=np.uint8)
)


class Known(torch.nn.Module):
    """Log-odds that are the product of two pixels, whose integral is known."""

    def forward(self, levels):
        return levels[:, 0, 0, 0] * levels[:, 0, 0, 1] / 1000


@given(first=st.integers(0, 255), second=st.integers(0, 255), left=st.integers(0, 255))
def test_of_a_product_each_factor_gets_its_share_by_the_paper_s_formula(first, second, left):
    levels = torch.full((1, 1, 2, 2), float(left))
    levels[0, 0, 0] = torch.tensor([first, second])
    found = integrated_gradients(Known(), levels, torch.zeros_like(levels), 0.01, 16, 64, 8)
    half = first * second / 2000
    np.testing.assert_allclose(found.values, [[half, half], [0, 0]], atol=2e-4, rtol=1e-4)
    assert found.converged
    assert found.steps == 16


def test_steps_are_doubled_only_where_the_gradient_changes():
    class Kink(torch.nn.Module):
        def forward(self, levels):
            return torch.relu(levels.mean(dim=(1, 2, 3)) - 100.3) * 10

    levels = torch.full((1, 1, 2, 2), 255.0)
    black = torch.zeros_like(levels)
    coarse = integrated_gradients(Kink(), levels, black, 0.01, 8, 8, 8)
    fine = integrated_gradients(Kink(), levels, black, 0.001, 8, 512, 8)
    assert not coarse.converged
    assert coarse.steps == 8
    assert fine.converged
    assert abs(fine.delta) <= 0.001 * fine.log_odds
    # Halving the one segment with the kink until it is 128 times shorter takes 8 steps each time.
    assert fine.steps <= 8 + 7 * 8


@settings(max_examples=5, deadline=None)
@given(image=any_image, baseline=st.sampled_from(BASELINES), index=st.integers(0, 1))
def test_a_map_adds_up_to_the_difference_in_log_odds(image, baseline, index):
    how = DEFAULT.model_copy(update={"baseline": baseline})
    found = heat_map(MODEL, image, index, how)
    difference = found.log_odds - found.baseline_log_odds
    assert found.values.shape == (SIZE, SIZE)
    assert found.values.dtype == np.float32
    assert found.values.sum() == pytest.approx(difference + found.delta, abs=1e-2)
    assert found.converged
    assert np.log(found.probability / (1 - found.probability)) == pytest.approx(
        found.log_odds, abs=1e-6
    )


def test_the_other_class_s_map_is_the_negative():
    image = np.full((SIZE, SIZE), 90, np.uint8) + np.arange(SIZE, dtype=np.uint8)
    one, other = heat_map(MODEL, image, 1), heat_map(MODEL, image, 0)
    np.testing.assert_allclose(one.values, -other.values, atol=1e-5)
    assert one.class_name == "PNEUMONIA"
    assert other.class_name == "NORMAL"


def test_memory_decides_how_many_images_go_at_once_and_not_what_comes_out():
    image = np.random.default_rng(1).integers(0, 256, (SIZE, SIZE), dtype=np.uint8)
    little = heat_map(MODEL, image, how=DEFAULT.model_copy(update={"memory_mib": 1}))
    plenty = heat_map(MODEL, image)
    assert MODEL.images_within(1) < MODEL.images_within(64)
    np.testing.assert_allclose(little.values, plenty.values, atol=1e-4)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I;16", "1", "P"])
def test_any_file_is_explained_whatever_its_size_and_mode(mode, tmp_path):
    grey = Image.fromarray(np.arange(90 * 70, dtype=np.uint8).reshape(90, 70))
    path = tmp_path / "radiograph.png"
    image = grey.convert(mode)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    image.save(path)
    found = heat_map(MODEL, path)
    assert found.values.shape == (SIZE, SIZE)
    np.testing.assert_array_equal(found.values, heat_map(MODEL, image).values)


def test_a_dicom_file_is_explained_as_any_other():
    found = heat_map(MODEL, get_testdata_file("CT_small.dcm", download=False))
    assert found.values.shape == (SIZE, SIZE)
    assert found.converged


def test_what_can_t_be_explained_is_refused_with_a_reason(tmp_path):
    (tmp_path / "text.jpeg").write_text("not a radiograph")
    grey = np.zeros((8, 8), np.uint8)
    for image, index, message in [
        (tmp_path / "text.jpeg", 1, r"text\.jpeg can't be explained: not an image"),
        (tmp_path / "nowhere.jpeg", 1, "can't be read: No such file"),
        (np.zeros((8, 8, 3), np.uint8), 1, r"array of uint8 \[8, 8, 3\]"),
        (np.zeros((8, 8)), 1, "array of float64"),
        (grey, 2, r"no class 2; the model knows 0 \(NORMAL\) and 1 \(PNEUMONIA\)"),
        (grey, -1, "no class -1"),
    ]:
        with pytest.raises(BadExplanation, match=message):
            heat_map(MODEL, image, index)
    unknown = DEFAULT.model_copy(update={"baseline": "mean"})
    with pytest.raises(BadExplanation, match="mean of the training images is not known"):
        heat_map(small_model(mean_image=None), grey, how=unknown)


def test_three_lines_of_python_are_enough(tmp_path):
    weights = {name: one.contiguous() for name, one in MODEL.network.state_dict().items()}
    card = CARD | {
        "weights_hash": weights_hash(weights),
        "splits_hash": "s" * 64,
        "data_hash": "d" * 64,
    }
    models = tmp_path / "06_models"
    for version in ("2026-01-01", "2026-02-01"):
        for name in ("tuned_weights.safetensors", "tuned_card.json"):
            (models / name / version).mkdir(parents=True)
        save_file(
            weights, models / "tuned_weights.safetensors" / version / "tuned_weights.safetensors"
        )
        (models / "tuned_card.json" / version / "tuned_card.json").write_text(json.dumps(card))
    mean = tmp_path / "03_primary" / "mean_training_image.png" / "2026-01-01"
    mean.mkdir(parents=True)
    Image.fromarray(MODEL.mean_image).save(mean / "mean_training_image.png")
    lineage = {"splits": "s" * 64, "pixels": f"{'d' * 64} at {SIZE} px"}
    kept = Path(lineage_path(mean.parent, mean.name))
    kept.parent.mkdir(parents=True)
    kept.write_text(json.dumps(lineage))
    image = np.full((SIZE, SIZE), 70, np.uint8)
    found = heat_map(load_model(tmp_path, "tuned"), image)
    np.testing.assert_allclose(found.values, heat_map(MODEL, image).values, atol=1e-6)
    old = heat_map(load_model(tmp_path, "tuned", version="2026-01-01"), image)
    np.testing.assert_array_equal(old.values, found.values)
    with pytest.raises(MissingVersion, match=r"no version 2020 of tuned_weights.*2026-02-01"):
        load_model(tmp_path, "tuned", version="2020")
    kept.write_text(json.dumps(lineage | {"splits": "t" * 64}))
    with pytest.raises(BadExplanation, match="is the mean of the images that this model was"):
        load_model(tmp_path, "tuned")
    with pytest.raises(MissingVersion, match=r"no baseline_weights.*--pipelines=training makes it"):
        load_model(tmp_path, "baseline")
    with pytest.raises(BadExplanation, match=r"baseline and tuned can.*no gradients"):
        load_model(tmp_path, "quantized")


@pytest.mark.parametrize("kind", ["percentiles", "equalize", "clahe"])
def test_attribution_starts_at_the_normalized_levels(kind):
    """Map, baseline and probability are of what the network sees, not of the film's own levels."""
    model = small_model(kind=kind)
    film = np.random.default_rng(2).integers(60, 110, (50, 70), dtype=np.uint8)
    seen = prepare(resize(film, SIZE)[None], kind)[0]
    how = DEFAULT.model_copy(update={"baseline": "blurred", "max_steps": 64})
    found = heat_map(model, film, how=how)
    np.testing.assert_array_equal(found.pixels, seen)
    expected = explain_pixels(model, seen, how=how)
    np.testing.assert_array_equal(found.values, expected.values)
    assert np.abs(found.values).max() > 0
    plain = heat_map(small_model(), film, how=how)
    assert plain.log_odds != found.log_odds
    assert plain.baseline_log_odds != found.baseline_log_odds


def test_the_mean_training_image_is_of_normalized_levels(tmp_path):
    films = np.random.default_rng(4).integers(60, 110, (3, SIZE, SIZE), dtype=np.uint8)
    films.tofile(tmp_path / "map")
    path = str(tmp_path / "map")
    pixels = PixelMap(PixelManifest(["a", "b", "c"], [0, 1, 2], SIZE, "", "", path, "equalize"))
    expected = np.round(prepare(films[:2], "equalize").mean(axis=0)).astype(np.uint8)
    np.testing.assert_array_equal(mean_image(pixels, np.array([0, 1])), expected)


def test_maps_of_a_model_of_several_views_are_of_the_image_itself():
    model = small_model(views=5)
    pixels = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE), dtype=np.uint8)
    found = explain_pixels(model, pixels)
    assert found.values.shape == (SIZE, SIZE)
    # What they add up to is the mean log-odds of all views.
    assert found.log_odds == pytest.approx(model.log_odds()(model.levels(pixels[None])).item())
    total = found.log_odds - found.baseline_log_odds + found.delta
    assert float(found.values.sum()) == pytest.approx(total, abs=1e-3)
    for method in (gradient, grad_cam):
        assert method(model.log_odds(), model.levels(pixels[None])).shape == (SIZE, SIZE)


def test_grad_cam_of_several_views_is_that_of_the_image_as_it_is():
    # Larger than the model's size, so that its last stage has more than one place.
    side = 3 * SIZE
    levels = torch.rand(1, 1, side, side, generator=torch.Generator().manual_seed(0)) * 255
    views = 5
    ours, alone = (grad_cam(small_model(views=each).log_odds(), levels) for each in (views, 1))
    assert np.ptp(alone) > 0
    # Each view has its share of the mean.
    np.testing.assert_allclose(ours * views, alone, rtol=1e-4, atol=1e-6 * np.abs(alone).max())
