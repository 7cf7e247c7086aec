"""The findings say what the numbers say, in every language."""

import pytest

from chest_xray.reporting.languages import in_every_language
from chest_xray.reporting.quantization_facts import quantization_findings, quantization_table
from chest_xray.reporting.quantization_figures import quantization_figure


def ratio(value, low, high):
    return {"value": value, "low": low, "high": high}


def times(milliseconds):
    return {
        "mean_ms": milliseconds,
        "median_ms": milliseconds,
        "p95_ms": milliseconds * 1.2,
        "images_per_second": 1000 / milliseconds,
    }


def row(what, before, after, **others):
    whole = {
        "backend": "ONNX Runtime",
        "what": what,
        "image": "224 x 224",
        "threads": 1,
        "batch": 1,
        "float": times(before),
        "int8": times(after) if after else None,
        "ratio": ratio(before / after, 2.5, 3.5) if after else None,
        "ratio_over_onnxruntime_int8": None,
    }
    return whole | others


def report_of(**changes):
    quality = ratio(0.95, 0.9, 0.99)
    compared = {"float": quality, "int8": quality}
    of_class = {"n": 40, **compared, "lost": 1, "gained": 2}
    metrics = ("accuracy", "sensitivity", "specificity", "auc", "brier", "ece")
    eager = {"backend": "PyTorch eager", "ratio_over_onnxruntime_int8": ratio(4.5, 4, 5)}
    report = {
        "size": {"float": 45_000_000, "int8": 11_250_000, "ratio": 0.25},
        "latency": [
            row("whole file", 30, 10),
            row("whole file", 45, None, **eager),
            row("network alone", 30, 9),
            row("network alone", 44, None, **eager),
        ],
        "per_class": {
            "NORMAL": of_class,
            "PNEUMONIA": of_class,
            "overall": dict.fromkeys(metrics, compared),
        },
        "agreement": {
            "share": ratio(0.99, 0.98, 1.0),
            "n": 80,
            "mean_difference": 0.01,
            "largest_difference": 0.2,
            "mcnemar": {"only_first_right": 2, "only_second_right": 4, "p": 0.69},
        },
        "int8_operators": {
            "float": {"int8": 0, "float": 22},
            "int8": {"int8": 30, "float": 0},
        },
        "machine": {
            "processor": "AMD EPYC",
            "cores": 2,
            "int8_instructions": [],
            "onnxruntime": "1.32.0",
        },
        "export_check": {
            "stored": {
                "images": 160,
                "levels": 0.0,
                "probability": 1.2e-6,
                "log_odds": 0.0004,
                "distance": 2e-5,
            },
            "original": {
                "images": 120,
                "levels": 3.0,
                "probability": 0.00017,
                "log_odds": 0.0034,
                "distance": 0.006,
            },
        },
        "images_counted_as_their_own_patient": 0,
        "choice": {"method": "minmax", "layers_in_float": [], "trials": [{}, {}]},
        "pytorch_int8": {"reason": "no compiler", "detail": "g++"},
    }
    return report | changes


def texts_of(report):
    return in_every_language(quantization_findings(report))


def test_numbers_appear_in_every_language():
    found = texts_of(report_of())
    assert "11.25 MB instead of 45.00 MB: 25.0%" in found["en"]
    assert "۱۱٫۲۵" in found["fa"]
    assert "۲۵٫۰٪" in found["fa"]
    assert "3.00 (2.50 to 3.50)" in found["en"]
    assert "int8 is faster" in found["en"]
    assert "۳٫۰۰ (۲٫۵۰ تا ۳٫۵۰)" in found["fa"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "has no instruction for dot products"),
        ({}, "No layer had to stay in float"),
        ({}, "no sign that one errs more often"),
        (
            {"images_counted_as_their_own_patient": 3},
            "Nothing tells the patients of some or all images",
        ),
        ({}, "needs a C++ compiler, and g++ is not here"),
        (
            {"choice": {"method": "entropy", "layers_in_float": ["layer3.0.conv1"], "trials": []}},
            "stay in float: layer3.0.conv1",
        ),
        (
            {"pytorch_int8": {"reason": "failed", "detail": "it took longer."}},
            "no row: it took longer.",
        ),
    ],
)
def test_findings_follow_the_numbers(change, sentence):
    found = texts_of(report_of(**change))
    assert sentence in found["en"]
    assert found["fa"].count("\n\n") == found["en"].count("\n\n")


def test_a_slower_int8_is_called_slower():
    report = report_of()
    report["latency"][0]["ratio"] = ratio(0.8, 0.7, 0.9)
    assert "int8 is slower" in texts_of(report)["en"]


def test_table_and_figure_take_a_backend_without_int8():
    report = report_of()
    table = quantization_table(report)
    eager = table[table["backend"] == "PyTorch eager"]
    assert eager["int8"].isna().all()
    assert len(quantization_figure(report).axes) == 4


def test_threads_that_do_not_help_are_commented_on():
    def told(milliseconds):
        several = row("whole file", 30, milliseconds, threads=2)
        return texts_of(report_of(latency=[*report_of()["latency"], several]))["en"]

    assert "2 threads are hardly faster than one or slower" in told(12)
    assert "1 (12.00 against 10.00 ms)" in told(12)
    assert "hardly faster" not in told(6)
    assert "hardly faster" not in texts_of(report_of())["en"]


def test_the_largest_differences_from_pytorch_are_stated_at_both_sizes():
    export = texts_of(report_of())
    assert "were compared on 160 images" in export["en"]
    assert "0.000001 in probability (0.000400 in log-odds), 0.0020% of the distance" in export["en"]
    assert "at their original size (120)" in export["en"]
    assert "at most 0.000170 (0.003400), 0.600% and 3." in export["en"]
    assert "۰٫۰۰۰۱۷۰" in export["fa"]
    table = quantization_table(report_of())
    assert table.loc[table["group"] == "export", "float"].tolist() == [
        0.0,
        1.2e-6,
        0.0004,
        2e-5,
        3.0,
        0.00017,
        0.0034,
        0.006,
    ]
    stored = {"images": 160, "levels": 0.0, "probability": 0.0, "log_odds": 0.0, "distance": 0.0}
    alone = report_of(export_check={"stored": stored, "original": {"images": 0}})
    assert "original sizes were left out" in texts_of(alone)["en"]
    assert "اندازهٔ اصلی مقایسه نشد" in texts_of(alone)["fa"]
    assert (quantization_table(alone)["group"] == "export").sum() == 4
