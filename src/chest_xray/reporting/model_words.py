"""How a model was trained and how well it does, as tables and in English and Persian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from chest_xray.reporting.doubt_words import patient_doubt_words
from chest_xray.reporting.languages import Table, Words, both, bracketed, ends, interval, percent
from chest_xray.reporting.patient_words import few_patients_words

Metrics = Mapping[str, Any]
Card = Mapping[str, Any]

METRIC_WORDS = {
    "accuracy": Words("accuracy", "دقت"),
    "f1": Words("F1", "F1"),
    "macro_f1": Words("F1, mean of both classes", "F1، میانگین دو دسته"),
    "auc": Words("AUC", "AUC (سطح زیر منحنی ROC)"),
    "sensitivity": Words("sensitivity", "حساسیت"),
    "specificity": Words("specificity", "ویژگی"),
    "brier": Words("Brier score", "امتیاز بریر"),
    "ece": Words("calibration error", "خطای کالیبراسیون"),
}
_OF_EPOCHS = METRIC_WORDS | {"loss": Words("loss", "خطا"), "auc": Words("AUC", "AUC")}
# By how much validation accuracy may fall behind train before one speaks of overfitting.
_GAP = 0.05


def training_method(card: Card) -> list[Words]:
    """How the model of a card was trained."""
    settings = card["parameters"]
    moves, stopping = settings["augmentation"], settings["early_stopping"]
    sizes = ", ".join(str(size) for size in card["head_sizes"]) or "-"
    return [
        both(
            "The backbone is `{backbone}` (initial weights: `{weights}`), topped by linear layers "
            "with hidden units {sizes} and dropout {dropout}. It sees grey images of {side} x "
            "{side} px.",
            "مدل پایه (backbone) `{backbone}` است (وزن‌های آغازین: `{weights}`) و بر سر آن لایه‌های "
            "خطی با {sizes} واحد میانی و dropout برابر {dropout} نشسته است. تصویرهای خاکستری "
            "{side} در {side} پیکسل می‌بیند.",
            {
                "sizes": sizes,
                "dropout": f"{card['dropout']:.2g}",
                "side": str(card["image_size"]),
            },
            {"backbone": card["backbone"], "weights": card["initial_weights"]},
        ),
        both(
            "Augmentation draws for each image a rotation of up to {rotation} degrees, a "
            "translation of up to {translation} of the side, a scale of up to {scale}, and changes "
            "of brightness ({brightness}), gain ({gain}) and contrast about the mean "
            "({mean_contrast}).",
            "افزایش دادگان برای هر تصویر چرخشی تا {rotation} درجه، انتقالی تا {translation} ضلع، "
            "مقیاسی تا {scale} و تغییر روشنایی ({brightness})، بهره ({gain}) و تضاد "
            "نسبت به میانگین ({mean_contrast}) می‌کشد.",
            {
                "rotation": f"{moves['rotation_degrees']:.3g}",
                **{
                    name: percent(moves[name], 0)
                    for name in ("translation", "scale", "brightness", "gain", "mean_contrast")
                },
            },
        ),
        both(
            "At most {epochs} epochs, stopped early when the validation `{metric}` gains nothing "
            "for {patience} epochs; the weights of epoch {best} were kept (`{finished}`). The "
            "decision threshold {threshold} was chosen on validation by `{policy}`.",
            "حداکثر {epochs} دوره، با توقف زودهنگام اگر `{metric}` روی ارزیابی {patience} دوره "
            "بهتر نشود؛ وزن‌های دورهٔ {best} نگه داشته شد (`{finished}`). آستانهٔ تصمیم {threshold} "
            "روی ارزیابی به روش `{policy}` انتخاب شد.",
            {
                "epochs": str(settings["epochs"]),
                "patience": str(stopping["patience"]),
                "best": str(card["best_epoch"]),
                "threshold": f"{card['threshold']:.3f}",
            },
            {
                "metric": stopping["metric"],
                "finished": card["finished"],
                "policy": card["threshold_policy"]["policy"],
            },
        ),
    ]


def metrics_table(metrics: Metrics) -> Table:
    """Every metric of the test part with its 95 % interval, beside no pixels at all."""
    nothing = metrics["no_pixel_baseline"]
    rows: list[list[str | Words]] = []
    for name, said in METRIC_WORDS.items():
        without = bracketed(nothing[name]) if nothing and name in nothing else ""
        rows.append([said, *ends(metrics[name]), without])
    return Table(
        Words("Metrics on test", "معیارها روی بخش تست"),
        [
            Words("metric", "معیار"),
            Words("value", "مقدار"),
            Words("95 % from", "۹۵٪ از"),
            Words("to", "تا"),
            Words("no pixels at all", "بدون هیچ پیکسلی"),
        ],
        rows,
        both(
            "{n} images of {patients} patients; 95 % intervals with patients as the units.",
            "{n} تصویر از {patients} بیمار؛ بازه‌های ۹۵٪ با بیمار به‌عنوان واحد.",
            {"n": f"{metrics['n']:,}", "patients": f"{metrics['patients']:,}"},
        ),
    )


def epochs_table(history: pd.DataFrame) -> Table:
    """Loss, accuracy, F1 and AUC of train and validation, a row an epoch."""
    metrics = ("loss", "accuracy", "f1", "auc")
    parts = (("train", Words("train", "آموزش")), ("validation", Words("validation", "ارزیابی")))
    rows: list[list[str | Words]] = []
    for epoch in history["epoch"].unique().tolist():
        found = history[history["epoch"] == epoch].set_index("part")
        cells = [f"{found.loc[part, name]:.3f}" for part, _ in parts for name in metrics]
        rows.append([str(epoch), str(found.loc["train", "image_size"]), *cells])
    return Table(
        Words("Metrics by epoch", "معیارها در هر دوره"),
        [
            Words("epoch", "دوره"),
            Words("image side, px", "ضلع تصویر، پیکسل"),
            *(
                Words(f"{said.en}: {name}", f"{said.fa}: {_OF_EPOCHS[name].fa}")
                for _, said in parts
                for name in metrics
            ),
        ],
        rows,
    )


def training_findings(history: pd.DataFrame, card: Card) -> list[Words]:
    """What the curves say at the epoch that was kept."""
    kept = history[history["epoch"] == card["best_epoch"]].set_index("part")
    train, validation = (float(kept.loc[part, "accuracy"]) for part in ("train", "validation"))
    numbers = {
        "epoch": str(card["best_epoch"]),
        "train": percent(train),
        "validation": percent(validation),
        "ran": str(int(history["epoch"].max())),
    }
    if train - validation > _GAP:
        verdict = Words(
            "train is well ahead: the model has begun to learn images by heart",
            "آموزش بسیار جلوتر است: مدل به حفظ کردن تصویرها آغاز کرده است",
        )
    elif validation > train:
        verdict = Words(
            "validation is ahead, as train is measured with augmentation and dropout: no sign of "
            "overfitting",
            "ارزیابی جلوتر است، چون آموزش با افزایش دادگان و dropout سنجیده می‌شود: نشانی از "
            "بیش‌برازش نیست",
        )
    else:
        verdict = Words("both are close: little overfitting", "هر دو نزدیک‌اند: بیش‌برازش اندک است")
    return [
        both(
            f"At the kept epoch {{epoch}} of {{ran}}, accuracy is {{train}} on train and "
            f"{{validation}} on validation; {verdict.en}.",
            f"در دورهٔ برگزیده ({{epoch}} از {{ran}}) دقت روی آموزش {{train}} و روی ارزیابی "
            f"{{validation}} است؛ {verdict.fa}.",
            numbers,
        )
    ]


def model_findings(metrics: Metrics, card: Card) -> list[Words]:
    """How well a model does on test, what its errors are, and what to hold it against."""
    negative, positive = card["class_names"]
    (true_negative, alarms), (missed, found) = metrics["confusion_matrix"]
    return [
        both(
            "On {n} test images of {patients} patients accuracy is {accuracy}, F1 {f1} and AUC "
            "{auc} (95 % intervals).",
            "روی {n} تصویر تست از {patients} بیمار، دقت {accuracy}، معیار F1 برابر {f1} و AUC "
            "برابر {auc} است (بازه‌های ۹۵٪).",
            {
                "n": f"{metrics['n']:,}",
                "patients": f"{metrics['patients']:,}",
                **{name: interval(metrics[name]) for name in ("accuracy", "f1", "auc")},
            },
        ),
        both(
            "Of {ill} images of {positive}, {missed} were missed; of {healthy} of {negative}, "
            "{alarms} raised a false alarm.",
            "از {ill} تصویر {positive}، {missed} تصویر از دست رفت؛ از {healthy} تصویر {negative}، "
            "{alarms} تصویر هشدار نادرست داد.",
            {
                "ill": f"{missed + found:,}",
                "missed": f"{missed:,}",
                "healthy": f"{true_negative + alarms:,}",
                "alarms": f"{alarms:,}",
            },
            {"negative": negative, "positive": positive},
        ),
        *_against_nothing(metrics),
        *patient_doubt_words(metrics["patient_doubts"]),
        *few_patients_words(metrics.get("few_patients", [])),
    ]


def _against_nothing(metrics: Metrics) -> list[Words]:
    nothing, low = metrics["no_pixel_baseline"], metrics["auc"]["low"]
    if not nothing or nothing["auc"]["high"] is None or low is None:
        return [
            Words(
                "What files tell without pixels could not be measured on this test part, so there "
                "is nothing to hold the model against.",
                "آنچه پرونده‌ها بدون پیکسل می‌گویند روی این بخش تست سنجیدنی نبود، پس چیزی نیست که "
                "مدل با آن مقایسه شود.",
            )
        ]
    alone = both(
        "Size, mode and JPEG header alone would reach an accuracy of {accuracy} and an AUC of "
        "{auc} on the same images.",
        "اندازه، حالت رنگ و سرایند JPEG به‌تنهایی روی همین تصویرها به دقت {accuracy} و AUC برابر "
        "{auc} می‌رسند.",
        {name: interval(nothing[name]) for name in ("accuracy", "auc")},
    )
    numbers = {"low": f"{low:.3f}", "nothing": f"{nothing['auc']['high']:.3f}"}
    if round(low, 3) > round(nothing["auc"]["high"], 3):
        verdict = both(
            "Even the lower end of the model's AUC ({low}) is above the upper end of theirs "
            "({nothing}): the model has learnt from the images.",
            "حتی کران پایین AUC مدل ({low}) بالاتر از کران بالای آن‌هاست ({nothing}): مدل از خود "
            "تصویرها آموخته است.",
            numbers,
        )
    else:
        verdict = both(
            "The lower end of the model's AUC ({low}) is not above the upper end of theirs "
            "({nothing}): that it has learnt anything from the images is not shown.",
            "کران پایین AUC مدل ({low}) بالاتر از کران بالای آن‌ها ({nothing}) نیست: نشان داده نشد "
            "که مدل چیزی از تصویرها آموخته باشد.",
            numbers,
        )
    return [alone, verdict]
