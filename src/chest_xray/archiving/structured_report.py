"""A structured report of one film (PS3.16 TID 1500), as DICOM archives and viewers take it."""

from __future__ import annotations

from datetime import datetime

import pydicom
from highdicom.sr import (
    AlgorithmIdentification,
    CodedConcept,
    DeviceObserverIdentifyingAttributes,
    EnhancedSR,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    QualitativeEvaluation,
    SourceImageForMeasurementGroup,
    TrackingIdentifier,
)
from pydicom.sr.codedict import codes
from pydicom.uid import generate_uid
from pydicom.valuerep import DA, TM

from chest_xray.archiving.film import Film
from chest_xray.archiving.result import (
    MANUFACTURER,
    NOTICE,
    ReportingModel,
    Result,
    complete,
    stable_series_uid,
    stable_uid,
)

# The project's own codes, for what no public scheme has; "99" marks a private one (PS3.16 8.2).
SCHEME = "99CHESTXRAY"
SERIES_NUMBER = 9701
SERIES_DESCRIPTION = "Pneumonia classifier, research only"
# What is looked for, where a public scheme has it.
_FINDINGS = {"PNEUMONIA": CodedConcept("233604007", "SCT", "Pneumonia")}
_DIGITS = 4
_LONGEST_MEANING = 64


def structured_report(
    film: Film, result: Result, model: ReportingModel, made: datetime
) -> pydicom.Dataset:
    """The report of a film, in the film's study.

    It says probability, threshold, decision, distance where it is known, warnings, model and
    version, and refers to the image. It carries the patient of the film, is marked as preliminary
    and unverified, and says that it is for research only.

    Args:
        film: What it is about.
        result: The answer for it.
        model: Which says so.
        made: When; the rest is the same for the same film and model, its UIDs too.

    Returns:
        An Enhanced SR, which ``film.encoded`` writes.
    """
    report = EnhancedSR(
        evidence=[film.header],
        content=_content(film, result, model),
        series_instance_uid=stable_series_uid(film, model, "reports"),
        series_number=SERIES_NUMBER,
        sop_instance_uid=stable_uid(film, model, "report"),
        instance_number=film.header.InstanceNumber,
        manufacturer=MANUFACTURER,
        manufacturer_model_name=model.version,
        software_versions=model.software,
        series_description=SERIES_DESCRIPTION,
        is_complete=True,
        is_final=False,
        is_verified=False,
        content_date=DA(made.date()),
        content_time=TM(made.time()),
    )
    complete(report, film, made)
    return report


def _content(film: Film, result: Result, model: ReportingModel) -> MeasurementReport:
    observer = DeviceObserverIdentifyingAttributes(
        uid=generate_uid(entropy_srcs=[model.fingerprint, "device"]),
        name="chest_xray",
        manufacturer_name=MANUFACTURER,
        model_name=model.version,
    )
    looked_for = model.class_names[1]
    group = MeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(
            uid=stable_uid(film, model, "tracking"), identifier="whole film"
        ),
        finding_type=_FINDINGS.get(looked_for, _own(looked_for, looked_for)),
        algorithm_id=AlgorithmIdentification(
            name="chest_xray",
            version=f"{model.software}, model {model.version}",
            parameters=[f"threshold {model.threshold:.4g}"],
        ),
        measurements=_measurements(result, model),
        qualitative_evaluations=[
            QualitativeEvaluation(_own("decision", "Decision"), _in_words(result.decision)),
            QualitativeEvaluation(_own("intended_use", "Intended use"), _own("research", NOTICE)),
            *(
                QualitativeEvaluation(_own("warning", "Warning"), _in_words(name))
                for name in result.warnings
            ),
        ],
        source_images=[
            SourceImageForMeasurementGroup(film.header.SOPClassUID, film.header.SOPInstanceUID)
        ],
    )
    return MeasurementReport(
        observation_context=ObservationContext(
            ObserverContext(
                observer_type=codes.DCM.Device, observer_identifying_attributes=observer
            )
        ),
        procedure_reported=codes.SCT.PlainRadiography,
        imaging_measurements=[group],
    )


def _measurements(result: Result, model: ReportingModel) -> list[Measurement]:
    values = [
        (codes.DCM.Probability, result.probability),
        (codes.DCM.ThresholdValue, model.threshold),
    ]
    if result.distance is not None:
        name = _own("distance", "Distance from the training images, 1 is rare")
        values.append((name, result.distance))
    # Rounded: a runtime's last digits differ from machine to machine.
    return [Measurement(name, round(value, _DIGITS), codes.UCUM.NoUnits) for name, value in values]


def _in_words(name: str) -> CodedConcept:
    """A decision or a warning; names in small letters are words joined by underscores."""
    words = {"to_a_person": "To be read by a person"}.get(name)
    return _own(name, words or name.replace("_", " ").capitalize())


def _own(value: str, meaning: str) -> CodedConcept:
    return CodedConcept(value, SCHEME, meaning[:_LONGEST_MEANING])
