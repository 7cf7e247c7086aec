"""A deployable file, and a model's card, with another hospital's shift, temperature and threshold.

The network in the file is not touched: two operators between it and its sigmoid are all that is
new, so an int8 network stays what it was measured as.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from chest_xray.deploying.model_file import OUTPUT, TWO_THRESHOLDS, open_model, seal
from chest_xray.errors import BadModelFile, MixedResults
from chest_xray.evaluating.recalibration import Recalibration, log_odds
from chest_xray.evaluating.three_way import TwoThresholds

# In the facts of the file and in the card.
KEY = "recalibration"


def recalibrate_file(
    data: bytes,
    found: Recalibration,
    fitted_on: Mapping[str, Any],
    weights_hash: str,
    thresholds: TwoThresholds,
) -> bytes:
    """The same file with a recalibration inside.

    Args:
        data: Of a deployable file, float or int8.
        found: What was fitted to the hospital's films.
        fitted_on: What its facts say of these films: ``name, films, patients, positives,
            external_index_hash``.
        weights_hash: Of the weights that the recalibration was fitted for.
        thresholds: Of three-way decisions, on the probabilities of ``data``.

    Returns:
        A sealed file whose log-odds are ``(log-odds + shift) / temperature`` of those of ``data``.
        Its facts have the new ``temperature`` (of the network's logits) and ``threshold``, and
        ``recalibration``: ``shift, temperature, fitted_on``, the ``threshold`` before, and
        ``made_from``, the sha256 of ``data``. Where both of ``thresholds`` are there, it has
        ``two_thresholds`` too, on its own probabilities: the same films lie between them.

    Raises:
        BadModelFile: Damaged, recalibrated before, or without a sigmoid at its end.
        MixedResults: The file is of other weights.
    """
    facts = dict(open_model(data).facts)
    if KEY in facts:
        raise BadModelFile(
            f"This file was fitted to '{facts[KEY]['fitted_on']['name']}' already; the one that it "
            "was made from can be fitted to another hospital."
        )
    if facts["weights_hash"] != weights_hash:
        raise MixedResults(
            f"The file holds the weights {facts['weights_hash'][:10]}, and the recalibration was "
            f"fitted for {weights_hash[:10]}; a run of recalibration with this file fits it again."
        )
    model = onnx.load_model_from_string(data)
    _insert(model.graph, found)
    changed = {
        "temperature": facts["temperature"] * found.temperature,
        "threshold": found.threshold,
        KEY: {
            "shift": found.shift,
            "temperature": found.temperature,
            "threshold_before": facts["threshold"],
            "made_from": hashlib.sha256(data).hexdigest(),
            "fitted_on": dict(fitted_on),
        },
        **_two_thresholds(thresholds, found),
    }
    return seal(model, facts | changed)


def _two_thresholds(before: TwoThresholds, found: Recalibration) -> dict[str, Any]:
    if before.negative is None or before.positive is None:
        return {}
    odds = log_odds(np.array([before.negative, before.positive]))
    negative, positive = found.probabilities(odds).tolist()
    return {TWO_THRESHOLDS: {"negative": negative, "positive": positive}}


def recalibrate_card(
    card: Mapping[str, Any], found: Recalibration, fitted_on: Mapping[str, Any]
) -> dict[str, Any]:
    """The card of the same weights with a recalibration; ``load_classifier`` reads it.

    Args:
        card: Of a float model; ``found`` and ``fitted_on``: as in ``recalibrate_file``.

    Returns:
        The card with ``temperature``, ``shift`` (of the logits that were trained) and
        ``threshold`` of the hospital, and ``recalibration``, as in the file, with
        ``added_to_logit``.
    """
    added = found.shift * card["temperature"]
    return {
        **card,
        "temperature": card["temperature"] * found.temperature,
        "shift": card.get("shift", 0.0) + added,
        "threshold": found.threshold,
        KEY: {
            "shift": found.shift,
            "temperature": found.temperature,
            "added_to_logit": added,
            "threshold_before": card["threshold"],
            "fitted_on": dict(fitted_on),
        },
    }


def _insert(graph: onnx.GraphProto, found: Recalibration) -> None:
    """``(x + shift) / temperature`` between the network's log-odds and the sigmoid."""
    place = next((n for n, node in enumerate(graph.node) if OUTPUT in node.output), None)
    if place is None or graph.node[place].op_type != "Sigmoid":
        raise BadModelFile("No sigmoid gives this file's probability, so nothing tells its odds.")
    sigmoid = graph.node[place]
    names = [f"{KEY}_{name}" for name in ("shift", "temperature")]
    for name, value in zip(names, (found.shift, found.temperature), strict=True):
        graph.initializer.append(numpy_helper.from_array(np.array(value, dtype=np.float32), name))
    shifted, scaled = f"{KEY}_shifted", f"{KEY}_scaled"
    graph.node.insert(place, helper.make_node("Add", [sigmoid.input[0], names[0]], [shifted]))
    graph.node.insert(place + 1, helper.make_node("Div", [shifted, names[1]], [scaled]))
    graph.node[place + 2].input[0] = scaled
