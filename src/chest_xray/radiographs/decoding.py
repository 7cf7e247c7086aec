"""Files that a model has not seen: which there are, and what is in them, DICOM included."""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from chest_xray.errors import BadPrediction
from chest_xray.machine.names import as_written
from chest_xray.radiographs.colours import is_coloured
from chest_xray.radiographs.image_files import (
    FORMATS,
    MAX_FILE_BYTES,
    UNREADABLE,
    Decoded,
    decode,
)
from chest_xray.radiographs.pictures import choose_picture

_GREY_MODES = ("1", "L", "LA", "I", "I;16", "I;16B", "I;16L")
_SUFFIXES = (".dcm", ".dicom", ".dic")
_MARK_AT, _HEAD = 128, 132
# How a file without preamble begins (group 0002 or 0008, with its VR or a short length), and how no
# other format here does.
_FIRST_ELEMENT = re.compile(
    rb"[\x02\x08]\x00.\x00(?:[A-Z]{2}|.[\x00\x01]\x00\x00)|\x00[\x02\x08]\x00.[A-Z]{2}", re.DOTALL
)
_COLOUR_SIDE = 256
_LITTER = ("__MACOSX", "@eaDir", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class NewFile:
    """``path`` to open, and the ``name`` it is told by: its path below what was asked for."""

    path: Path
    name: str


def list_new(images: str, folder: Path) -> list[NewFile]:
    """The files that are asked for, in order.

    Args:
        images: A folder (all files below it, hidden ones and litter apart), a file, or a glob.
        folder: What a relative one is relative to.

    Raises:
        BadPrediction: Nothing asked for, or nothing there.
    """
    if not images:
        raise BadPrediction(
            "No images are named: --params=prediction.images=... takes a folder, a file or a glob."
        )
    try:
        asked = (folder / Path(images).expanduser()).absolute()
        if asked.is_file():
            return [NewFile(asked, as_written(asked.name))]
        if asked.is_dir():
            root, found = asked, _below(asked)
        else:
            root = _fixed_part(asked)
            found = list(root.glob(asked.relative_to(root).as_posix()))
    # An unknown home, a pattern that is none, a name that no file can have.
    except (RuntimeError, ValueError, OSError) as error:
        raise BadPrediction(
            f"prediction.images '{images[:80]}' names no files ({error}): a folder, a file or a "
            "glob is needed."
        ) from error
    files = [path for path in sorted(found) if path.is_file() or path.is_symlink()]
    if not files:
        raise BadPrediction(f"There is no file at {asked}: a folder, a file or a glob is needed.")
    return [NewFile(path, as_written(path.relative_to(root).as_posix())) for path in files]


def _below(folder: Path) -> list[Path]:
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not _is_litter(name)]
        found += [Path(parent, name) for name in names if not _is_litter(name)]
    return found


def _is_litter(name: str) -> bool:
    return name.startswith(".") or name in _LITTER


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first part of a path that has a wildcard."""
    parts = pattern.parts
    wild = next((i for i, part in enumerate(parts[:-1]) if glob.has_magic(part)), len(parts) - 1)
    return Path(*parts[:wild])


def decode_new(path: Path, *, bits_stored: int | None = None) -> Decoded:
    """What ``decoding.decode_new`` gives, of DICOM files too, with one fact more: ``coloured``.

    A DICOM file states its bits itself, so ``bits_stored`` is for the others.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_HEAD)
            if is_dicom(data, path.name):
                data += file.read(MAX_FILE_BYTES)
            else:
                data = b""
    except OSError as error:
        return Decoded(None, problem=f"{UNREADABLE}: {error.strerror}")
    if len(data) > MAX_FILE_BYTES:
        return Decoded(None, problem=f"larger than {MAX_FILE_BYTES:,} bytes")
    if data:
        # Who has no DICOM needs no pydicom.
        from chest_xray.radiographs.dicom.decoding import decode_dicom

        return decode_dicom(data)
    decoded = decode(path, bits_stored)
    if decoded.grey is None:
        return decoded
    grey = decoded.facts["mode"] in _GREY_MODES
    return Decoded(decoded.grey, decoded.facts | {"coloured": not grey and _coloured(path)})


def is_dicom(head: bytes, name: str) -> bool:
    """Whether a file is DICOM, by its first 132 bytes or, as some have no preamble, its suffix."""
    return bool(head) and (
        head[_MARK_AT:_HEAD] == b"DICM"
        or name.lower().endswith(_SUFFIXES)
        or _FIRST_ELEMENT.match(head) is not None
    )


def looks_coloured(image: Image.Image) -> bool:
    """``is_coloured`` of an image made smaller; it is made so in place."""
    image.thumbnail((_COLOUR_SIDE, _COLOUR_SIDE))
    return is_coloured(np.asarray(image.convert("RGB")))


def _coloured(path: Path) -> bool:
    with Image.open(path, formats=FORMATS) as image:
        choose_picture(image)
        return looks_coloured(image)
