"""A DICOM file's grey levels, as a viewer would show them; of its tags only those of the pixels.

The patient's name, number and dates are never read into memory, so they can't be written anywhere.
"""

from __future__ import annotations

import io
import struct
import warnings
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image
from pydicom.errors import InvalidDicomError
from pydicom.pixels import apply_color_lut, apply_modality_lut, pixel_array

from chest_xray.radiographs.decoding import LARGEST_IMAGE, Decoded, grey_levels
from chest_xray.radiographs.new_files import is_coloured

# Files that nearly keep to the standard are many, and pydicom would warn of each.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
warnings.filterwarnings("ignore", category=UserWarning, module=r"pydicom\.")

_GREY = ("MONOCHROME1", "MONOCHROME2")
_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "PALETTE COLOR")
# What pixels are stored and shown by; elements that aren't named here are skipped, not parsed.
_TAGS = [
    "SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration", "NumberOfFrames",
    "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "PixelPaddingValue", "RescaleIntercept", "RescaleSlope", "ModalityLUTSequence",
    "WindowCenter", "WindowWidth", "VOILUTFunction", "VOILUTSequence", "PixelData",
    "RedPaletteColorLookupTableDescriptor", "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor", "RedPaletteColorLookupTableData",
    "GreenPaletteColorLookupTableData", "BluePaletteColorLookupTableData",
    "SegmentedRedPaletteColorLookupTableData", "SegmentedGreenPaletteColorLookupTableData",
    "SegmentedBluePaletteColorLookupTableData",
]  # fmt: skip
# What pydicom raises for damaged files and for compressions it has no decoder of.
_DAMAGED = (
    InvalidDicomError, AttributeError, KeyError, IndexError, TypeError, ValueError, OSError,
    EOFError, RuntimeError, NotImplementedError, OverflowError, struct.error,
)  # fmt: skip


def decode_dicom(data: bytes) -> Decoded:
    """Decode a DICOM file of one frame.

    Grey levels are rescaled (Modality LUT), then shown through the file's first window or VOI LUT
    (PS3.3 C.11.2); where it has neither, from the least to the greatest level but for padding.
    MONOCHROME1, which is dark where levels are high, is inverted. Colours are weighted as in other
    files.

    Returns:
        As ``decoding.decode``. A problem is said in our words: what pydicom says of a damaged
        element may quote it.
    """
    facts: dict[str, object] = {"jpeg_quality": 0}
    try:
        dataset = pydicom.dcmread(io.BytesIO(data), force=True, specific_tags=list(_TAGS))
        problem = _unfit(dataset)
        if problem:
            return Decoded(None, facts, problem)
        facts |= {
            "width": int(dataset.Columns),
            "height": int(dataset.Rows),
            "mode": f"DICOM {dataset.PhotometricInterpretation}",
        }
        levels = _levels(dataset)
    except _DAMAGED as error:
        said = "DICOM that is damaged, or of a kind that no decoder here takes"
        return Decoded(None, facts, f"{said} ({type(error).__name__})")
    colours = levels if levels.ndim == 3 else None
    grey = levels if colours is None else grey_levels(Image.fromarray(colours))
    facts["coloured"] = colours is not None and is_coloured(colours)
    return Decoded(grey, facts)


def _unfit(dataset: pydicom.Dataset) -> str:
    if "PixelData" not in dataset:
        return "DICOM without pixels (a report, a plan, an index), or no DICOM"
    if int(dataset.get("NumberOfFrames") or 1) > 1:
        return f"{int(dataset.NumberOfFrames)} frames where one is expected"
    if int(dataset.Rows) * int(dataset.Columns) > LARGEST_IMAGE:
        return f"larger than {LARGEST_IMAGE:,} px"
    if dataset.get("PhotometricInterpretation") not in (*_GREY, *_COLOURS):
        return "DICOM whose photometric interpretation is neither grey nor a known colour"
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    if syntax is not None and syntax.is_compressed and not _decodable(syntax):
        return f"DICOM compressed as {syntax.name}, which this installation has no decoder of"
    return ""


