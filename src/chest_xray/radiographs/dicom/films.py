"""Which DICOM files of a folder are chest films to train on, whose, and what is kept of them.

Nothing that is kept tells a patient: ids are keyed hashes, views and the like are the standard's
own words, and a free text (manufacturer, model) is kept only where several patients have it.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from chest_xray.errors import BadRadiographs
from chest_xray.machine.cores import available_cores
from chest_xray.machine.progress import track
from chest_xray.parameters import DicomParameters
from chest_xray.radiographs.dicom.decoding import decode_dicom
from chest_xray.radiographs.dicom.headers import DicomHeader, read_header
from chest_xray.radiographs.file_facts import file_facts

# What the index has of DICOM films beside its own columns.
DICOM_COLUMNS = ("view", "sex", "age", "manufacturer", "device_model", "detector", "burnt_in")
# A text of fewer patients' films may be one patient's.
MIN_PATIENTS_OF_A_TEXT = 5
_HASH_DIGITS = 20
_CHUNK = 256
# The standard's own words, and some that are much used; others are not repeated: they may be names.
_VIEWS = {"AP", "PA", "LL", "RL", "LLD", "RLD", "LLO", "RLO", "LAO", "RAO", "LPO", "RPO", "LATERAL"}
_BODY_PARTS = {
    *("CHEST", "THORAX", "LUNG", "RIB", "RIBS", "ABDOMEN", "SPINE", "CSPINE", "TSPINE", "LSPINE"),
    *("SKULL", "HEAD", "NECK", "PELVIS", "HIP", "KNEE", "HAND", "FOOT", "SHOULDER", "CLAVICLE"),
    *("EXTREMITY", "BREAST", "WHOLEBODY"),
}
_MODALITIES = {
    *(
        "CR",
        "DX",
        "RG",
        "CT",
        "MR",
        "US",
        "MG",
        "PX",
        "IO",
        "RF",
        "XA",
        "NM",
        "PT",
        "OT",
        "SC",
        "ES",
    ),
    *("XC", "GM", "SM", "ECG", "SR", "PR", "KO", "DOC", "RTPLAN", "RTDOSE", "RTSTRUCT", "RTIMAGE"),
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DicomFilms:
    """The DICOM files of a folder by ``image_id``.

    Attributes:
        headers: Of the films that are taken.
        left_out: Why others are not: ``no_image``, ``modality``, ``body_part``, ``view``,
            ``image_type`` or ``same_uid`` (another file has its SOPInstanceUID and other pixels),
            with what the file states where that is a word of the standard's: ``view: LL``.
    """

    headers: dict[str, DicomHeader]
    left_out: dict[str, str]

    def identifiers(self, keyword: str) -> dict[str, list[str]]:
        """The ``image_id`` of films by their SOPInstanceUID, StudyInstanceUID or AccessionNumber.

        Args:
            keyword: The name of the element.
        """
        names = {
            "SOPInstanceUID": "sop_instance_uid",
            "StudyInstanceUID": "study_instance_uid",
            "AccessionNumber": "accession_number",
        }
        found = defaultdict(list)
        for image_id, header in self.headers.items():
            if value := getattr(header, names[keyword]):
                found[value].append(image_id)
        return dict(found)

    def columns(self) -> pd.DataFrame:
        """``DICOM_COLUMNS`` by ``image_id``; missing where a file doesn't state them."""
        rows = {
            image_id: {
                "view": header.view if header.view in _VIEWS else None,
                "sex": header.sex or None,
                "age": header.age,
                "manufacturer": header.manufacturer or None,
                "device_model": header.device_model or None,
                "detector": header.detector or None,
                "burnt_in": header.burnt_in or None,
            }
            for image_id, header in self.headers.items()
        }
        table = pd.DataFrame.from_dict(rows, orient="index", columns=list(DICOM_COLUMNS))
        for name in ("manufacturer", "device_model"):
            table[name] = table[name].where(table[name].isin(self._common(name)), None)
        return table.astype({name: "str" for name in DICOM_COLUMNS if name != "age"}).astype(
            {"age": float}
        )

    def _common(self, name: str) -> set[str]:
        patients = defaultdict(set)
        for header in self.headers.values():
            patients[getattr(header, name)].add(header.patient)
        return {text for text, of in patients.items() if len(of) >= MIN_PATIENTS_OF_A_TEXT}


