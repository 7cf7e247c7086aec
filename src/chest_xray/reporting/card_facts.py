"""A model's card as a person reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chest_xray.reporting.data_facts import data_findings
from chest_xray.reporting.external_facts import (
    elsewhere_table,
    external_findings,
)
from chest_xray.reporting.limit_facts import (
    data_limits,
    elsewhere_limits,
    measurement_limits,
    source,
)
from chest_xray.reporting.messages import Message, message
from chest_xray.reporting.model_facts import metrics_table, model_findings, training_method
from chest_xray.reporting.tables import Table


@dataclass(frozen=True)
class Section:
    """A heading, with findings, a table and code below it; code is the same in every language."""

    heading: Message
    findings: list[Message]
    table: Table | None = None
    code: str = ""


@dataclass(frozen=True)
class Elsewhere:
    """What was measured of a model on other folders.

    Attributes:
        metrics: ``{model}_external_metrics`` of each name for which there are any.
        command: What measures the model on another folder.
        unusable: What was measured of an older model or can't be read, and what measures it again.
    """

    metrics: Sequence[Mapping[str, Any]]
    command: str
    unusable: Sequence[Message] = ()


def card_sections(
    model: str,
    card: Mapping[str, Any],
    metrics: Mapping[str, Any],
    audit: Mapping[str, Any],
    shortcuts: Sequence[Message],
    elsewhere: Elsewhere,
    phantoms: bool,
    data_folder: str,
) -> list[Section]:
    """The card, from what was recorded and measured.

    Args:
        model: ``baseline`` or ``tuned``.
        card: ``{model}_card``; ``metrics`` and ``audit`` likewise.
        metrics: Of the test part.
        audit: Of the data.
        shortcuts: What the heat maps tell of shortcuts (``limit_facts.shortcut_limits``), or why
            they tell nothing.
        elsewhere: What was measured on other folders, or what does.
        phantoms: Whether the radiographs are phantoms.
        data_folder: Where the environment's results are, for the lines that load the model.
    """
    return [
        Section(message("card-use"), [_use(card), message("not-a-device")]),
        Section(message("card-data"), [source(phantoms), *data_findings(audit)]),
        Section(message("card-training"), training_method(card)),
        Section(message("card-measured"), model_findings(metrics, card), metrics_table(metrics)),
        *(
            Section(
                message("card-elsewhere", name=outside["name"]),
                external_findings(outside),
                elsewhere_table(outside),
            )
            for outside in elsewhere.metrics
        ),
        Section(
            message("card-limits"),
            [
                *elsewhere_limits({model: elsewhere.metrics}, elsewhere.command),
                *elsewhere.unusable,
                *shortcuts,
                *data_limits(audit),
                *measurement_limits(metrics),
            ],
        ),
        Section(message("card-loading"), [_facts(card)], code=_code(model, data_folder)),
    ]


def _use(card: Mapping[str, Any]) -> Message:
    negative, positive = card["class_names"]
    return message("card-takes", positive=positive, negative=negative)


def _facts(card: Mapping[str, Any]) -> Message:
    return message(
        "card-facts",
        temperature=card["temperature"],
        threshold=card["threshold"],
        positive=card["class_names"][1],
        weights=card["weights_hash"][:12],
        data=card["data_hash"][:12],
    )


def _code(model: str, data_folder: str) -> str:
    return "\n".join(
        [
            "from chest_xray.explaining import heat_map, load_model",
            "",
            f"model = load_model({json.dumps(data_folder)}, {json.dumps(model)})",
            'explained = heat_map(model, "radiograph.jpeg")',
            "explained.probability, explained.values  # float32 [image_size, image_size]",
        ]
    )
