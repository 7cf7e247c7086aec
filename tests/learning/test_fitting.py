"""The fit loop learns what can be learnt, keeps the average, and goes on where it stopped."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from chest_xray.errors import BadTraining
from chest_xray.learning.examples import Examples, class_weights, examples
from chest_xray.learning.fitting import (
    Fitting,
    fit,
    predict_logits,
)
from chest_xray.learning.network import Classifier
from chest_xray.learning.state import TrainingState
from chest_xray.machine.device import Hardware, set_up_process
from chest_xray.parameters import (
    AugmentationParameters,
    EarlyStoppingParameters,
    FitParameters,
    ProcessParameters,
    StyleMixingParameters,
)
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import normalize

CPU = Hardware("cpu", "float32")
GPU = pytest.param(
    Hardware("cuda", "bfloat16"),
    marks=[
        pytest.mark.gpu,
        pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
    ],
)
SIZE, COUNT = 48, 64


@pytest.fixture
def pixels(tmp_path):
    """Noise; the second half of the images has a bright lower left quarter."""
    levels = np.random.default_rng(0).integers(0, 120, (COUNT, SIZE, SIZE), dtype=np.uint8)
    levels[COUNT // 2 :, SIZE // 2 :, : SIZE // 2] += 100
    levels.tofile(tmp_path / "pixels.uint8")
    names = [f"image{number}" for number in range(COUNT)]
    path = str(tmp_path / "pixels.uint8")
    return PixelMap(PixelManifest(names, list(range(COUNT)), SIZE, "test", "f", path))


@pytest.fixture
def parts():
    """Every fourth image is for validation."""
    rows = np.arange(COUNT)
    labels = (rows >= COUNT // 2).astype(np.float32)
    held = rows % 4 == 0
    weights = np.ones(COUNT, dtype=np.float32)
    return tuple(Examples(rows[one], labels[one], weights[one]) for one in (~held, held))


def parameters(**changes):
    still = AugmentationParameters(
        rotation_degrees=5,
        translation=0.05,
        scale=0,
        brightness=0.1,
        gain=0.1,
        mean_contrast=0,
        gamma=0,
        blur=0,
        sharpening=0,
        noise=0,
        jpeg_quality=100,
        mirror=False,
    )
    values = {
        "head_sizes": [8],
        "dropout": 0.0,
        "epochs": 4,
        "epochs_frozen": 0,
        "progressive_fraction": 0.0,
        "progressive_image_sizes": [32],
        "batch_size": 8,
        "learning_rate": 1e-3,
        "head_learning_rate": 1e-3,
        "stage_decay": 1.0,
        "warm_up_epochs": 0.0,
        "weight_decay": 0.0,
        "label_smoothing": 0.0,
        "balance_within_sources": True,
        "ema_decay": 0.9,
        "seed": 3,
        "augmentation": still,
        "style_mixing": StyleMixingParameters(amplitude=0, other_class_texture=0, features=0),
        "early_stopping": EarlyStoppingParameters(metric="loss", patience=9, min_delta=0.0),
    }
    return FitParameters(**values | changes)


def trained(pixels, parts, chosen, start=None, hardware=CPU):
    torch.manual_seed(0)
    network = Classifier("resnet18", chosen.head_sizes, chosen.dropout)
    start = start or TrainingState("key", "run", {"backbone": "resnet18"})
    return list(fit(network, pixels, *parts, chosen, hardware, start))


@pytest.mark.parametrize("hardware", [GPU])
def test_on_cuda_two_trainings_are_the_same_to_the_last_bit(pixels, parts, hardware):
    set_up_process(ProcessParameters(device="cuda", precision="auto", threads=1), seed=1)
    with warnings.catch_warnings():
        # torch warns of an operation that has no deterministic algorithm.
        warnings.simplefilter("error", UserWarning)
        first, second = (
            trained(pixels, parts, parameters(), hardware=hardware)[-1].weights for _ in range(2)
        )
    assert all(torch.equal(tensor, second[name]) for name, tensor in first.items())


@pytest.mark.parametrize("hardware", [CPU, GPU])
def test_what_tells_the_classes_apart_is_learnt(pixels, parts, hardware):
    last = trained(pixels, parts, parameters(), hardware=hardware)[-1]
    validation = [row for row in last.history if row["part"] == "validation"]
    assert validation[-1]["auc"] > 0.95
    assert last.finished == "all 4 epochs done"


def test_the_average_is_kept_and_is_the_last_step_where_nothing_is_averaged(pixels, parts):
    averaged, plain = (
        trained(pixels, parts, parameters(epochs=1, ema_decay=share))[-1] for share in (0.9, 0.0)
    )
    name = "head.1.weight"
    assert torch.equal(plain.best_weights[name], plain.weights[name])
    assert not torch.equal(averaged.best_weights[name], averaged.weights[name])
    # Averaging only watches: the steps themselves are the same.
    assert torch.equal(averaged.weights[name], plain.weights[name])


def test_going_on_after_an_epoch_ends_where_an_undisturbed_run_does(pixels, parts):
    chosen = parameters(epochs=3, epochs_frozen=1)
    whole = trained(pixels, parts, chosen)
    resumed = trained(pixels, parts, chosen, start=whole[0])
    assert len(resumed) == 2
    for name, tensor in whole[-1].best_weights.items():
        assert torch.equal(tensor, resumed[-1].best_weights[name]), name


def test_images_grow_and_only_full_size_is_kept_or_stopped_at(pixels, parts):
    """No epoch gains 1 of AUC, so the second at full size is stopped at, and none before it."""
    never = EarlyStoppingParameters(metric="auc", patience=1, min_delta=1.0)
    chosen = parameters(
        epochs=6, progressive_fraction=0.5, progressive_image_sizes=[32, 40], early_stopping=never
    )
    last = trained(pixels, parts, chosen)[-1]
    sizes = [row["image_size"] for row in last.history if row["part"] == "validation"]
    assert sizes == [32, 32, 40, SIZE, SIZE]
    assert (last.best_epoch, last.finished) == (
        4,
        "no gain of 1 in validation auc since epoch 4",
    )


@given(
    st.integers(1, 50),
    st.floats(0, 1, exclude_max=True),
    st.lists(st.integers(32, 200), min_size=1, max_size=5),
)
def test_images_never_shrink_and_the_last_epoch_sees_them_whole(epochs, share, sizes):
    chosen = parameters(
        epochs=epochs, progressive_fraction=share, progressive_image_sizes=sorted(sizes)
    )
    seen = [chosen.image_size(epoch, 200) for epoch in range(1, epochs + 1)]
    assert seen == sorted(seen)
    assert set(seen) <= {*sizes, 200}
    assert seen[-1] == 200


def test_a_frozen_epoch_leaves_the_backbone_as_it_is(pixels, parts):
    chosen = parameters(epochs=2, epochs_frozen=1)
    torch.manual_seed(0)
    network = Classifier("resnet18", chosen.head_sizes, chosen.dropout)
    before = {name: tensor.clone() for name, tensor in network.backbone.state_dict().items()}
    fitting = Fitting(network, pixels, parts[0], chosen, CPU)
    list(fitting.steps(1))
    for name, tensor in network.backbone.state_dict().items():
        assert torch.equal(tensor, before[name]), name
    list(fitting.steps(2))
    assert not torch.equal(network.backbone.conv1.weight, before["conv1.weight"])


def test_a_rate_that_blows_the_weights_up_is_said(pixels, parts):
    with pytest.raises(BadTraining, match=r"learning rates .* too high"):
        trained(pixels, parts, parameters(learning_rate=1e30, head_learning_rate=1e30))


def weighted(sources, labels):
    train = pd.DataFrame({"label": labels, "source": sources})
    return class_weights(train, "PNEUMONIA", within_sources=True)


def test_of_one_source_the_classes_are_weighted_as_over_all_images():
    labels = ["NORMAL"] * 3 + ["PNEUMONIA"] * 9
    found = weighted(["inside"] * 12, labels)
    assert found["inside"] == found[""] == (12 / 6, 12 / 18)


def test_within_each_source_both_classes_count_the_same():
    sources = ["north"] * 10 + ["south"] * 10
    labels = ["PNEUMONIA"] * 8 + ["NORMAL"] * 2 + ["PNEUMONIA"] * 1 + ["NORMAL"] * 9
    found = weighted(sources, labels)
    assert 8 * found["north"][1] == pytest.approx(2 * found["north"][0]) == pytest.approx(5)
    assert 1 * found["south"][1] == pytest.approx(9 * found["south"][0]) == pytest.approx(5)


def test_a_source_of_one_class_is_warned_of(caplog):
    found = weighted(["north"] * 4 + ["south"] * 2, ["NORMAL", "PNEUMONIA"] * 2 + ["NORMAL"] * 2)
    assert found["south"] == (1, 1)
    assert "The source south has training films of one class only" in caplog.text


def weights_of(pixels, source, within_sources, part="train"):
    """The weights in the loss of a part, as the training takes them."""
    rows = np.arange(COUNT)
    splits = pd.DataFrame(
        {
            "image_id": pixels.manifest.image_ids,
            "label": np.where(rows % 3 == 0, "PNEUMONIA", "NORMAL"),
            "source": source,
            "part": np.where(rows % 4 == 0, "validation", "train"),
        }
    )
    found = examples(splits, pixels, "PNEUMONIA", part, within_sources)
    own = splits[splits["part"] == part].assign(weight=found.weights)
    assert found.labels.tolist() == (own["label"] == "PNEUMONIA").tolist()
    assert found.rows.tolist() == pixels.rows(own["image_id"]).tolist()
    return own


def test_of_one_source_balancing_within_sources_changes_nothing(pixels):
    for part in ("train", "validation"):
        within, over_all = (weights_of(pixels, "inside", one, part) for one in (True, False))
        assert within["weight"].tolist() == over_all["weight"].tolist()


def test_of_two_sources_it_weighs_the_classes_of_each_the_same(pixels):
    source = np.where(np.arange(COUNT) % 5 < 2, "north", "south")
    within, over_all = (weights_of(pixels, source, one) for one in (True, False))
    assert within["weight"].tolist() != over_all["weight"].tolist()
    sums = within.groupby(["source", "label"])["weight"].sum()
    for one in ("north", "south"):
        assert sums[one, "NORMAL"] == pytest.approx(sums[one, "PNEUMONIA"])
        assert sums[one].sum() == pytest.approx((within["source"] == one).sum())
    balanced = over_all.groupby("label")["weight"].sum()
    assert balanced["NORMAL"] == pytest.approx(balanced["PNEUMONIA"])
    assert within["weight"].mean() == pytest.approx(1)


def test_a_source_that_is_only_in_validation_counts_as_all_of_training(pixels):
    source = np.where(np.arange(COUNT) % 4 == 0, "new", "north")
    new = weights_of(pixels, source, True, "validation")
    over_all = weights_of(pixels, source, False, "validation")
    assert new["weight"].tolist() == over_all["weight"].tolist()


@pytest.mark.parametrize("name", ["amplitude", "other_class_texture", "features"])
def test_style_mixing_changes_what_is_learnt_and_nothing_of_the_finished_network(
    pixels, parts, name
):
    off = {"amplitude": 0, "other_class_texture": 0, "features": 0}
    mixing = StyleMixingParameters(**off | {name: 1.0})
    plain = trained(pixels, parts, parameters(epochs=1))[-1]
    mixed = trained(pixels, parts, parameters(epochs=1, style_mixing=mixing))[-1]
    assert mixed.best_weights.keys() == plain.best_weights.keys()
    assert any(
        not torch.equal(mixed.best_weights[key], plain.best_weights[key])
        for key in plain.best_weights
    )
    again = trained(pixels, parts, parameters(epochs=1, style_mixing=mixing))[-1]
    torch.testing.assert_close(again.best_weights, mixed.best_weights, rtol=0, atol=0)


@pytest.mark.parametrize("kind", ["percentiles", "equalize", "clahe"])
def test_a_network_sees_prepared_levels_in_training_and_in_prediction(pixels, parts, kind):
    other = PixelMap(replace(pixels.manifest, intensity_normalization=kind))
    torch.manual_seed(0)
    network = Classifier("resnet18", [], 0.0).eval()
    plain, normalized = (predict_logits(network, one, range(8), CPU) for one in (pixels, other))
    assert np.abs(plain - normalized).max() > 1e-3
    levels = torch.from_numpy(other.prepared(range(8)))[:, None].float()
    with torch.inference_mode():
        expected = network(normalize(levels)).numpy()
    np.testing.assert_allclose(normalized, expected, atol=1e-4)
    losses = []
    for one in (pixels, other):
        torch.manual_seed(0)
        start = TrainingState("key", "run", {"backbone": "resnet18"})
        trained = Classifier("resnet18", [], 0.0)
        *_, last = fit(trained, one, *parts, parameters(epochs=1), CPU, start)
        losses.append(last.history[0]["loss"])
    assert losses[0] != losses[1]
