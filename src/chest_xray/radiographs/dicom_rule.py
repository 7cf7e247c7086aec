"""The rule for DICOM files of a folder; only a folder with such files needs pydicom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from chest_xray.parameters import DicomParameters
from chest_xray.radiographs.decoding import begins_as_dicom
from chest_xray.radiographs.tables import ImageMetadata

if TYPE_CHECKING:
    from chest_xray.radiographs.dicom.films import DicomFilms


@dataclass(frozen=True)
class DicomRule:
    """Which DICOM files are films to train on, and the key of their patients' hashes.

    Attributes:
        parameters: Which are.
        key: None where there is none, which is refused as soon as one is needed.
    """

    parameters: DicomParameters
    key: str | None = None


def dicom_films(paths: Mapping[str, Path], rule: DicomRule) -> DicomFilms | None:
    """The DICOM files among those of a folder, None where there are none.

    Args:
        paths: By ``image_id``.
        rule: Which of them are films.
    """
    dicom = {image_id: path for image_id, path in paths.items() if begins_as_dicom(path)}
    if not dicom:
        return None
    from chest_xray.radiographs.dicom.films import read_films

    return read_films(dicom, rule.parameters)


def with_hashes(
    listing: pd.DataFrame, films: DicomFilms, metadata: ImageMetadata, key: str | None
) -> pd.Series:
    """Patient ids in which those of DICOM films are hashes, but for those that the table has.

    Raises:
        BadRadiographs: A hash is needed, and there is no key.
    """
    from chest_xray.radiographs.dicom.films import patient_hashes

    unknown = [one for one in listing["image_id"] if not metadata.of(one)["patient_id"]]
    hashes = listing["image_id"].map(patient_hashes(films, unknown, key))
    return hashes.where(hashes.notna(), listing["patient_id"])
