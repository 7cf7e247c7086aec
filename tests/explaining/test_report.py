"""Tests of heat maps that must be able to fail: each is given a map with a known answer."""

import copy
import json
import math

import numpy as np
import pandas as pd
import pytest
import torch
from explained import SIZE, small_model
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.errors import BadExplanation
from chest_xray.explaining import choosing, location, sanity
from chest_xray.explaining.attribution import random_map
from chest_xray.explaining.baselines import baseline_levels, smoothed
from chest_xray.explaining.fidelity import area, deletion_and_insertion
from chest_xray.explaining.model import with_network
from chest_xray.explaining.report import Subject, explanation_report, mean_with_interval
from chest_xray.learning.network import Classifier
from chest_xray.parameters import InterpretabilityParameters
from chest_xray.reporting.explanation_facts import explanation_findings, where_the_maps_point
from chest_xray.reporting.languages import in_every_language


class Quadrant(torch.nn.Module):
    """Log-odds that hang on the brightness of the upper left quarter alone."""

    def forward(self, levels):
        return levels[:, 0, : SIZE // 2, : SIZE // 2].mean(dim=(1, 2)) / 10 - 6


BRIGHT = torch.full((1, 1, SIZE, SIZE), 200.0)
BLACK = torch.zeros_like(BRIGHT)


def in_quadrant(rows, columns):
    values = np.zeros((SIZE, SIZE), np.float32)
    values[rows, columns] = 1
    return values


def test_the_map_that_knows_the_quarter_beats_the_one_that_doesn_t():
    first = slice(0, SIZE // 2)
    maps = {
        "true": in_quadrant(first, first),
        "false": -in_quadrant(first, first),
        "random": np.random.default_rng(0).random((SIZE, SIZE), dtype=np.float32),
    }
    found = deletion_and_insertion(Quadrant(), BRIGHT, BLACK, maps, 20, 8)
    deleted = {name: area(curves.deletion) for name, curves in found.items()}
    inserted = {name: area(curves.insertion) for name, curves in found.items()}
    assert deleted["true"] < deleted["random"] < deleted["false"]
    assert inserted["true"] > inserted["random"] > inserted["false"]
    for curves in found.values():
        assert curves.deletion[0] == curves.insertion[-1] > 0.99
        assert curves.deletion[-1] == curves.insertion[0] < 0.01


def test_the_report_takes_regions_away_as_overlays_show_them(parameters):
    pixels = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE), dtype=np.uint8)
    model = small_model()
    subject = Subject("0", "patient", pixels, "right", True, "", None)
    report = explanation_report(model, [subject], parameters)
    levels = model.levels(pixels[None])
    replacement = baseline_levels(
        parameters.replacement, model, levels, parameters.attribution.blur
    )
    noise = random_map(SIZE, parameters.seed, 0)
    maps = {"lone pixels": noise, "regions": smoothed(noise, parameters.smoothing)}
    points = parameters.curve_points
    found = deletion_and_insertion(model.log_odds(), levels, replacement, maps, points, 8)
    np.testing.assert_allclose(report["deletion"]["random"]["curve"], found["regions"].deletion)
    assert not np.allclose(found["regions"].deletion, found["lone pixels"].deletion)


