"""What quantization cost and won, as a table and in English and Persian sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from chest_xray.reporting.export_words import export_words
from chest_xray.reporting.languages import Words, both
from chest_xray.reporting.patient_words import unknown_patients_words

Report = Mapping[str, Any]

# Below it a test of McNemar counts as telling the two models apart.
_LEVEL = 0.05
_NO_PYTORCH_ROW = {
    "left out": ("{detail} is 0", "مقدار {detail} صفر است"),
    "other processor": (
        "torchao's Inductor quantizer is for x86, and this machine is {detail}",
        "کوانتیزه‌کنندهٔ torchao برای x86 است و این دستگاه {detail} است",
    ),
    "no compiler": (
        "torch.compile needs a C++ compiler, and {detail} is not here",
        "torch.compile به کامپایلر C++ نیاز دارد و {detail} اینجا نیست",
    ),
    "failed": ("{detail}", "تلاش ناکام ماند ({detail})"),
}
_BEFORE_AFTER = (("before", "float"), ("after", "int8"))


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
    """The report as one flat table, a row a measure.

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
        _row("agreement", "same decision", "share", None, share["value"],
             low=share["low"], high=share["high"])
    )  # fmt: skip
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
        ("throughput", "images/s", "images_a_second"),
    )
    rows = []
    for name, unit, key in measures:
        of_ratio = ratio if key == "median_ms" else {}
        rows.append(
            _row(
                "latency" if unit == "ms" else "throughput", f"{name}: {task}", unit,
                before[key], after.get(key), row["backend"], of_ratio.get("value"),
                of_ratio.get("low"), of_ratio.get("high"),
            )
        )  # fmt: skip
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
        for name in ("probability", "log_odds")
    ]


def quantization_findings(report: Report) -> list[dict[str, str]]:
    """What the numbers say: a list of findings, each ``topic``, ``en`` and ``fa``."""
    findings = {
        "size": _size_words(report),
        "speed": _speed_words(report),
        "machine": _machine_words(report),
        "quality": _quality_words(report),
        "agreement": _agreement_words(report),
        "export": export_words(report["export_check"]),
        "choice": _choice_words(report),
        "pytorch": _pytorch_words(report),
    }
    unknown = [("patients", words) for words in unknown_patients_words(report["note"])]
    return [
        {"topic": topic, "en": en, "fa": fa} for topic, (en, fa) in [*findings.items(), *unknown]
    ]


def _size_words(report: Report) -> Words:
    size = report["size"]
    return both(
        "The int8 file has {after} MB instead of {before} MB: {ratio} of the float file.",
        "پروندهٔ int8 به‌جای {before} مگابایت {after} مگابایت است: {ratio} پروندهٔ اعشاری.",
        {
            "before": f"{size['float'] / 1e6:.2f}",
            "after": f"{size['int8'] / 1e6:.2f}",
            "ratio": f"{size['ratio']:.1%}",
        },
    )


def _speed_words(report: Report) -> Words:
    file, network = headline(report, "whole file"), headline(report, "network alone")
    eager = eager_row(report, "whole file")["ratio_over_onnxruntime_int8"]
    english, persian = _speed_verdict(file["ratio"])
    return both(
        "One image of {image} px takes {median} ms in int8 on one thread. Float takes {file} times "
        f"as long for the whole file in the same runtime ({english}), {{network}} times for the "
        "network alone, and PyTorch eager {eager} times (medians, 95 % intervals).",
        "یک تصویر {image} پیکسلی روی یک رشته در int8 {median} میلی‌ثانیه زمان می‌برد. زمان نسخهٔ "
        f"اعشاری در همان موتور اجرا برای کل پرونده {{file}} برابر است ({persian})، برای شبکه "
        "به‌تنهایی {network} برابر، و زمان PyTorch معمولی {eager} برابر (میانه‌ها، بازه‌های ۹۵٪).",
        {
            "image": file["image"].replace("x", "×"),
            "median": f"{file['int8']['median_ms']:.2f}",
            "file": _interval(file["ratio"]),
            "network": _interval(network["ratio"]),
            "eager": _interval(eager),
        },
    )


def _speed_verdict(ratio: Mapping[str, float]) -> Words:
    if ratio["low"] > 1:
        return Words("int8 is faster", "int8 سریع‌تر است")
    if ratio["high"] < 1:
        return Words("int8 is slower", "int8 کندتر است")
    return Words("no difference that these runs show", "این اجراها تفاوتی نشان نمی‌دهند")


def _machine_words(report: Report) -> Words:
    machine = report["machine"]
    names = {
        "processor": machine["processor"],
        "version": machine["onnxruntime"],
        "instructions": ", ".join(machine["int8_instructions"]),
    }
    numbers = {"cores": str(machine["cores"])}
    if machine["int8_instructions"]:
        return both(
            "Measured on {processor} (cores used: {cores}, onnxruntime {version}), which has "
            "instructions for dot products of bytes: {instructions}.",
            "اندازه‌گیری روی {processor} (تعداد هسته: {cores}، onnxruntime {version}) انجام شد "
            "که برای ضرب داخلی بایت‌ها دستور دارد: {instructions}.",
            numbers,
            names,
        )
    return both(
        "Measured on {processor} (cores used: {cores}, onnxruntime {version}), which has no "
        "instruction for dot products of bytes (VNNI, AMX or ARM's): a CPU that has one gains "
        "more from int8.",
        "اندازه‌گیری روی {processor} (تعداد هسته: {cores}، onnxruntime {version}) انجام شد که "
        "دستوری برای ضرب داخلی بایت‌ها (VNNI، AMX یا همتای ARM) ندارد: پردازنده‌ای که آن را دارد "
        "از int8 بیشتر سود می‌برد.",
        numbers,
        names,
    )


