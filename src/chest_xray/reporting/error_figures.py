"""Figures of the errors: each of them, their types, and where they lie."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from chest_xray.radiographs.pixels import PixelMap
from chest_xray.reporting.error_facts import EVIDENCE
from chest_xray.reporting.figure_texts import say
from chest_xray.reporting.messages import message
from chest_xray.reporting.style import BLUE, GREEN, GREY, ORANGE, new_figure, plain
from chest_xray.statistics.risk import wilson

_COLUMNS = 4
# Inches of an image, above all of them, and of a line of the caption above each.
_TILE_WIDTH, _IMAGE_HEIGHT = 3.1, 2.9
_TITLE_HEIGHT, _LINE_HEIGHT = 0.5, 0.143
# So many characters of a caption are as wide as its image.
_LINE_LENGTH = 54
# Types and errors of each that are shown as examples.
_EXAMPLE_ROWS, _EXAMPLES = 6, 5
# Name of the measure and its unit.
_MEASURES = {
    "brightness": "in-figure-brightness",
    "contrast": "in-figure-contrast",
    "sharpness": "in-figure-sharpness",
    "noise": "in-figure-noise",
    "tilt": "in-figure-tilt",
    "cut": "in-figure-cut",
    "shape": "in-figure-shape",
    "border": "in-figure-border",
    "marker": "in-figure-marker",
    "side": "in-figure-side",
    "jpeg_quality": "in-figure-jpeg-quality",
}
_EVIDENCE_COLOURS = {
    "clear": ORANGE,
    "clear, not independent": ORANGE,
    "suggestive": BLUE,
}


def misclassified_pages(
    wrong: pd.DataFrame, levels: NDArray[np.uint8], errors_per_page: int
) -> list[Figure]:
    """Every misclassified image, in the order given, so many a page.

    Args:
        wrong: ``image_id, label, predicted, probability, subtype, shape, types`` (a list of
            names), a row per error.
        levels: uint8 [n, size, size], drawn in the shape of the originals.
        errors_per_page: A multiple of 4.
    """
    starts = range(0, len(wrong), errors_per_page)
    pages = [
        _grid(
            wrong.iloc[first : first + errors_per_page],
            levels[first : first + errors_per_page],
            say("in-figure-misclassified-page", page=page, pages=len(starts)),
        )
        for page, first in enumerate(starts, start=1)
    ]
    return pages or [empty_figure(say("in-figure-none-misclassified"))]


def misclassified_figure(
    wrong: pd.DataFrame, levels: NDArray[np.uint8], most_errors: int
) -> Figure:
    """The pages one below the other in one figure, which viz and a report can show.

    A figure of all errors has no limit and a picture has (65,535 px), so it stops at
    ``most_errors`` and says how many more there are.
    """
    if wrong.empty:
        return empty_figure(say("in-figure-none-misclassified"))
    title = say("in-figure-all-misclassified", images=len(wrong))
    if len(wrong) > most_errors:
        title = say("in-figure-first-misclassified", shown=most_errors, images=len(wrong))
    return _grid(wrong.head(most_errors), levels[:most_errors], title)


def _grid(wrong: pd.DataFrame, levels: NDArray[np.uint8], title: str) -> Figure:
    captions = [_caption(row) for row in wrong.to_dict("records")]
    above = _LINE_HEIGHT * max(len(caption.splitlines()) for caption in captions)
    rows = -(-len(wrong) // _COLUMNS)
    width = _COLUMNS * _TILE_WIDTH
    height = rows * (_IMAGE_HEIGHT + above) + _TITLE_HEIGHT
    figure = new_figure(width, height)
    # Tiles have a size of their own, and fitting a hundred of them takes a constrained layout long.
    figure.set_layout_engine("none")
    places = {
        "left": 0.1 / width,
        "right": 1 - 0.1 / width,
        "bottom": 0.1 / height,
        "top": 1 - (_TITLE_HEIGHT + above) / height,
        "wspace": 0.06,
        "hspace": above / _IMAGE_HEIGHT,
    }
    axes = figure.subplots(rows, _COLUMNS, squeeze=False, gridspec_kw=places).ravel()
    for axis in axes:
        axis.set_axis_off()
        axis.set_anchor("NW")
    for axis, shape, caption, image in zip(axes, wrong["shape"], captions, levels, strict=False):
        # The stored square is stretched back to the film's own shape.
        axis.imshow(image, cmap="gray", vmin=0, vmax=255, aspect=1 / shape)
        axis.set_title(caption, fontsize=7, loc="left")
    figure.suptitle(title, y=1 - 0.15 / height, va="top")
    return figure


def _caption(row: Mapping[Hashable, Any]) -> str:
    name = str(row["image_id"]).rpartition("/")[2]
    name = name if len(name) <= 42 else f"...{name[-39:]}"
    called = say(
        "in-figure-called",
        label=f"{row['label']} ({row['subtype']})" if row["subtype"] else row["label"],
        predicted=row["predicted"],
        probability=float(row["probability"]),
    )
    return "\n".join([plain(name), called, *map(plain, _lines(row["types"]))])


def _lines(names: Iterable[str]) -> list[str]:
    """The names in order, as many on each line as fit; none is broken."""
    lines: list[str] = []
    for name in names:
        if lines and len(lines[-1]) + len(name) + 2 <= _LINE_LENGTH:
            lines[-1] += f", {name}"
        else:
            lines.append(name)
    return lines


def error_examples_figure(images: pd.DataFrame, table: pd.DataFrame, pixels: PixelMap) -> Figure:
    """The most important error types, a row each, with errors of the type as pictures.

    Args:
        images: ``{model}_error_images``.
        table: ``{model}_error_table``; shown are types with an importance above 0.
        pixels: The pixels of all images.
    """
    wrong = images[(images["part"] == "test") & images["error"]]
    wrong = wrong.sort_values("confidence", ascending=False, kind="stable")
    examples: dict[str, pd.DataFrame] = {}
    for name in table.loc[table["importance"] > 0, "error_type"]:
        of_type = wrong[[name in types for types in wrong["types"]]]
        # Types that are the same images would be the same pictures.
        if len(of_type) and not any(of_type.index.equals(one.index) for one in examples.values()):
            examples[name] = of_type
    if not examples:
        return empty_figure(say("in-figure-no-types"))
    names = list(examples)[:_EXAMPLE_ROWS]
    figure = new_figure(13, 2.6 * len(names))
    parts: Any = figure.subfigures(len(names), 1, squeeze=False)[:, 0]
    for part, name in zip(parts, names, strict=True):
        title = say("in-figure-examples-of", type=name, errors=len(examples[name]))
        part.suptitle(title, x=0.005, ha="left", fontsize=10, fontweight="bold")
        line = part.subplots(1, _EXAMPLES)
        for axis in line:
            axis.set_axis_off()
        shown = examples[name].head(_EXAMPLES)
        levels = pixels.read(pixels.rows(shown["image_id"]))
        for axis, row, image in zip(line, shown.to_dict("records"), levels, strict=False):
            axis.imshow(image, cmap="gray", vmin=0, vmax=255, aspect=1 / row["shape"])
            called = say("in-figure-example", label=row["label"], p=float(row["probability"]))
            axis.set_title(called, fontsize=8)
    return figure


def empty_figure(sentence: str) -> Figure:
    """A figure that says why there is nothing to draw."""
    figure = new_figure(7, 2)
    axis = figure.subplots()
    axis.set_axis_off()
    axis.text(0.5, 0.5, sentence, ha="center", va="center", fontsize=13)
    return figure


def error_types_figure(table: pd.DataFrame, orders: Mapping[float, pd.Series]) -> Figure:
    """Importance, risk ratio, and how the order hangs on the cost of a missed pneumonia.

    Args:
        table: The error table.
        orders: By cost: the importance of the tested types, by type.
    """
    tested = table[table["importance"].notna()].head(20)
    if tested["count"].sum() == 0:
        return empty_figure(say("in-figure-no-types"))
    figure = new_figure(15, 0.32 * len(tested) + 2.2)
    bars, ratios, ranks = figure.subplots(1, 3, width_ratios=[1.2, 1.2, 1])
    names, places = tested["error_type"].tolist(), np.arange(len(tested))
    colours = [_EVIDENCE_COLOURS.get(evidence, GREY) for evidence in tested["evidence"]]
    bars.barh(places, tested["importance"], color=colours)
    for place, row in zip(places, tested.to_dict("records"), strict=True):
        bars.annotate(
            say(
                "in-figure-wrong-of-type",
                errors=int(row["count"]),
                evidence=message(EVIDENCE[row["evidence"]]),
            ),
            (row["importance"], place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
        )
    bars.set_yticks(places, [plain(name) for name in names])
    bars.margins(x=0.6)
    bars.set(xlabel=say("in-figure-type-importance"), title=say("in-figure-importance-title"))
    _ratios(ratios, tested, places, colours)
    _ranks(ranks, orders, names)
    # Outside of the axes, whose height depends on how many types there are.
    handles, labels = ranks.get_legend_handles_labels()
    figure.legend(handles, labels, fontsize=8, loc="outside lower right", ncols=3)
    for axis in (bars, ratios):
        axis.set_ylim(len(places) - 0.5, -0.5)
    figure.suptitle(say("in-figure-error-types"))
    return figure


def _ratios(
    axis: Axes, tested: pd.DataFrame, places: NDArray[np.int64], colours: Sequence[str]
) -> None:
    known = tested["risk_ratio"].notna().to_numpy()
    for place, row, colour in zip(places, tested.to_dict("records"), colours, strict=True):
        axis.plot([row["risk_ratio_low"], row["risk_ratio_high"]], [place, place], color=colour)
    axis.scatter(tested["risk_ratio"][known], places[known], color=np.array(colours)[known], s=22)
    axis.axvline(1, color=GREY, linestyle=":")
    axis.set_xscale("log")
    axis.set_yticks(places, [])
    axis.set(xlabel=say("in-figure-risk-ratio"), title=say("in-figure-risk-ratio-title"))


def _ranks(axis: Axes, orders: Mapping[float, pd.Series], names: Sequence[str]) -> None:
    first = names[:6]
    costs = list(orders)
    marks = "osD^vP"
    for number, name in enumerate(first):
        places = [orders[cost].rank(ascending=False, method="first")[name] for cost in costs]
        axis.plot(
            costs,
            places,
            marker=marks[number],
            label=plain(name),
            color=(BLUE, ORANGE, GREEN, "#CC79A7", "#56B4E9", "#E69F00")[number],
        )
    axis.set_xscale("log")
    axis.set_xticks(costs, [f"{cost:g}" for cost in costs])
    axis.minorticks_off()
    axis.invert_yaxis()
    axis.yaxis.set_major_locator(MaxNLocator(integer=True))
    axis.set(xlabel=say("in-figure-cost"), ylabel=say("in-figure-place"))
    axis.set_title(say("in-figure-place-by-cost"))


def error_rates_figure(images: pd.DataFrame) -> Figure:
    """Error rate by subtype and along each film measure, with 95 % Wilson intervals.

    Args:
        images: ``error, label, subtype`` and the film measures, of the test part.
    """
    measures = images.assign(tilt=images["tilt_degrees"].abs())
    shown = [name for name in _MEASURES if measures[name].nunique() > 1]
    columns = 4
    rows = -(-(len(shown) + 1) // columns)
    figure = new_figure(4 * columns, 3.1 * rows + 0.5)
    axes = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
    groups = (images["label"] + "\n" + images["subtype"]).str.strip()
    _rates(axes[0], images["error"], groups, "")
    axes[0].set_title(say("in-figure-by-label"))
    for axis, name in zip(axes[1:], shown, strict=False):
        fifths = pd.qcut(measures[name], 5, duplicates="drop")
        if fifths.cat.categories.size < 2:
            fifths = pd.cut(measures[name], 2)
        middles = fifths.map(lambda one: f"{one.mid:.3g}", na_action="ignore")
        _rates(axis, images["error"], middles, say(_MEASURES[name]))
    for axis in axes[len(shown) + 1 :]:
        axis.set_axis_off()
    for axis in axes[::columns]:
        axis.set_ylabel(say("in-figure-error-rate"))
    figure.suptitle(say("in-figure-error-rates"))
    return figure


def _rates(axis: Axes, error: pd.Series, groups: pd.Series, label: str) -> None:
    counts = error.groupby(groups, observed=True).agg(["sum", "size"])
    wrong, total = counts["sum"].to_numpy(dtype=int), counts["size"].to_numpy(dtype=int)
    rates, places = wrong / total, np.arange(len(total))
    low, high = np.transpose([wilson(*one) for one in zip(wrong, total, strict=True)])
    axis.errorbar(places, rates, [rates - low, high - rates], fmt="o", color=BLUE, capsize=3)
    axis.axhline(error.mean(), color=GREY, linestyle=":")
    names = [f"{plain(name)}\n{count}" for name, count in zip(counts.index, total, strict=True)]
    axis.set_xticks(places, names, fontsize=7)
    axis.margins(x=0.15)
    axis.set_xlabel(label)


def confidence_figure(images: pd.DataFrame) -> Figure:
    """How confident the model is where it is right and where it is wrong, by label."""
    figure = new_figure(10, 4.4)
    labels = sorted(images["label"].unique())
    axes = figure.subplots(1, len(labels), squeeze=False).ravel()
    steps = np.linspace(0, 1, 21)
    for axis, label in zip(axes, labels, strict=True):
        chosen = images[images["label"] == label]
        for error, colour, outcome in (
            (False, BLUE, "in-figure-right"),
            (True, ORANGE, "in-figure-wrong"),
        ):
            values = chosen.loc[chosen["error"] == error, "confidence"]
            share = np.full(len(values), 1 / max(len(values), 1))
            axis.hist(
                values,
                steps,
                weights=share,
                histtype="stepfilled" if error else "step",
                color=colour,
                alpha=0.6 if error else 1,
                linewidth=1.6,
                label=say(outcome, images=len(values)),
            )
        axis.set(xlabel=say("in-figure-confidence"), title=say("in-figure-of-class", name=label))
        axis.set_ylabel(say("in-figure-share-of-answers"))
        # The legend stands above the largest share there can be.
        axis.set_ylim(0, 1.2)
        axis.set_yticks(np.linspace(0, 1, 6))
        axis.legend(loc="upper center", ncols=2)
    figure.suptitle(say("in-figure-confidences"))
    return figure
