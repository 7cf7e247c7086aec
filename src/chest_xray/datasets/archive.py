"""A study in a DICOM archive, and what is stored there, by DICOMweb."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from kedro.io import AbstractDataset, DatasetError

from chest_xray.errors import BadArchive

if TYPE_CHECKING:
    import pydicom

    from chest_xray.archiving.dicomweb import Archive

NO_ARCHIVE = "none"


class ArchiveStudyDataset(AbstractDataset[Any, Any]):
    """Loads as the folder of a study's films, fetched where they are not there yet; None where no
    archive is named.
    """

    def __init__(
        self,
        *,
        url: str,
        study: str,
        filepath: str,
        credentials: dict[str, str] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self._url, self._study = url, study
        self._filepath = Path(filepath)
        self._credentials = credentials or {}
        self.metadata = metadata

    def load(self) -> Path | None:
        """The folder; ``BadArchive`` where the study can't be fetched."""
        if self._study == NO_ARCHIVE:
            return None
        if self._url == NO_ARCHIVE:
            raise BadArchive(
                "archive_study names a study, and archive_url no archive; both are needed."
            )
        return connect(self._url, self._credentials).fetch_films(self._study, self._filepath)

    def save(self, data: Any) -> NoReturn:
        """Refused: films are only read."""
        raise DatasetError(f"The study in {_host(self._url)} is only read.")

    def _describe(self) -> dict[str, Any]:
        return {"archive": _host(self._url), "filepath": str(self._filepath)}


class ArchiveResultsDataset(AbstractDataset[Any, Any]):
    """Stores DICOM objects in an archive; nothing where there are none."""

    def __init__(
        self,
        *,
        url: str,
        credentials: dict[str, str] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self._url = url
        self._credentials = credentials or {}
        self.metadata = metadata

    def load(self) -> NoReturn:
        """Refused: the archive shows them."""
        raise DatasetError(f"What was stored in {_host(self._url)} is not read again.")

    def save(self, data: Sequence[pydicom.Dataset]) -> None:
        """Store objects of one study; ``BadArchive`` where the archive doesn't take them."""
        if data:
            connect(self._url, self._credentials).store(data)

    def _exists(self) -> bool:
        return False

    def _describe(self) -> dict[str, Any]:
        return {"archive": _host(self._url)}


def connect(url: str, credentials: dict[str, str]) -> Archive:
    """The archive; ``BadArchive`` where the extra ``dicom`` is missing."""
    try:
        from chest_xray.archiving.dicomweb import Archive
    except ModuleNotFoundError as error:
        raise BadArchive(
            f"{error.name} is missing; pip install 'chest-xray[dicom]' brings it."
        ) from error
    return Archive(url, credentials)


def _host(url: str) -> str:
    """The address as logs may show it: without a password that somebody wrote into it."""
    return urlsplit(url).hostname or NO_ARCHIVE
