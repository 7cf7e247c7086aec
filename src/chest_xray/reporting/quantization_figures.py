"""The figure of quantization: size, latency, throughput and quality, float beside int8."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from chest_xray.reporting.figure_texts import say
from chest_xray.reporting.messages import message
from chest_xray.reporting.style import BLUE, GREY, ORANGE, new_figure

_PRECISIONS = (("float", BLUE), ("int8", ORANGE))
_NAMES = {"float": "column-float", "int8": "column-int8"}
_TIMED = {"whole file": "in-figure-whole-file", "network alone": "in-figure-network-alone"}
_SHOWN = {
    "accuracy": "metric-accuracy",
    "sensitivity": "metric-sensitivity",
    "specificity": "metric-specificity",
    "auc": "metric-area",
}
_WIDTH = 0.38

Report = Mapping[str, Any]


def quantization_figure(report: Report) -> Figure:
    """Four panels: size, latency of one image on one thread, throughput by batch, quality on test.

    Args:
        report: The quantization report.
    """
    figure = new_figure(12, 8.6)
    size, latency, throughput, quality = figure.subplots(2, 2).flat
    _draw_size(size, report["size"])
    _draw_latency(latency, report["latency"])
    _draw_throughput(throughput, report["latency"])
    _draw_quality(quality, report["per_class"]["overall"])
    machine = report["machine"]
    instructions = machine["int8_instructions"]
    title = "in-figure-quantized" if instructions else "in-figure-quantized-without-int8"
    values = {"instructions": instructions} if instructions else {}
    figure.suptitle(say(title, processor=machine["processor"], **values))
    return figure


def _draw_size(axis: Axes, size: Mapping[str, float]) -> None:
    for place, (name, colour) in enumerate(_PRECISIONS):
        bars = axis.bar(place, size[name] / 1e6, 0.6, color=colour)
        axis.bar_label(bars, fmt="%.1f", padding=2)
    axis.set_xticks([0, 1], [say(_NAMES[name]) for name, _ in _PRECISIONS])
    axis.set(ylabel=say("in-figure-megabytes"))
    axis.set_title(say("in-figure-size", ratio=size["ratio"]))
    axis.margins(x=0.3, y=0.12)


def _draw_latency(axis: Axes, rows: Sequence[Mapping[str, Any]]) -> None:
    chosen = [row for row in rows if row["threads"] == 1 and row["batch"] == 1]
    for place, row in enumerate(chosen):
        for side, (name, colour) in zip((-0.5, 0.5), _PRECISIONS, strict=True):
            if row[name] is None:
                continue
            median = row[name]["median_ms"]
            late = max(0.0, row[name]["p95_ms"] - median)
            # Of one bar alone the middle is where its name is.
            at = place + (side * _WIDTH if row["int8"] is not None else 0.0)
            axis.barh(
                at,
                median,
                _WIDTH,
                color=colour,
                label=say(_NAMES[name]),
                xerr=[[0], [late]],
                ecolor=GREY,
                capsize=3,
            )
            axis.annotate(
                f"{median:.1f}",
                (median + late, at),
                (4, 0),
                va="center",
                textcoords="offset points",
                fontsize=8,
            )
    names = [f"{row['backend']}\n{_timed(row)}" for row in chosen]
    axis.set_yticks(range(len(chosen)), names, fontsize=8)
    axis.invert_yaxis()
    axis.set(xlabel=say("in-figure-milliseconds"), title=say("in-figure-latency"))
    axis.margins(x=0.12)
    _legend_once(axis)


def _draw_throughput(axis: Axes, rows: Sequence[Mapping[str, Any]]) -> None:
    first = rows[0]
    own = [
        row for row in rows if all(row[key] == first[key] for key in ("backend", "what", "image"))
    ]
    styles = (("-", "o"), ("--", "s"))
    threads_tried = sorted({row["threads"] for row in own})
    for threads, (line, mark) in zip(threads_tried, styles, strict=False):
        of_threads = [row for row in own if row["threads"] == threads]
        batches = [row["batch"] for row in of_threads]
        for name, colour in _PRECISIONS:
            axis.plot(
                batches,
                [row[name]["images_per_second"] for row in of_threads],
                line,
                marker=mark,
                color=colour,
                label=say("in-figure-threads", name=message(_NAMES[name]), threads=threads),
            )
    axis.set_xscale("log", base=2)
    axis.set_xticks(batches, [str(batch) for batch in batches])
    axis.set(xlabel=say("in-figure-batch"), ylabel=say("in-figure-per-second"), ylim=(0, None))
    axis.set_title(say("in-figure-throughput", backend=first["backend"], what=_timed(first)))
    axis.legend()


def _draw_quality(axis: Axes, overall: Mapping[str, Any]) -> None:
    for place, metric in enumerate(_SHOWN):
        for side, (name, colour) in zip((-0.5, 0.5), _PRECISIONS, strict=True):
            row = overall[metric][name]
            value = row["value"]
            span = [[value - row["low"]], [row["high"] - value]]
            x = place + 0.44 * side
            axis.errorbar(
                x, value, np.abs(span), fmt="o", color=colour, capsize=4, label=say(_NAMES[name])
            )
            axis.annotate(
                f"{value:.3f}",
                (x, row["high"]),
                (0, 4),
                ha="center",
                va="bottom",
                textcoords="offset points",
                fontsize=8,
            )
    axis.set_xticks(range(len(_SHOWN)), list(map(say, _SHOWN.values())))
    axis.set(ylabel=say("in-figure-value"), title=say("in-figure-quality"))
    axis.margins(x=0.15, y=0.1)
    _legend_once(axis)


def _timed(row: Mapping[str, Any]) -> str:
    width, height = map(int, row["image"].split(" x "))
    return say(_TIMED[row["what"]], width=width, height=height)


def _legend_once(axis: Axes) -> None:
    handles, labels = axis.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    axis.legend(once.values(), once.keys())