def read_films(paths: Mapping[str, Path], parameters: DicomParameters) -> DicomFilms:
    """Read the headers of DICOM files, and tell which are films to train on.

    Args:
        paths: By ``image_id``.
        parameters: Which are.
    """
    places = list(paths)
    chunks = [places[i : i + _CHUNK] for i in range(0, len(places), _CHUNK)]
    with ThreadPoolExecutor(available_cores()) as pool:
        read = pool.map(lambda chunk: [read_header(paths[one]) for one in chunk], chunks)
        found = [
            one for chunk in track(read, "Reading DICOM headers", len(chunks)) for one in chunk
        ]
    headers = {place: one for place, one in zip(places, found, strict=True) if one is not None}
    left_out = {
        image_id: reason
        for image_id, header in headers.items()
        if (reason := _why_left_out(header, parameters))
    }
    taken = {image_id: one for image_id, one in headers.items() if image_id not in left_out}
    left_out |= _of_one_uid(taken, paths)
    _log_left_out(left_out)
    films = {image_id: one for image_id, one in taken.items() if image_id not in left_out}
    _log_burnt_in(films)
    return DicomFilms(films, left_out)


def _why_left_out(header: DicomHeader, parameters: DicomParameters) -> str:
    """The first reason, '' for a film that is taken; what a file doesn't state is no reason."""
    if not header.is_image:
        return "no_image"
    for name, value, allowed, words in (
        ("modality", header.modality, parameters.modalities, _MODALITIES),
        ("body_part", header.body_part, parameters.body_parts, _BODY_PARTS),
        ("view", header.view, parameters.views, _VIEWS),
    ):
        if value and value not in allowed:
            return f"{name}: {value if value in words else 'other'}"
    # A Digital X-Ray image for presentation is derived from that for processing, by its maker.
    processed = header.for_presentation and header.image_types[1:2] != ("SECONDARY",)
    for value in header.image_types[:2]:
        if value in parameters.left_out_image_types and not (processed and value == "DERIVED"):
            return f"image_type: {value if value in ('DERIVED', 'SECONDARY') else 'other'}"
    return ""


def _of_one_uid(taken: Mapping[str, DicomHeader], paths: Mapping[str, Path]) -> dict[str, str]:
    """Films whose UID another film with other pixels has too: nothing says which is meant."""
    by_uid = defaultdict(list)
    for image_id, header in taken.items():
        if header.sop_instance_uid:
            by_uid[header.sop_instance_uid].append(image_id)
    left_out: dict[str, str] = {}
    for image_ids in by_uid.values():
        if len(image_ids) > 1 and len({_pixel_hash(paths[one]) for one in image_ids}) > 1:
            left_out |= dict.fromkeys(image_ids, "same_uid")
    return left_out


def _pixel_hash(path: Path) -> object:
    try:
        grey = decode_dicom(path.read_bytes()).grey
    except OSError:
        # Decoding the file for the index says why.
        return None
    return None if grey is None else file_facts(b"", grey)["pixel_hash"]


def _log_left_out(left_out: Mapping[str, str]) -> None:
    for reason, count in sorted(Counter(left_out.values()).items()):
        logger.warning("Left out %d DICOM files (%s).", count, reason)


def _log_burnt_in(headers: Mapping[str, DicomHeader]) -> None:
    count = sum(header.burnt_in == "YES" for header in headers.values())
    if count:
        logger.warning(
            "%d DICOM films state that text is burnt into their pixels (BurnedInAnnotation): it "
            "may name a patient, in figures too; data_audit lists them.",
            count,
        )


def patient_hashes(films: DicomFilms, image_ids: Sequence[str], key: str | None) -> dict[str, str]:
    """A keyed hash (HMAC-SHA-256) of each film's patient, that nobody without the key can test.

    An id counts with its issuer; one without an issuer is that of the only issuer that gave it.
    Where all films have one id, as after some anonymization, it says nothing and is not used.

    Args:
        films: Of the whole folder.
        image_ids: The films whose patient is asked for.
        key: Of the hashes.

    Returns:
        By ``image_id``; films without a PatientID are missing.

    Raises:
        BadRadiographs: There is no key.
    """
    issuers = defaultdict(set)
    for header in films.headers.values():
        if header.patient:
            issuers[header.patient[1]].add(header.patient[0])
    if len(issuers) < 2:
        if issuers and len(films.headers) > 1:
            logger.warning(
                "All DICOM files have one PatientID, so it tells no patients apart; file names or "
                "radiograph_table have to."
            )
        return {}
    patients = {
        image_id: _issued(patient, issuers[patient[1]])
        for image_id in image_ids
        if image_id in films.headers and (patient := films.headers[image_id].patient)
    }
    if patients and key is None:
        raise BadRadiographs(
            "DICOM files state their patients, whose ids are kept only as keyed hashes, and there "
            "is no key: `openssl rand -hex 32 > conf/local/patient_key.txt` makes one. Keep it, as "
            "another key gives other ids and another split, and keep it secret."
        )
    secret = (key or "").encode()
    return {
        image_id: hmac.new(secret, "\0".join(patient).encode(), hashlib.sha256).hexdigest()[
            :_HASH_DIGITS
        ]
        for image_id, patient in patients.items()
    }


def _issued(patient: tuple[str, str], issuers: set[str]) -> tuple[str, str]:
    issuer, number = patient
    known = issuers - {""}
    return (issuer or (min(known) if len(known) == 1 else ""), number)