def _decodable(syntax: Any) -> bool:
    # Deflated files are unpacked as a whole while they are read.
    if syntax == pydicom.uid.DeflatedExplicitVRLittleEndian:
        return True
    try:
        return bool(pydicom.pixels.get_decoder(syntax).is_available)
    except NotImplementedError:
        return False


def _levels(dataset: pydicom.Dataset) -> NDArray[np.uint8]:
    """uint8 [height, width], or [height, width, 3] in RGB."""
    interpretation = str(dataset.PhotometricInterpretation)
    if interpretation not in _GREY:
        return _colours(dataset, interpretation)
    stored = pixel_array(dataset, raw=True)
    shown = np.asarray(apply_modality_lut(stored, dataset), dtype=np.float64)
    padding = dataset.get("PixelPaddingValue")
    kept = None if padding in (None, "") else stored != int(padding)
    levels = _through_voi_lut(shown, dataset)
    if levels is None:
        levels = _through_window(shown, dataset)
    if levels is None:
        levels = _between_extremes(shown, kept)
    levels = levels.clip(0, 1)
    if interpretation == "MONOCHROME1":
        levels = 1 - levels
    if kept is not None:
        # Beside the film there is nothing, whichever way its levels go.
        levels = np.where(kept, levels, 0.0)
    return np.floor(levels * 255 + 0.5).astype(np.uint8)


def _colours(dataset: pydicom.Dataset, interpretation: str) -> NDArray[np.uint8]:
    stored = pixel_array(dataset)
    if interpretation == "PALETTE COLOR":
        stored = apply_color_lut(stored, dataset)
        greatest = int(np.iinfo(stored.dtype).max)
    else:
        # pydicom turns YBR into RGB by itself.
        greatest = 2 ** int(dataset.BitsStored) - 1
    return np.round(stored[..., :3] * (255.0 / greatest)).clip(0, 255).astype(np.uint8)


def _through_voi_lut(
    shown: NDArray[np.float64], dataset: pydicom.Dataset
) -> NDArray[np.float64] | None:
    sequence = dataset.get("VOILUTSequence")
    if not sequence:
        return None
    entries, first, bits = (int(value) for value in sequence[0].LUTDescriptor)
    # An entry count of 65536 is stored as 0 (PS3.3 C.11.2.1.1).
    entries = entries or 65536
    data = sequence[0].LUTData
    table = np.frombuffer(data, "<u2") if isinstance(data, bytes) else np.asarray(data)
    places = (np.round(shown).astype(np.int64) - first).clip(0, entries - 1)
    return table[places] / (2**bits - 1)


def _through_window(
    shown: NDArray[np.float64], dataset: pydicom.Dataset
) -> NDArray[np.float64] | None:
    """The first window, 0 to 1 (PS3.3 C.11.2.1.2 and C.11.2.1.3)."""
    centre, width = (_first(dataset.get(name)) for name in ("WindowCenter", "WindowWidth"))
    function = str(dataset.get("VOILUTFunction") or "LINEAR")
    if centre is None or width is None or width <= (1 if function == "LINEAR" else 0):
        return None
    if function == "SIGMOID":
        return 1 / (1 + np.exp(-4 * (shown - centre) / width))
    if function == "LINEAR":
        return (shown - (centre - 0.5)) / (width - 1) + 0.5
    return (shown - centre) / width + 0.5


def _first(value: Any) -> float | None:
    if value is None or value == "":
        return None
    return float(value) if not isinstance(value, pydicom.multival.MultiValue) else float(value[0])


def _between_extremes(
    shown: NDArray[np.float64], kept: NDArray[np.bool_] | None
) -> NDArray[np.float64]:
    counted = shown if kept is None or not kept.any() else shown[kept]
    least, greatest = float(counted.min()), float(counted.max())
    return (shown - least) / max(greatest - least, 1e-12)
