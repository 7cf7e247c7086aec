"""Figures draw what they were given."""

import numpy as np
import pandas as pd
import pytest

from chest_xray.reporting.data_figures import (
    class_counts_figure,
    image_sizes_figure,
    sample_grid_figure,
)
from chest_xray.reporting.error_figures import misclassified_figure
from chest_xray.reporting.training_figures import (
    confusion_matrix_figure,
    curves_figure,
    ranking_figure,
    reliability_figure,
)

CLASSES = ["NORMAL", "PNEUMONIA"]


def history(sizes):
    """Two parts, one epoch per size; loss 1, 1/2, 1/3 ... and accuracy 0, 1/2, 2/3 ..."""
    rows = [
        {
            "epoch": epoch,
            "part": part,
            "image_size": size,
            "loss": 1 / epoch + shift,
            "accuracy": 1 - 1 / epoch,
        }
        for epoch, size in enumerate(sizes, start=1)
        for part, shift in (("train", 0.0), ("validation", 0.5))
    ]
    return pd.DataFrame(rows)


def line(axis, label):
    return next(one for one in axis.get_lines() if one.get_label() == label)


def test_curves_hold_each_epoch_of_train_and_validation_and_mark_the_kept_one():
    loss, accuracy = curves_figure(history([32] * 4), best_epoch=3).axes
    np.testing.assert_allclose(line(loss, "train").get_ydata(), [1, 1 / 2, 1 / 3, 1 / 4])
    np.testing.assert_allclose(line(loss, "validation").get_ydata(), [1.5, 1, 5 / 6, 3 / 4])
    np.testing.assert_allclose(line(accuracy, "validation").get_ydata(), [0, 1 / 2, 2 / 3, 3 / 4])
    for axis in (loss, accuracy):
        assert set(line(axis, "kept: epoch 3").get_xdata()) == {3}
        assert not axis.texts


def test_curves_say_from_where_on_images_are_larger():
    for axis in curves_figure(history([32, 32, 64]), best_epoch=3).axes:
        assert {text.get_text(): text.get_position()[0] for text in axis.texts} == pytest.approx(
            {"32 px": 0.6, "64 px": 2.6}
        )


def test_a_confusion_matrix_has_counts_and_shares_of_the_true_class():
    axis = confusion_matrix_figure([[30, 10], [1, 3]], CLASSES).axes[0]
    texts = {text.get_position(): text.get_text() for text in axis.texts}
    assert texts == {
        (0, 0): "30\n75.0%",
        (1, 0): "10\n25.0%",
        (0, 1): "1\n25.0%",
        (1, 1): "3\n75.0%",
    }
    assert [label.get_text() for label in axis.get_yticklabels()] == CLASSES
    assert "44 test images" in axis.get_title()


def test_a_ranking_without_error_has_an_area_of_one():
    labels = np.array([False] * 5 + [True] * 5)
    roc, recall = ranking_figure(labels, np.linspace(0, 1, 10)).axes
    assert line(roc, "model, AUC 1.0000").get_ydata().max() == 1
    assert line(recall, "model, average precision 1.0000")
    reverse = ranking_figure(labels, np.linspace(1, 0, 10)).axes[0]
    assert line(reverse, "model, AUC 0.0000")


def test_reliability_puts_each_bin_where_it_belongs():
    bins = [
        {"n": 10, "predicted": 0.1, "observed": 0.2},
        {"n": 30, "predicted": 0.9, "observed": 1},
    ]
    axis = reliability_figure(bins, 0.1).axes[0]
    (points,) = axis.collections
    np.testing.assert_allclose(points.get_offsets(), [[0.1, 0.2], [0.9, 1]])
    areas = points.get_sizes() - 30
    assert areas[1] == pytest.approx(3 * areas[0])
    assert "(expected calibration error 0.100)" in axis.get_title()


@pytest.fixture
def index():
    return pd.DataFrame(
        {
            "label": ["NORMAL", "NORMAL", "PNEUMONIA", "PNEUMONIA", "PNEUMONIA"],
            "subtype": ["", "", "virus", "bacteria", "bacteria"],
            "folder": ["train", "test", "train", "train", ""],
            "width": [100, 200, 300, 400, 0],
            "height": [110, 210, 310, 410, 0],
            "problem": ["", "", "", "", "damaged"],
        }
    )


def test_class_counts_are_bars_by_subtype_and_folder(index):
    subtypes, folders = class_counts_figure(index, CLASSES).axes
    heights = {bars.get_label(): [bar.get_height() for bar in bars] for bars in subtypes.containers}
    names = [label.get_text() for label in subtypes.get_xticklabels()]
    assert names == ["bacteria", "no subtype", "virus"]
    assert heights == {"NORMAL (2)": [0, 2, 0], "PNEUMONIA (3)": [2, 0, 1]}
    assert [bar.get_height() for bars in folders.containers for bar in bars] == [0, 1, 1, 1, 0, 2]


def test_sizes_are_of_readable_files_only(index):
    axis = image_sizes_figure(index, CLASSES).axes[0]
    points = np.concatenate([one.get_offsets() for one in axis.collections])
    np.testing.assert_array_equal(points, [[100, 110], [200, 210], [300, 310], [400, 410]])
    assert "4 radiographs" in axis.get_title()


def test_samples_are_the_images_with_their_labels():
    images = np.stack([np.full((4, 4), level, np.uint8) for level in (10, 20, 30)])
    figure = sample_grid_figure(images, ["NORMAL"] * 3, ["", "a$b", "virus"])
    shown = [axis.images[0].get_array() for axis in figure.axes]
    np.testing.assert_array_equal(np.stack(shown), images)
    assert figure.axes[2].get_title() == "NORMAL\nvirus"


def test_captions_of_misclassified_images_stay_within_their_column():
    types = ["table: lesion_lobe = all", "table: 0.609 <= lesion_opacity < 0.792", *"abcdefgh"]
    row = {"label": "PNEUMONIA", "predicted": "NORMAL", "probability": 0.4, "subtype": "virus"}
    rows = [
        row | {"image_id": f"test/person{number}_virus_1.jpeg", "shape": 1.2, "types": types}
        for number in range(8)
    ]
    figure = misclassified_figure(pd.DataFrame(rows), np.zeros((8, 16, 16), dtype=np.uint8), 8)
    figure.canvas.draw()
    first, second = (axis._left_title.get_window_extent() for axis in figure.axes[:2])
    assert first.x1 < second.x0
    assert all(one in figure.axes[0].get_title(loc="left") for one in types)
    above, below = figure.axes[0].get_window_extent(), figure.axes[4]._left_title
    assert below.get_window_extent().y1 < above.y0
