"""Where heat maps lie on films with a marked lesion, of a network and masks that are known."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from configured import TREES
from explained import CARD, SIZE, small_model
from PIL import Image

from chest_xray.explaining import lesions
from chest_xray.explaining.attribution import Map
from chest_xray.explaining.lesions import locate_lesions
from chest_xray.explaining.location import lesion_reader
from chest_xray.explaining.model import ExplainedModel
from chest_xray.parameters import InterpretabilityParameters
from chest_xray.radiographs.pixels import PixelManifest, PixelMap

COUNT = 6
METHODS = {"integrated_gradients", "grad_cam", "chance"}


@pytest.fixture(scope="module")
def model() -> ExplainedModel:
    own = small_model()
    return ExplainedModel(own.network, CARD | {"weights_hash": "w"}, own.mean_image, "cpu")


@pytest.fixture
def pixels(tmp_path) -> PixelMap:
    random = np.random.default_rng(0)
    path = tmp_path / "films.uint8"
    path.write_bytes(random.integers(0, 256, (COUNT, SIZE, SIZE), dtype=np.uint8).tobytes())
    names = [f"NORMAL/{number}.png" for number in range(COUNT)]
    return PixelMap(PixelManifest(names, list(range(COUNT)), SIZE, "", "", str(path)))


FILMS = pd.DataFrame(
    {
        "image_id": [f"NORMAL/{number}.png" for number in range(COUNT)],
        "group_id": ["a", "a", "b", "c", "d", "e"],
    }
)
PARAMETERS = InterpretabilityParameters(**TREES["test"]["interpretability"])


def quarter() -> np.ndarray:
    mask = np.zeros((SIZE, SIZE), dtype=np.bool_)
    mask[: SIZE // 2, : SIZE // 2] = True
    return mask


def located(model, pixels, lesion_of):
    found = locate_lesions(model, FILMS, pixels, lesion_of, PARAMETERS)
    return json.loads(json.dumps(found, allow_nan=False))


def test_films_without_a_mark_are_left_out_and_chance_is_the_area_of_the_marks(model, pixels):
    masks = {"NORMAL/0.png": quarter(), "NORMAL/2.png": ~quarter(), "NORMAL/3.png": quarter()}
    empty = np.zeros((SIZE, SIZE), dtype=np.bool_)
    found = located(model, pixels, (masks | {"NORMAL/4.png": empty}).get)
    assert set(found) == METHODS | {"n", "weights_hash"}
    assert (found["n"], found["weights_hash"]) == (3, "w")
    for method in METHODS:
        assert set(found[method]) == {"pointing", "mass_inside"}
        for measured in found[method].values():
            assert measured["n"] == 3
            assert 0 <= measured["low"] <= measured["value"] <= measured["high"] <= 1
    for kind in ("pointing", "mass_inside"):
        assert found["chance"][kind]["value"] == pytest.approx((0.25 + 0.75 + 0.25) / 3)


def test_a_mark_on_the_whole_film_holds_everything(model, pixels):
    whole = np.ones((SIZE, SIZE), dtype=np.bool_)
    found = located(model, pixels, {"NORMAL/1.png": whole, "NORMAL/5.png": whole}.get)
    assert found["n"] == 2
    for method in METHODS:
        assert found[method]["pointing"]["value"] == 1
    assert found["integrated_gradients"]["mass_inside"]["value"] == pytest.approx(1)


@pytest.mark.parametrize("inside", [True, False])
def test_maps_that_lie_in_the_mark_hit_it_and_others_miss_it(model, pixels, monkeypatch, inside):
    lies = quarter() if inside else ~quarter()
    # What a map has against the class counts for nothing.
    known: Map = np.where(lies, 1.0, -5.0).astype(np.float32)

    class Known:
        values = known

    monkeypatch.setattr(lesions, "explain_pixels", lambda *_, **__: Known())
    monkeypatch.setattr(lesions, "grad_cam", lambda *_: known)
    found = located(model, pixels, lambda _: quarter())
    for method in ("integrated_gradients", "grad_cam"):
        assert found[method]["mass_inside"]["value"] == inside
        assert found[method]["pointing"]["value"] == inside


@pytest.mark.parametrize(
    "lesion_of", [lambda _: None, lambda _: np.zeros((SIZE, SIZE), dtype=np.bool_)]
)
def test_without_any_mark_there_is_nothing_to_locate(model, pixels, lesion_of):
    assert located(model, pixels, lesion_of) == {"n": 0, "weights_hash": "w"}


def test_masks_are_read_from_a_folder_by_the_name_of_the_film(model, pixels, tmp_path):
    masks = tmp_path / "masks"
    (masks / "NORMAL").mkdir(parents=True)
    large = np.repeat(np.repeat(quarter(), 3, axis=0), 3, axis=1)
    Image.fromarray(np.where(large, 255, 0).astype(np.uint8)).save(masks / "NORMAL" / "2.png")
    found = located(model, pixels, lesion_reader(masks, SIZE))
    assert found["n"] == 1
    assert found["chance"]["mass_inside"]["value"] == pytest.approx(0.25)
    assert found["grad_cam"]["pointing"]["low"] is None
    assert located(model, pixels, lesion_reader(tmp_path / "none", SIZE))["n"] == 0


def test_the_same_films_give_the_same_numbers(model, pixels):
    torch.manual_seed(5)
    first = located(model, pixels, lambda _: quarter())
    torch.manual_seed(6)
    assert located(model, pixels, lambda _: quarter()) == first
