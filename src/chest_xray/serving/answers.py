"""From an uploaded file to an answer: the model's predictor, and what the service says of it."""

from __future__ import annotations

import re

from pydantic import BaseModel, Field

from chest_xray.deploying.predictor import Predictor
from chest_xray.radiographs.decoded import Decoded
from chest_xray.radiographs.decoding import decode_bytes, is_dicom
from chest_xray.serving.uploads import Upload

NOTICE = "Research and teaching; not a medical device."
# How the image files that the service takes begin: JPEG, PNG and TIFF.
_IMAGE = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|II[*+]\x00|MM\x00[*+]")
_KINDS = "not a JPEG, PNG, TIFF or DICOM file"


class FilmAnswer(BaseModel):
    """What the model says of one film, or why it says nothing."""

    name: str = Field(description="The file's name, as it was uploaded.")
    probability: float | None = Field(
        description="Of the class looked for (the second of class_names), calibrated, 0 to 1; "
        "null where there is a problem."
    )
    decision: str | None = Field(
        description="The class, or 'to_a_person' where a person has to read the film first."
    )
    called: str | None = Field(description="The class at the model's threshold, whatever decision.")
    distance: float | None = Field(
        description="From the training films; beyond 1 the film is unlike them."
    )
    warnings: list[str] = Field(description="In what the film differs from the training films.")
    problem: str = Field(description="Why there is no answer, '' where there is one.")


class Answer(BaseModel):
    """The answer to a request, film by film in the order in which they were uploaded."""

    notice: str = Field(description=NOTICE)
    weights_hash: str = Field(description="Of the model's weights.")
    class_names: list[str]
    threshold: float = Field(description="From this probability on it is the second class.")
    films: list[FilmAnswer]


class Problem(BaseModel):
    """Why there is no answer."""

    notice: str = Field(description=NOTICE)
    detail: str = Field(description="One sentence: what is wrong and what would be right.")


def decode_upload(upload: Upload, max_pixels: int) -> Decoded:
    """The grey levels of an uploaded file, in memory; other kinds than the four are not opened."""
    data = upload.data
    if data and not _IMAGE.match(data) and not is_dicom(data, upload.name):
        return Decoded(None, problem=_KINDS)
    return decode_bytes(data, upload.name, max_pixels=max_pixels)


def film_answer(predictor: Predictor, upload: Upload, decoded: Decoded) -> FilmAnswer:
    """The answer for one decoded file."""
    if decoded.grey is None:
        return FilmAnswer(
            name=upload.name,
            probability=None,
            decision=None,
            called=None,
            distance=None,
            warnings=[],
            problem=decoded.problem,
        )
    prediction = predictor(decoded)
    return FilmAnswer(
        name=upload.name,
        probability=prediction.probability,
        decision=prediction.decision,
        called=prediction.called,
        distance=prediction.distance,
        warnings=list(prediction.warnings),
        problem="",
    )
