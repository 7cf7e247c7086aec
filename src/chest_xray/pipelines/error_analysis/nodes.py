"""Error analysis: set limits, ask neighbours, describe images, keep notes, tabulate, show."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.learning.types import Tensors
from chest_xray.parameters import ErrorAnalysisParameters, ProcessParameters
from chest_xray.radiographs.pixels import PixelMap


def set_film_limits(
    film_measures: pd.DataFrame, splits: pd.DataFrame, parameters: ErrorAnalysisParameters
) -> dict[str, Any]:
    """From where on a film is unusual among those of the training part."""
    from chest_xray.radiographs.film_tables import film_limits

    trained = splits.loc[splits["part"] == "train", "image_id"]
    training = film_measures[film_measures["image_id"].isin(trained)]
    limits = film_limits(
        training, parameters.rare_percent, parameters.border_share, parameters.marker_contrast
    )
    return asdict(limits)


def find_neighbours(
    weights: Tensors,
    card: dict[str, Any],
    splits: pd.DataFrame,
    pixels: PixelMap,
    process: ProcessParameters,
    parameters: ErrorAnalysisParameters,
) -> pd.DataFrame:
    """How the nearest training images of each validation and test image are labelled."""
    from chest_xray.evaluating import consistency, neighbours
    from chest_xray.evaluating import predictions as evaluation
    from chest_xray.machine.device import choose_hardware

    consistency.refuse_other_splits(card, splits)
    consistency.refuse_other_pixels(card, pixels.manifest)
    hardware = choose_hardware(process)
    network = evaluation.load_classifier(weights, card).to(hardware.device)
    trained = splits["part"] == "train"
    known, asked = splits[trained], splits[~trained]
    known_features, features = (
        neighbours.penultimate_features(network, pixels, images["image_id"].tolist(), hardware)
        for images in (known, asked)
    )
    return neighbours.nearest_labels(features, asked, known_features, known, parameters.neighbours)


def describe_images(
    predictions: pd.DataFrame,
    index: pd.DataFrame,
    splits: pd.DataFrame,
    film_measures: pd.DataFrame,
    limits: dict[str, Any],
    neighbours: pd.DataFrame,
    card: dict[str, Any],
    parameters: ErrorAnalysisParameters,
) -> pd.DataFrame:
    """Every predicted image with the error types it belongs to."""
    from chest_xray.evaluating import error_types
    from chest_xray.evaluating.consistency import refuse_other_predictions, refuse_other_splits
    from chest_xray.radiographs.unusual import FilmLimits

    refuse_other_splits(card, splits)
    refuse_other_predictions(predictions, splits, card)
    return error_types.describe_images(
        predictions,
        index,
        splits,
        film_measures,
        FilmLimits(**limits),
        neighbours,
        card,
        parameters,
    )


def keep_notes(
    images: pd.DataFrame, notes_so_far: pd.DataFrame, index: pd.DataFrame
) -> pd.DataFrame:
    """The sheet for a person's own reading, with everything already filled in."""
    from chest_xray.evaluating import error_notes

    return error_notes.keep_notes(images, notes_so_far, set(index["image_id"]))


def tabulate(
    images: pd.DataFrame,
    splits: pd.DataFrame,
    notes: pd.DataFrame,
    limits: dict[str, Any],
    card: dict[str, Any],
    parameters: ErrorAnalysisParameters,
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """The error table of the test part, the exploration with validation, and what they show."""
    from chest_xray.evaluating import error_table
    from chest_xray.evaluating.error_notes import causes_named
    from chest_xray.radiographs.splitting import unknown_patients
    from chest_xray.radiographs.unusual import FilmLimits
    from chest_xray.reporting.error_facts import error_findings, with_explanations

    test = images[images["part"] == "test"].reset_index(drop=True)
    positive, film_limits = card["class_names"][1], FilmLimits(**limits)
    errors = error_table.error_table(
        test, causes_named(notes), parameters, positive, parameters.missed_cost
    )
    explored = error_table.explore(images, parameters, positive)
    orders = error_table.orders_by_cost(test, parameters, positive)
    findings = error_findings(
        test,
        errors,
        {cost: list(order.index) for cost, order in orders.items()},
        positive,
        parameters.min_errors,
        parameters.significance,
        unknown_patients(splits),
    )
    made_from = {key: card[key] for key in ("weights_hash", "splits_hash")}
    return (
        with_explanations(errors, film_limits),
        with_explanations(explored, film_limits),
        {"findings": findings, **made_from},
    )


def show(
    images: pd.DataFrame,
    table: pd.DataFrame,
    findings: dict[str, Any],
    pixels: PixelMap,
    card: dict[str, Any],
    parameters: ErrorAnalysisParameters,
) -> tuple[Figure, dict[str, Figure], Figure, Figure, Figure, TensorBoardRecords]:
    """Every error, their types, rates and confidence, also in TensorBoard."""
    from chest_xray.evaluating.error_table import orders_by_cost
    from chest_xray.reporting import error_figures, markdown

    test = images[images["part"] == "test"].reset_index(drop=True)
    wrong = test[test["error"]].sort_values("confidence", ascending=False, kind="stable")
    levels = pixels.read(pixels.rows(wrong["image_id"]))
    pages = error_figures.misclassified_pages(wrong, levels, parameters.errors_per_page)
    whole = error_figures.misclassified_figure(
        wrong, levels, parameters.errors_per_page * parameters.pages_in_one_figure
    )
    orders = orders_by_cost(test, parameters, card["class_names"][1])
    types = error_figures.error_types_figure(table, orders)
    rates = error_figures.error_rates_figure(test)
    confidence = error_figures.confidence_figure(test)
    named = {f"page_{number:02d}.png": page for number, page in enumerate(pages, start=1)}
    records = TensorBoardRecords(
        card["run"],
        step=card["best_epoch"],
        figures={
            "error types": types,
            "error rates": rates,
            "confidence": confidence,
            **{f"misclassified/{name.removesuffix('.png')}": page for name, page in named.items()},
        },
        texts=markdown.texts("errors", findings["findings"]),
    )
    return whole, named, types, rates, confidence, records
