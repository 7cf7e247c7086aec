"""What a model answers for a film, and which model: what every DICOM object made from it needs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pydicom
from pydicom.uid import UID, generate_uid
from pydicom.valuerep import DA, DT, TM

from chest_xray import __version__
from chest_xray.archiving.film import Film

NOTICE = "Research and teaching only; not a medical device"
MANUFACTURER = "chest_xray, open source"


class Prediction(Protocol):
    """What is read of ``deploying.predictor.Prediction``; a ``distance`` too, where it has one."""

    @property
    def probability(self) -> float:
        """Of the class looked for."""

    @property
    def decision(self) -> str:
        """A class, or that a person is to read the film."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """In what the film differs from the training films."""


@dataclass(frozen=True)
class Result:
    """What is reported of a film.

    Attributes:
        probability: Of the class looked for, 0 to 1, calibrated.
        decision: A class, or ``to_a_person``.
        warnings: Names, as in ``predictions_table``.
        distance: From the training images, 1 and less is usual; None where it isn't known.
    """

    probability: float
    decision: str
    warnings: tuple[str, ...] = ()
    distance: float | None = None

    @classmethod
    def of(cls, prediction: Prediction) -> Result:
        """That of a prediction."""
        return cls(
            float(prediction.probability),
            prediction.decision,
            tuple(prediction.warnings),
            getattr(prediction, "distance", None),
        )


@dataclass(frozen=True)
class ReportingModel:
    """The model that a report names.

    Attributes:
        class_names: The second is the one that is looked for.
        threshold: From which probability on a film is called by the second.
        version: First digits of the hash of its weights, and what they are computed in.
        fingerprint: SHA-256 of all facts about it: any other model has another.
    """

    class_names: tuple[str, str]
    threshold: float
    version: str
    fingerprint: str

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> ReportingModel:
        """From a deployable file's facts, or a model's card."""
        negative, positive = facts["class_names"]
        written = json.dumps(facts, sort_keys=True).encode()
        return cls(
            (negative, positive),
            float(facts["threshold"]),
            f"{facts['weights_hash'][:12]} ({facts.get('precision', 'float')})",
            hashlib.sha256(written).hexdigest(),
        )

    @property
    def software(self) -> str:
        """This package and its version."""
        return f"chest_xray {__version__}"


def stable_uid(film: Film, model: ReportingModel, what: str) -> UID:
    """The same for the same film and model, another for anything else.

    Args:
        what: Which of the objects made from them.
    """
    # The film's own UID stands for its pixels: PS3.5 chapter 9 allows no second image of that UID.
    return generate_uid(entropy_srcs=[film.header.SOPInstanceUID, model.fingerprint, what])


def stable_series_uid(film: Film, model: ReportingModel, what: str) -> UID:
    """That of all objects of a kind that a model makes for a study."""
    return generate_uid(entropy_srcs=[film.header.StudyInstanceUID, model.fingerprint, what])


def complete(dataset: pydicom.Dataset, film: Film, made: datetime) -> None:
    """Give an object of highdicom's its time, and what it has no argument for."""
    date, time = DA(made.date()), TM(made.time())
    dataset.InstanceCreationDate, dataset.InstanceCreationTime = date, time
    for equipment in dataset.ContributingEquipmentSequence:
        equipment.ContributionDateTime = DT(made)
    dataset.IssuerOfPatientID = film.header.IssuerOfPatientID
