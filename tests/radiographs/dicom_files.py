"""Draws DICOM files for the tests: a film, and whatever elements a test asks for."""

import io
import shutil

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    DigitalXRayImageStorageForPresentation,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
    generate_uid,
)

# Files that break the standard have to be written too.
pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE

PATIENT, NUMBER = "Nobody^Named", "secret-17"


def needs_dcmtk(test):
    """Marks a test that compares with dcmtk's programs."""
    missing = pytest.mark.skipif(
        shutil.which("dcmj2pnm") is None, reason="needs dcmtk, a Debian package (apt install dcmtk)"
    )
    return pytest.mark.dcmtk(missing(test))


def phantom_film(side=48):
    """Grey levels, uint8 [side, side], from 0 to 255: dark fields, ribs, a bright body."""
    y, x = np.mgrid[0:side, 0:side] / side
    fields = [np.exp(-((x - middle) ** 2 / 0.012 + (y - 0.5) ** 2 / 0.06)) for middle in (0.3, 0.7)]
    levels = 0.8 - 0.6 * sum(fields) + 0.1 * np.sin(57 * y) * x
    levels = np.round((levels - levels.min()) / np.ptp(levels) * 255).astype(np.uint8)
    levels[0, 0], levels[0, 1] = 0, 255
    return levels


def scaled(film, bits):
    kind = np.uint8 if bits <= 8 else np.uint16
    return np.round(film.astype(float) / 255 * (2**bits - 1)).astype(kind)


def written(
    stored,
    bits=12,
    interpretation="MONOCHROME2",
    syntax=ExplicitVRLittleEndian,
    *,
    elements=(),
    without=(),
    file_meta=True,
    **tags,
):
    """A file's bytes, of stored values [height, width] or [height, width, 3].

    ``elements`` are added as (keyword, representation, value), ``tags`` as pydicom has them; those
    ``without`` are left out, and so are preamble and file meta where ``file_meta`` is false.
    """
    dataset = described(stored, bits, interpretation)
    for name, value in tags.items():
        setattr(dataset, name, value)
    for keyword, representation, value in elements:
        dataset.add_new(keyword, representation, value)
    if syntax in (RLELossless, JPEG2000Lossless):
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.set_pixel_data(stored, interpretation, bits, generate_instance_uid=False)
        dataset.compress(syntax)
    elif "PixelData" not in dataset:
        dataset.file_meta.TransferSyntaxUID = syntax
        order = ">" if syntax == ExplicitVRBigEndian else "<"
        data = stored.astype(stored.dtype.newbyteorder(order)).tobytes()
        dataset.add_new("PixelData", "OB" if stored.itemsize == 1 else "OW", data)
    for keyword in without:
        del dataset[keyword]
    return file_of(dataset, syntax, file_meta)


def described(stored, bits, interpretation):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = generate_uid()
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID
    dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = PATIENT, NUMBER, "19700102"
    dataset.Rows, dataset.Columns = stored.shape[:2]
    dataset.SamplesPerPixel = 1 if stored.ndim == 2 else 3
    if stored.ndim == 3:
        dataset.PlanarConfiguration = 0
    dataset.PhotometricInterpretation = interpretation
    dataset.BitsAllocated = 8 * stored.itemsize
    dataset.BitsStored, dataset.HighBit = bits, bits - 1
    dataset.PixelRepresentation = int(stored.dtype.kind == "i")
    return dataset


def file_of(dataset, syntax, file_meta=True):
    dataset.file_meta.TransferSyntaxUID = syntax
    file = io.BytesIO()
    pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    data = file.getvalue()
    return data if file_meta else data[144 + int.from_bytes(data[140:144], "little") :]


def encapsulated(frame, stored, bits, syntax, interpretation="MONOCHROME2", **tags):
    """A file around a frame that is compressed already."""
    data = written(stored, bits, interpretation, **tags)
    dataset = pydicom.dcmread(io.BytesIO(data))
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = pydicom.encaps.encapsulate([frame])
    dataset["PixelData"].VR = "OB"
    return file_of(dataset, syntax)


def compressed_by_pillow(levels, kind, **options):
    frame = io.BytesIO()
    Image.fromarray(levels).save(frame, kind, **options)
    return frame.getvalue()


def table(count, first, bits, data, *, of="VOILUTSequence", descriptor="US", representation="OW"):
    """A lookup table as an element of ``written``."""
    item = Dataset()
    item.add_new("LUTDescriptor", descriptor, [count, first, bits])
    item.add_new("LUTData", representation, data)
    return (of, "SQ", [item])


def difference(grey, film):
    return int(np.abs(grey.astype(int) - film.astype(int)).max())
