"""A study in an archive by DICOMweb: its films fetched, and what is made of them stored."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pydicom
import requests
from dicomweb_client import DICOMwebClient
from pydicom.uid import UID

from chest_xray.archiving.film import RefusedObject, encoded, film_of
from chest_xray.errors import BadArchive
from chest_xray.machine.atomic_files import replacing

logger = logging.getLogger(__name__)

_SECONDS = 60.0
# As they are stored: whatever the transfer syntax.
_AS_STORED = (("application/dicom", "*"),)
_SERIES, _INSTANCE = "0020000E", "00080018"


class Archive:
    """A DICOMweb service."""

    def __init__(self, url: str, credentials: Mapping[str, str]) -> None:
        """Name it; nothing is asked yet.

        Args:
            url: Of the service, such as ``http://localhost:8042/dicom-web``.
            credentials: ``username`` and ``password``, or nothing.

        Raises:
            BadArchive: No address of a web service, or one with a password in it.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadArchive(
                f"archive_url '{url}' is no address of a DICOMweb service, such as "
                "http://localhost:8042/dicom-web."
            )
        if parts.username or parts.password:
            raise BadArchive(
                "archive_url has a user or a password in it; they belong into "
                "conf/local/credentials.yml, below 'archive'."
            )
        self._url = url
        session = requests.Session()
        if credentials:
            try:
                session.auth = (credentials["username"], credentials["password"])
            except KeyError as error:
                raise BadArchive(
                    f"The credentials 'archive' have no {error}; username and password are needed."
                ) from error
        self._client = DICOMwebClient(url.rstrip("/"), session=session, timeout=_SECONDS)

    def fetch_films(self, study: str, folder: Path) -> Path:
        """Fetch the chest radiographs of a study that aren't in a folder yet.

        Args:
            study: Its Study Instance UID.
            folder: Below it each study has one of its own, named by a hash of its UID, and each
                film a file named likewise.

        Returns:
            The study's own folder.

        Raises:
            BadArchive: No UID, no such study, none of its objects a film that a report can be
                made of, or an archive that doesn't answer.
        """
        if not study or not UID(study).is_valid:
            raise BadArchive(f"archive_study '{study}' is no Study Instance UID.")
        own = folder / hashlib.sha256(study.encode()).hexdigest()[:12]
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._one_sentence():
            found = self._client.search_for_instances(study_instance_uid=study)
        films = 0
        for one in found:
            key = hashlib.sha256(_value(one, _INSTANCE).encode()).hexdigest()[:12]
            path = own / f"film_{key}.dcm"
            films += path.exists() or self._fetch(study, one, path)
        if not films:
            raise BadArchive(
                f"The archive {self._url} has no chest radiograph for presentation in that study, "
                f"among {len(found)} objects."
            )
        return own

    def _fetch(self, study: str, found: Mapping[str, Any], path: Path) -> bool:
        series, instance = _value(found, _SERIES), _value(found, _INSTANCE)
        with self._one_sentence():
            dataset = self._client.retrieve_instance(
                study, series, instance, media_types=_AS_STORED
            )
        try:
            film_of(dataset)
        except RefusedObject as refused:
            logger.info("%s is left out: %s", path.stem, refused)
            return False
        with replacing(path) as partial:
            partial.write_bytes(encoded(dataset))
        return True

    def store(self, objects: Sequence[pydicom.Dataset]) -> None:
        """Store objects, all of one study.

        Raises:
            BadArchive: The archive doesn't answer, or refuses one.
        """
        with self._one_sentence():
            answer = self._client.store_instances(list(objects))
        failed = answer.get("FailedSOPSequence") or []
        if failed:
            reason = failed[0].get("FailureReason", 0)
            raise BadArchive(
                f"The archive {self._url} refused {len(failed)} of {len(objects)} objects, the "
                f"first with 0x{reason:04X}."
            )

    @contextmanager
    def _one_sentence(self) -> Iterator[None]:
        try:
            yield
        except requests.HTTPError as error:
            status = 0 if error.response is None else error.response.status_code
            advice = "; conf/local/credentials.yml may lack 'archive'" if status == 401 else ""
            raise BadArchive(f"The archive {self._url} answered {status}{advice}.") from error
        except requests.RequestException as error:
            raise BadArchive(
                f"The archive {self._url} can't be reached ({type(error).__name__}); archive_url "
                "should be the address of its DICOMweb service."
            ) from error


def _value(found: Mapping[str, Any], tag: str) -> str:
    return str(found.get(tag, {}).get("Value", [""])[0])
