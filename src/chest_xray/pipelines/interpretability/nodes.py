"""Interpretability: choose images, explain them, test the explanations, show both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.parameters import InterpretabilityParameters, ProcessParameters


def choose_images(
    predictions: pd.DataFrame,
    card: dict[str, Any],
    index: pd.DataFrame,
    parameters: InterpretabilityParameters,
    project_folder: Path,
) -> pd.DataFrame:
    """Right and wrong test images by rule, and those that are asked for."""
    from chest_xray.explaining import choosing

    shown = choosing.choose_examples(choosing.with_outcomes(predictions), card, parameters.examples)
    asked = choosing.images_asked_for(parameters.images, index, project_folder)
    return choosing.with_asked_for(shown, asked, index)


def explain_images(
    weights: Any,
    card: dict[str, Any],
    mean_image: Any,
    process: ProcessParameters,
    images: pd.DataFrame,
    pixels: Any,
    parameters: InterpretabilityParameters,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """A heat map of each chosen image, and a row about each."""
    from chest_xray.evaluating.belonging import refuse_other_pixels
    from chest_xray.explaining import heat_maps
    from chest_xray.machine.device import choose_hardware

    refuse_other_pixels(card, pixels.manifest)
    model = _model(weights, card, mean_image, choose_hardware(process).device)
    return heat_maps.explain_images(model, images, pixels, parameters)


def draw_overlays(
    radiographs: Path,
    index: pd.DataFrame,
    maps: dict[str, Any],
    parameters: InterpretabilityParameters,
) -> dict[str, Any]:
    """The heat maps over their radiographs, at the size of the original."""
    from chest_xray.radiographs.reading import stored_as
    from chest_xray.reporting.overlays import overlay_png

    stored = stored_as(index)
    return {
        f"{image_id}.png": overlay_png(
            radiographs / stored[image_id][0],
            values.numpy(),
            parameters.smoothing,
            stored[image_id][1],
        )
        for image_id, values in maps.items()
    }


def measure_heat_maps(
    weights: Any,
    card: dict[str, Any],
    mean_image: Any,
    process: ProcessParameters,
    predictions: pd.DataFrame,
    splits: pd.DataFrame,
    index: pd.DataFrame,
    pixels: Any,
    lesion_masks: Path,
    parameters: InterpretabilityParameters,
) -> dict[str, Any]:
    """How far the heat maps can be trusted, beside random ones and other methods'."""
    from chest_xray.evaluating.belonging import refuse_other_pixels, refuse_other_splits
    from chest_xray.explaining import choosing, report
    from chest_xray.explaining.location import lesion_reader
    from chest_xray.machine.device import choose_hardware
    from chest_xray.radiographs.splitting import unknown_patients
    from chest_xray.reporting.explanation_facts import explanation_findings

    refuse_other_splits(card, splits)
    refuse_other_pixels(card, pixels.manifest)
    model = _model(weights, card, mean_image, choose_hardware(process).device)
    chosen = choosing.choose_tested(
        choosing.with_outcomes(predictions),
        parameters.tested_images,
        parameters.wrong_images,
        parameters.seed,
    )
    table = chosen.merge(splits[["image_id", "group_id"]], on="image_id").merge(
        index[["image_id", "subtype"]], on="image_id"
    )
    images = report.subjects(
        table, pixels.read(pixels.rows(table["image_id"])),
        lesion_reader(lesion_masks, model.image_size),
    )  # fmt: skip
    tested = report.explanation_report(model, images, parameters)
    unknown = unknown_patients(splits)
    made_from = {key: card[key] for key in ("weights_hash", "splits_hash")}
    return {
        **tested,
        **made_from,
        "images_counted_as_their_own_patient": unknown,
        "findings": explanation_findings(tested, unknown),
    }


def show(
    radiographs: Path,
    index: pd.DataFrame,
    card: dict[str, Any],
    maps: dict[str, Any],
    table: pd.DataFrame,
    report: dict[str, Any],
    parameters: InterpretabilityParameters,
) -> tuple[Figure, Figure, TensorBoardRecords]:
    """The examples with their heat maps, and the fidelity curves, also in TensorBoard."""
    from chest_xray.radiographs.reading import stored_as
    from chest_xray.reporting import explanation_figures as figures
    from chest_xray.reporting.explanation_facts import where_the_maps_point
    from chest_xray.reporting.languages import in_every_language, language
    from chest_xray.reporting.overlays import original

    examples = table[table["outcome"] != ""]
    files = stored_as(index)
    stored = [files[image_id] for image_id in examples["image_id"]]
    shown = {
        "explanations": figures.explanations_figure(
            examples,
            [original(radiographs / path, bits) for path, bits in stored],
            [maps[image_id].numpy() for image_id in examples["image_id"]],
            card["class_names"],
            parameters.smoothing,
            language("en").text(where_the_maps_point(report["location"])),
        ),
        "fidelity": figures.fidelity_figure(report),
    }
    findings = {
        f"heat maps ({code})": text for code, text in in_every_language(report["findings"]).items()
    }
    records = TensorBoardRecords(
        card["run"],
        step=card["best_epoch"],
        figures=shown,
        texts={**findings, "explanation report": f"```json\n{json.dumps(report, indent=2)}\n```"},
    )
    return shown["explanations"], shown["fidelity"], records


def _model(weights: Any, card: dict[str, Any], mean_image: Any, device: str) -> Any:
    import numpy as np

    from chest_xray.explaining.model import explained_model

    return explained_model(weights, card, np.asarray(mean_image), device)
