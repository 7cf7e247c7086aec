"""Interpretability: choose images, explain them, test the explanations, show both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.learning.types import Tensors
from chest_xray.parameters import InterpretabilityParameters, ProcessParameters
from chest_xray.radiographs.pixels import PixelMap

if TYPE_CHECKING:
    from chest_xray.explaining.model import ExplainedModel
else:
    # Needs torch; see learning.types.
    ExplainedModel = Any


def assemble_model(
    weights: Tensors, card: dict[str, Any], mean_image: Image.Image, process: ProcessParameters
) -> ExplainedModel:
    """A trained network with what its explanation needs."""
    import numpy as np

    from chest_xray.explaining.model import explained_model
    from chest_xray.machine.device import choose_hardware

    return explained_model(weights, card, np.asarray(mean_image), choose_hardware(process).device)


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
    model: ExplainedModel,
    images: pd.DataFrame,
    pixels: PixelMap,
    parameters: InterpretabilityParameters,
) -> tuple[Tensors, pd.DataFrame]:
    """A heat map of each chosen image, and a row about each."""
    from chest_xray.evaluating.consistency import refuse_other_pixels
    from chest_xray.explaining import heat_maps

    refuse_other_pixels(model.card, pixels.manifest)
    return heat_maps.explain_images(model, images, pixels, parameters)


def draw_overlays(
    radiographs: Path,
    index: pd.DataFrame,
    maps: Tensors,
    parameters: InterpretabilityParameters,
) -> dict[str, Callable[[], bytes]]:
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


def choose_tested_images(
    predictions: pd.DataFrame,
    splits: pd.DataFrame,
    index: pd.DataFrame,
    parameters: InterpretabilityParameters,
) -> pd.DataFrame:
    """The test images on which the heat maps are put to the test."""
    from chest_xray.explaining import choosing

    chosen = choosing.choose_tested(
        choosing.with_outcomes(predictions),
        parameters.tested_images,
        parameters.wrong_images,
        parameters.seed,
    )
    return chosen.merge(splits[["image_id", "group_id"]], on="image_id").merge(
        index[["image_id", "subtype"]], on="image_id"
    )


def measure_heat_maps(
    model: ExplainedModel,
    tested_images: pd.DataFrame,
    splits: pd.DataFrame,
    pixels: PixelMap,
    lesion_masks: Path,
    parameters: InterpretabilityParameters,
) -> dict[str, Any]:
    """How far the heat maps can be trusted, beside random ones and other methods'."""
    from chest_xray.evaluating.consistency import refuse_other_pixels, refuse_other_splits
    from chest_xray.explaining import report
    from chest_xray.explaining.location import lesion_reader
    from chest_xray.radiographs.splitting import unknown_patients
    from chest_xray.reporting.explanation_facts import explanation_findings

    refuse_other_splits(model.card, splits)
    refuse_other_pixels(model.card, pixels.manifest)
    images = report.subjects(
        tested_images,
        pixels.prepared(pixels.rows(tested_images["image_id"])),
        lesion_reader(lesion_masks, model.image_size),
    )
    tested = report.explanation_report(model, images, parameters)
    unknown = unknown_patients(splits)
    made_from = {key: model.card[key] for key in ("weights_hash", "splits_hash")}
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
    maps: Tensors,
    table: pd.DataFrame,
    report: dict[str, Any],
    parameters: InterpretabilityParameters,
) -> tuple[Figure, Figure, TensorBoardRecords]:
    """The examples with their heat maps, and the fidelity curves, also in TensorBoard."""
    from chest_xray.radiographs.reading import stored_as
    from chest_xray.reporting import explanation_figures as figures
    from chest_xray.reporting import markdown
    from chest_xray.reporting.explanation_facts import where_the_maps_point
    from chest_xray.reporting.figure_texts import told
    from chest_xray.reporting.overlays import original
    from chest_xray.reporting.report_tables import fidelity_table

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
            told(where_the_maps_point(report["location"])),
        ),
        "fidelity": figures.fidelity_figure(report),
    }
    records = TensorBoardRecords(
        card["run"],
        step=card["best_epoch"],
        figures=shown,
        texts=markdown.texts("heat maps", report["findings"], fidelity_table(report)),
    )
    return shown["explanations"], shown["fidelity"], records