def test_an_image_called_the_other_class_is_read_from_the_lowest_value_up():
    dark = BRIGHT * 0.1
    evidence = -in_quadrant(slice(0, SIZE // 2), slice(0, SIZE // 2))
    found = deletion_and_insertion(Quadrant(), dark, BRIGHT, {"true": evidence}, 4, 8)["true"]
    assert found.deletion[0] > 0.9
    assert found.deletion[1] < 0.1


def test_covering_changes_the_answer_where_the_answer_comes_from():
    masks = location.patches(SIZE, (0.2, 0.35))
    assert len({int(mask.sum()) for mask in masks.values()}) == 1
    effects = location.occlusion_effects(Quadrant(), BRIGHT, BLACK, masks)
    assert effects["upper_corners"] > 1
    assert effects["lower_corners"] == effects["lower_inner"] == 0


@given(seed=st.integers(0, 1000))
def test_mass_is_shared_out(seed):
    values = np.random.default_rng(seed).standard_normal((SIZE, SIZE)).astype(np.float32)
    shares = location.mass_shares(values, location.regions(SIZE, 0.1, (0.2, 0.35)))
    assert shares["left"] + shares["right"] == pytest.approx(1)
    assert all(0 <= share <= 1 for share in shares.values())
    point = in_quadrant(slice(3, 4), slice(2, 3))
    at_corner = location.mass_shares(point, location.regions(SIZE, 0.1, (0.2, 0.35)))
    assert at_corner == {"centre": 0, "border": 1, "corners": 1, "left": 1, "right": 0}
    assert location.pointing(point, point > 0)
    assert location.mass_inside(point - 0.5, point > 0) == 1


def test_scrambling_goes_from_the_head_down_and_keeps_the_values():
    network = small_model().network
    stages = {stage: copy.deepcopy(one) for stage, one in sanity.scrambled(network, 0)}
    assert list(stages) == ["head", "layer4", "layer3", "layer2", "layer1", "stem"]
    for name, tensor in network.named_parameters():
        changed = dict(stages["stem"].named_parameters())[name]
        torch.testing.assert_close(tensor.flatten().sort()[0], changed.flatten().sort()[0])
    before, after = network.backbone.conv1.weight, stages["layer1"].backbone.conv1.weight
    assert torch.equal(before, after)
    assert not torch.equal(before, stages["stem"].backbone.conv1.weight)


@given(seed=st.integers(0, 1000), factor=st.floats(0.1, 10))
def test_rank_correlation_is_one_for_the_same_order(seed, factor):
    values = np.random.default_rng(seed).standard_normal((8, 8)).astype(np.float32)
    assert sanity.rank_correlation(values, factor * values) == pytest.approx(1)
    assert sanity.rank_correlation(values, -values) == pytest.approx(-1)
    assert sanity.rank_correlation(values, np.zeros_like(values)) == 0


def test_an_interval_counts_a_patient_s_images_together():
    alone = mean_with_interval([0, 1] * 10, [str(i) for i in range(20)], 500, 0)
    together = mean_with_interval([0] * 10 + [1] * 10, ["a"] * 10 + ["b"] * 10, 500, 0)
    assert alone["value"] == together["value"] == 0.5
    assert together["high"] - together["low"] > 2 * (alone["high"] - alone["low"])
    assert mean_with_interval([], [], 500, 0)["value"] is None


def test_hits_without_a_miss_and_images_of_one_patient_are_no_certainty():
    hits = mean_with_interval([1] * 8, [str(i) for i in range(8)], 100, 0)
    assert (hits["value"], hits["high"]) == (1, 1)
    assert hits["low"] < 0.7
    one = mean_with_interval([0.2, 0.4], ["a", "a"], 100, 0)
    assert (one["value"], one["low"], one["high"]) == (pytest.approx(0.3), None, None)


def predictions(outcomes: str) -> pd.DataFrame:
    """A row a letter: n and p were called right, N and P wrong."""
    labels = ["PNEUMONIA" if letter in "pP" else "NORMAL" for letter in outcomes]
    called = ["PNEUMONIA" if letter in "pN" else "NORMAL" for letter in outcomes]
    probability = [
        (0.55 + 0.4 * i / len(outcomes)) if one == "PNEUMONIA" else (0.45 - 0.4 * i / len(outcomes))
        for i, one in enumerate(called)
    ]
    names = [f"{letter}{i}" for i, letter in enumerate(outcomes)]
    return pd.DataFrame(
        {
            "image_id": names,
            "part": "test",
            "label": labels,
            "predicted": called,
            "probability": probability,
        }
    )


MODEL_CARD = {"class_names": ["NORMAL", "PNEUMONIA"], "threshold": 0.5}


def test_examples_have_both_errors_and_both_classes_the_surest_and_the_closest(caplog):
    test = choosing.with_outcomes(predictions("nNpPnNpPnNpPnNpP"))
    chosen = choosing.choose_examples(test, MODEL_CARD, 5)
    by_rule = dict(
        zip(chosen["chosen_as"] + "/" + chosen["outcome"], chosen["image_id"], strict=True)
    )
    assert by_rule["most confident NORMAL/wrong"] == "N13"
    assert by_rule["closest PNEUMONIA/wrong"] == "P3"
    assert by_rule["most confident PNEUMONIA/right"] == "p14"
    assert by_rule["closest NORMAL/right"] == "n0"
    assert len(chosen) == chosen["image_id"].nunique() == 10
    assert not caplog.records
    few = choosing.choose_examples(choosing.with_outcomes(predictions("npnpnpP")), MODEL_CARD, 5)
    assert few["outcome"].tolist() == ["wrong"] + ["right"] * 5
    assert "1 of 7 test images were called wrong, so 1 are shown instead of 5" in caplog.text


def test_images_are_asked_for_by_id_glob_or_file(tmp_path):
    names = ["train/NORMAL/IM-0001.jpeg", "test/PNEUMONIA/person23_virus_1.jpeg", "x/bad.jpeg"]
    index = pd.DataFrame({"image_id": names, "problem": ["", "", "empty file"]})
    (tmp_path / "ids.txt").write_text("\n".join(names[:2]) + "\n\n")

    def asked(images):
        return choosing.images_asked_for(images, index, tmp_path)

    assert asked("") == []
    assert asked(names[0]) == names[:1]
    assert asked("*person23_*") == names[1:2]
    assert asked("*") == names[:2]
    assert asked("ids.txt") == names[:2]
    for images, message in [
        ("IM-0002", r"no image 'IM-0002'.*nearest are train/NORMAL/IM-0001\.jpeg"),
        ("person*", "No image fits interpretability.images 'person\\*'"),
        ("x/bad.jpeg", "could not be read: empty file"),
    ]:
        with pytest.raises(BadExplanation, match=message):
            asked(images)


@pytest.fixture(scope="module")
def parameters():
    from configured import load

    return InterpretabilityParameters(**load("test")["interpretability"])


def test_a_report_is_whole_and_its_findings_are_in_every_language(parameters):
    random = np.random.default_rng(0)
    lesion = in_quadrant(slice(4, 8), slice(20, 26)) > 0
    images = [
        Subject(
            str(i),
            f"patient{i // 2}",
            random.integers(0, 256, (SIZE, SIZE), dtype=np.uint8),
            "wrong" if i == 4 else "right",
            i < 4,
            "bacteria",
            lesion if i % 2 else None,
        )
        for i in range(5)
    ]
    report = explanation_report(small_model(), images, parameters)
    again = explanation_report(small_model(), images, parameters)
    assert json.dumps(report) == json.dumps(again)
    assert {
        "completeness",
        "deletion",
        "insertion",
        "randomization",
        "stability",
        "location",
    } <= set(report)
    assert report["sample"]["images"] == 4
    assert report["location"]["regions"]["centre"]["wrong"]["n"] == 1
    assert report["location"]["lesions"]["bacteria"]["chance"]["pointing"]["value"] < 0.05
    assert report["deletion"]["integrated_gradients"]["ours_minus_this"]["value"] == 0
    baseline = report["completeness"]["baseline"]
    assert 0 <= baseline["same_side"] <= 1
    text = in_every_language(explanation_findings(report, 0))["en"]
    assert f"log-odds of {baseline['log_odds']:.1f}" in text
    gaps = report["completeness"]["gap"]
    assert gaps["integrated_gradients"]["value"] < gaps["random"]["value"]
    noted = explanation_findings(report, 3)
    assert json.loads(json.dumps(noted)) == noted
    assert "counted as its own patient" in in_every_language(noted)["en"]
    location = in_every_language([where_the_maps_point(report["location"])])["fa"]
    assert "۴" in location
    assert not any(digit in location for digit in "0123456789")


class Reads(Classifier):
    """A network that looks at one part of the film, whatever its backbone gives."""

    def __init__(self, part):
        super().__init__("resnet18", [8], 0.2)
        self.part = part

    def forward(self, images):
        return 0 * super().forward(images) + 4 * images[..., *self.part].mean(dim=(1, 2, 3))


@pytest.mark.parametrize(
    ("part", "alarm"),
    [
        ((slice(0, SIZE // 4), slice(0, SIZE // 6)), True),
        ((slice(SIZE // 3, SIZE // 2), slice(SIZE // 3, SIZE // 2)), False),
    ],
)
def test_a_model_that_looks_at_a_corner_is_distinguished_from_one_that_does_not(
    parameters, part, alarm
):
    random = np.random.default_rng(0)
    images = [
        Subject(
            str(i),
            f"patient{i}",
            random.integers(0, 256, (SIZE, SIZE), dtype=np.uint8),
            "right",
            True,
            "",
            None,
        )
        for i in range(3)
    ]
    torch.manual_seed(0)
    corners = explanation_report(with_network(small_model(), Reads(part)), images, parameters)[
        "location"
    ]["corners"]
    assert corners["alarm"] is alarm
    assert corners["ratio"] ** 2 == pytest.approx(
        math.prod(corners["ratio_to_the_largest_elsewhere"].values())
    )


def test_conf_and_the_defaults_of_the_class_say_the_same():
    from configured import load

    from chest_xray.parameters import AttributionParameters

    assert load("base")["interpretability"]["attribution"] == AttributionParameters().model_dump()