def _quality_words(report: Report) -> Words:
    classes = [
        both(
            "{name} {before} to {after} of {n} images ({lost} lost, {gained} gained)",
            "{name} از {before} به {after} از {n} تصویر ({lost} از دست رفته، {gained} به دست آمده)",
            {
                "before": f"{row['float']['value']:.1%}",
                "after": f"{row['int8']['value']:.1%}",
                "n": str(row["n"]),
                "lost": str(row["lost"]),
                "gained": str(row["gained"]),
            },
            {"name": name},
        )
        for name, row in report["per_class"].items()
        if name != "overall"
    ]
    english, persian = zip(*classes, strict=True)
    areas = report["per_class"]["overall"]["auc"]
    return both(
        f"Right decisions on test, float to int8: {'; '.join(english)}. "
        "AUC {before} to {after}.",
        f"تصمیم‌های درست روی بخش تست، از اعشاری به int8: {'؛ '.join(persian)}. سطح زیر منحنی از "
        "{before} به {after}.",
        {name: f"{areas[key]['value']:.4f}" for name, key in _BEFORE_AFTER},
    )


def _agreement_words(report: Report) -> Words:
    agreement = report["agreement"]
    share, test = agreement["share"], agreement["mcnemar"]
    if test["p"] < _LEVEL:
        verdict = "they do not err equally often", "بسامد خطای آن‌ها یکسان نیست"
    else:
        verdict = "no sign that one errs more often", "نشانی نیست که یکی بیشتر خطا کند"
    return both(
        "Both models decide alike on {share} of {n} test images (95 %: {interval}). Where only one "
        "is right, it is float {first} times and int8 {second} times, exact McNemar p = {p}: "
        f"{verdict[0]}. Probabilities differ by {{mean}} on average and {{largest}} at most.",
        "دو مدل در {share} از {n} تصویر تست یکسان تصمیم می‌گیرند (۹۵٪: {interval}). آنجا که تنها "
        "یکی درست می‌گوید، {first} بار مدل اعشاری و {second} بار int8 است؛ آزمون دقیق مک‌نمار: "
        f"p = {{p}}، {verdict[1]}. احتمال‌ها به‌طور میانگین {{mean}} و حداکثر {{largest}} تفاوت "
        "دارند.",
        {
            "share": f"{share['value']:.1%}",
            "n": str(agreement["n"]),
            "interval": f"{share['low']:.1%} to {share['high']:.1%}",
            "first": str(test["only_first_right"]),
            "second": str(test["only_second_right"]),
            "p": f"{test['p']:.2g}",
            "mean": f"{agreement['mean_difference']:.4f}",
            "largest": f"{agreement['largest_difference']:.3f}",
        },
    )


def _choice_words(report: Report) -> Words:
    choice, operators = report["choice"], report["int8_operators"]["int8"]
    if choice["layers_in_float"]:
        layers = "These layers stay in float: {layers}.", "این لایه‌ها اعشاری ماندند: {layers}."
    else:
        layers = "No layer had to stay in float.", "لازم نبود هیچ لایه‌ای اعشاری بماند."
    return both(
        f"Of {{trials}} trials on validation the method {{method}} was taken. {layers[0]} {{int8}} "
        "operators really run in int8, {float} convolutions and matrix products in float.",
        f"از {{trials}} آزمایش روی بخش ارزیابی روش {{method}} برگزیده شد. {layers[1]} {{int8}} "
        "عملگر واقعاً در int8 اجرا می‌شود و {float} کانولوشن یا ضرب ماتریسی در اعشاری.",
        {
            "trials": str(len(choice["trials"])),
            "int8": str(operators["int8"]),
            "float": str(operators["float"]),
        },
        {"method": choice["method"], "layers": ", ".join(choice["layers_in_float"])},
    )


def _pytorch_words(report: Report) -> Words:
    pytorch = report["pytorch_int8"]
    if pytorch["reason"]:
        english, persian = _NO_PYTORCH_ROW[pytorch["reason"]]
        return both(
            f"PyTorch's own int8 (PT2E) has no row: {english}.",
            f"‏int8 خود PyTorch (PT2E) سطری ندارد: {persian}.",
            {},
            {"detail": pytorch["detail"].rstrip(".")},
        )
    row = next(row for row in report["latency"] if "PT2E" in row["backend"])
    return both(
        "PyTorch's own int8 (PT2E, compiled) takes {median} ms for the network alone; its own "
        "compiled float takes {ratio} times as long. Its accuracy on test is {accuracy}.",
        "‏int8 خود PyTorch (PT2E، کامپایل‌شده) برای شبکه به‌تنهایی {median} میلی‌ثانیه زمان می‌برد؛ "
        "زمان نسخهٔ اعشاری کامپایل‌شدهٔ آن {ratio} برابر است. دقت آن روی بخش تست {accuracy} است.",
        {
            "median": f"{row['int8']['median_ms']:.2f}",
            "ratio": _interval(row["ratio"]),
            "accuracy": f"{pytorch['metrics']['accuracy']['value']:.1%}",
        },
    )


def _interval(ratio: Mapping[str, float]) -> str:
    return f"{ratio['value']:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})"
