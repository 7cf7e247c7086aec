"""What quantization cost and won, as a table and messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from chest_xray.reporting.messages import Interval, Message, Value, interval, message
from chest_xray.reporting.patient_facts import unknown_patients

Report = Mapping[str, Any]

# Below it a test of McNemar counts as telling the two models apart.
_LEVEL = 0.05
# Several threads that take more than this share of one thread's time are hardly faster.
_FASTER = 0.95
_NO_PYTORCH_ROW = {
    "left out": "quantization-pytorch-left-out",
    "other processor": "quantization-pytorch-other-processor",
    "no compiler": "quantization-pytorch-no-compiler",
    "failed": "quantization-pytorch-failed",
}


def headline(report: Report, what: str) -> dict[str, Any]:
    """The row of latency that speaks first: ONNX Runtime, one image, one thread.

    Args:
        report: The quantization report.
        what: ``whole file`` (at the model's input size, which comes first) or ``network alone``.
    """
    return next(
        row
        for row in report["latency"]
        if row["what"] == what and row["threads"] == row["batch"] == 1 and row["ratio"] is not None
    )


def eager_row(report: Report, what: str) -> dict[str, Any]:
    """PyTorch eager's row on the same task as ``headline``."""
    same = headline(report, what)
    keys = ("what", "image", "threads", "batch")
    return next(
        row
        for row in report["latency"]
        if row["ratio_over_onnxruntime_int8"] is not None
        and all(row[key] == same[key] for key in keys)
    )


def headline_scalars(report: Report) -> dict[str, float]:
    """The few numbers that one watches from run to run."""
    accuracy = report["per_class"]["overall"]["accuracy"]
    return {
        "size_ratio": report["size"]["ratio"],
        "speed_up/whole_file": headline(report, "whole file")["ratio"]["value"],
        "speed_up/network_alone": headline(report, "network alone")["ratio"]["value"],
        "accuracy/float": accuracy["float"]["value"],
        "accuracy/int8": accuracy["int8"]["value"],
        "agreement": report["agreement"]["share"]["value"],
    }


def quantization_table(report: Report) -> pd.DataFrame:
    """The report as one flat table, a row per measure.

    ``ratio`` is int8 over float for the size and float over int8 for a latency; ``low`` to
    ``high`` is its 95 % interval, or int8's where a row has no ratio.
    """
    size = report["size"]
    rows = [_row("size", "file on disk", "bytes", size["float"], size["int8"], ratio=size["ratio"])]
    for row in report["latency"]:
        rows += _latency_rows(row)
    for name, compared in report["per_class"].items():
        if name != "overall":
            rows.append(_quality("class", f"right of {name}", compared))
    for name, compared in report["per_class"]["overall"].items():
        rows.append(_quality("overall", name, compared))
    for size, compared in report["export_check"].items():
        rows += _export_rows(size, compared)
    share = report["agreement"]["share"]
    rows.append(
        _row(
            "agreement",
            "same decision",
            "share",
            None,
            share["value"],
            low=share["low"],
            high=share["high"],
        )
    )
    counts = {name: report["int8_operators"][name]["int8"] for name in ("float", "int8")}
    rows.append(_row("operators", "in int8", "count", counts["float"], counts["int8"]))
    return pd.DataFrame(rows)


def _row(
    group: str,
    measure: str,
    unit: str,
    before: float | None,
    after: float | None,
    backend: str = "ONNX Runtime",
    ratio: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> dict[str, Any]:
    return {
        "group": group,
        "measure": measure,
        "backend": backend,
        "unit": unit,
        "float": before,
        "int8": after,
        "ratio": ratio,
        "low": low,
        "high": high,
    }


def _latency_rows(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    threads = "1 thread" if row["threads"] == 1 else f"{row['threads']} threads"
    task = f"{row['what']}, {row['image']} px, batch {row['batch']}, {threads}"
    before, after, ratio = row["float"], row["int8"] or {}, row["ratio"] or {}
    measures = (
        ("median", "ms", "median_ms"),
        ("mean", "ms", "mean_ms"),
        ("95th percentile", "ms", "p95_ms"),
        ("throughput", "images/s", "images_per_second"),
    )
    rows = []
    for name, unit, key in measures:
        of_ratio = ratio if key == "median_ms" else {}
        rows.append(
            _row(
                "latency" if unit == "ms" else "throughput",
                f"{name}: {task}",
                unit,
                before[key],
                after.get(key),
                row["backend"],
                of_ratio.get("value"),
                of_ratio.get("low"),
                of_ratio.get("high"),
            )
        )
    return rows


def _quality(group: str, name: str, compared: Mapping[str, Any]) -> dict[str, Any]:
    before, after = compared["float"], compared["int8"]
    return _row(
        group, name, "share", before["value"], after["value"], low=after["low"], high=after["high"]
    )


def _export_rows(size: str, compared: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not compared["images"]:
        return []
    measure = f"largest difference from PyTorch: {compared['images']} images of {size} size"
    return [
        _row("export", measure, name.replace("_", "-"), compared[name], None)
        for name in ("levels", "probability", "log_odds", "distance")
    ]


def quantization_findings(report: Report) -> list[Message]:
    """What the numbers show."""
    return [
        _size(report),
        _speed(report),
        *_threads(report),
        _machine(report),
        _quality_of_classes(report),
        _agreement(report),
        _export(report["export_check"]),
        _choice(report),
        _pytorch(report),
        *unknown_patients(report["images_counted_as_their_own_patient"]),
    ]


def _size(report: Report) -> Message:
    size = report["size"]
    return message(
        "quantization-size",
        before=size["float"] / 1e6,
        after=size["int8"] / 1e6,
        ratio=size["ratio"],
    )


def _speed(report: Report) -> Message:
    file, network = headline(report, "whole file"), headline(report, "network alone")
    eager = eager_row(report, "whole file")["ratio_over_onnxruntime_int8"]
    width, height = map(int, file["image"].split(" x "))
    return message(
        _speed_key(file["ratio"]),
        width=width,
        height=height,
        median=float(file["int8"]["median_ms"]),
        file=interval(file["ratio"]),
        network=interval(network["ratio"]),
        eager=interval(eager),
    )


def _threads(report: Report) -> list[Message]:
    """Where several threads are hardly faster than one, by the number of images at once."""
    same = ("backend", "what", "image")
    first = headline(report, "whole file")
    rows = [
        row for row in report["latency"] if row["int8"] and all(row[k] == first[k] for k in same)
    ]
    threads = max(row["threads"] for row in rows)
    alone, together = (
        {row["batch"]: float(row["int8"]["median_ms"]) for row in rows if row["threads"] == count}
        for count in (1, threads)
    )
    slow = [
        message(
            "quantization-threads-at", batch=batch, together=together[batch], alone=alone[batch]
        )
        for batch in sorted(alone.keys() & together.keys())
        if threads > 1 and together[batch] > _FASTER * alone[batch]
    ]
    if not slow:
        return []
    return [message("quantization-threads-no-faster", threads=threads, batches=slow)]


def _speed_key(ratio: Interval) -> str:
    low, high = ratio["low"], ratio["high"]
    if low is not None and low > 1:
        return "quantization-faster"
    if high is not None and high < 1:
        return "quantization-slower"
    return "quantization-as-fast"


def _machine(report: Report) -> Message:
    machine = report["machine"]
    values = {
        "processor": machine["processor"],
        "cores": machine["cores"],
        "version": machine["onnxruntime"],
    }
    if machine["int8_instructions"]:
        instructions = machine["int8_instructions"]
        return message("quantization-machine", **values, instructions=instructions)
    return message("quantization-machine-without-int8", **values)


def _quality_of_classes(report: Report) -> Message:
    classes = [
        message(
            "quantization-class",
            class_name=name,
            before=row["float"]["value"],
            after=row["int8"]["value"],
            images=row["n"],
            lost=row["lost"],
            gained=row["gained"],
        )
        for name, row in report["per_class"].items()
        if name != "overall"
    ]
    area = report["per_class"]["overall"]["auc"]
    return message(
        "quantization-quality",
        classes=classes,
        before=area["float"]["value"],
        after=area["int8"]["value"],
    )


def _agreement(report: Report) -> Message:
    agreement = report["agreement"]
    test = agreement["mcnemar"]
    first, second = test["only_first_right"], test["only_second_right"]
    values: dict[str, Value] = {
        "images": agreement["n"],
        "mean": agreement["mean_difference"],
        "largest": agreement["largest_difference"],
    }
    if not first and not second:
        return message("quantization-same-decisions", **values)
    share = agreement["share"]
    return message(
        "quantization-disagreement" if test["p"] < _LEVEL else "quantization-agreement",
        **values,
        share=share["value"],
        low=share["low"],
        high=share["high"],
        first=first,
        second=second,
        p=float(test["p"]),
    )


def _export(check: Mapping[str, Any]) -> Message:
    """By how much the exported file and PyTorch differ at most.

    Args:
        check: ``export_check``'s findings of the sizes ``stored`` and ``original``.
    """
    stored, original = check["stored"], check["original"]
    values = {
        "stored": stored["images"],
        "levels": int(stored["levels"]),
        "probability": stored["probability"],
        "log_odds": stored["log_odds"],
        "distance": stored["distance"],
    }
    if not original["images"]:
        return message("quantization-export-without-originals", **values)
    return message(
        "quantization-export",
        **values,
        original=original["images"],
        original_levels=int(original["levels"]),
        original_probability=original["probability"],
        original_log_odds=original["log_odds"],
        original_distance=original["distance"],
    )


def _choice(report: Report) -> Message:
    choice, operators = report["choice"], report["int8_operators"]["int8"]
    values = {
        "trials": len(choice["trials"]),
        "method": choice["method"],
        "int8": operators["int8"],
        "float": operators["float"],
    }
    if choice["layers_in_float"]:
        layers = choice["layers_in_float"]
        return message("quantization-choice-with-float", **values, layers=layers)
    return message("quantization-choice", **values)


def _pytorch(report: Report) -> Message:
    pytorch = report["pytorch_int8"]
    if pytorch["reason"]:
        return message(_NO_PYTORCH_ROW[pytorch["reason"]], detail=pytorch["detail"].rstrip("."))
    row = next(row for row in report["latency"] if "PT2E" in row["backend"])
    return message(
        "quantization-pytorch",
        median=float(row["int8"]["median_ms"]),
        ratio=interval(row["ratio"]),
        accuracy=pytorch["metrics"]["accuracy"]["value"],
    )
