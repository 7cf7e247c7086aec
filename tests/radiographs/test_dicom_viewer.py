"""Grey levels are those that a second implementation shows: dcmtk's dcmj2pnm."""

import io
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from dicom_files import needs_dcmtk, phantom_film, scaled, table, written
from PIL import Image
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000TransferSyntaxes,
    JPEGLSTransferSyntaxes,
    RLELossless,
)

from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.image_files import grey_levels

OTHERS = Path(pydicom.__file__).parent / "data" / "test_files"
# Equal to one level; a second is for rounding before and after the colours are weighted.
MAX_DIFFERENCE = 2
FILM = phantom_film()
STORED = scaled(FILM, 12)
# What dcmtk 3.6.7 shows otherwise, and why ours is right.
DIFFERENT = {
    "rtdose_expb_1frame.dcm": "32-bit words in big endian: rtdose_1frame.dcm is the same image",
    "SC_rgb_jpeg.dcm": "dcmtk can't follow its elements, which have no representation",
}


def shown_by_dcmtk(path, tmp_path):
    """The grey levels of a file through its first VOI LUT or window, without overlays."""
    dataset = pydicom.dcmread(path)
    compressed = dataset.file_meta.TransferSyntaxUID
    if compressed in (*JPEG2000TransferSyntaxes, *JPEGLSTransferSyntaxes):
        # dcmj2pnm reads neither.
        original, path = path, tmp_path / "unpacked.dcm"
        if compressed in JPEGLSTransferSyntaxes:
            subprocess.run(["dcmdjpls", original, path], check=True)
        else:
            dataset.decompress(decoding_plugin="pylibjpeg")
            dataset.save_as(path)
    if dataset.get("VOILUTSequence"):
        options = ["+Wl", "1"]
    elif dataset.get("WindowCenter") is not None:
        options = ["+Wi", "1"]
    else:
        options = ["+Wm"] if dataset.PhotometricInterpretation.startswith("MONO") else []
    ended = subprocess.run(["dcmj2pnm", "-O", "+op", *options, path], capture_output=True)
    assert ended.stdout, ended.stderr.decode()
    return grey_levels(Image.open(io.BytesIO(ended.stdout)))


def check(path, tmp_path):
    decoded = decode(path)
    assert decoded.problem == ""
    shown = shown_by_dcmtk(path, tmp_path)
    assert shown.shape == decoded.grey.shape
    assert np.abs(shown.astype(int) - decoded.grey).max() <= MAX_DIFFERENCE


def readable():
    for path in sorted(OTHERS.glob("*.dcm")):
        if decode(path).grey is not None:
            reason = DIFFERENT.get(path.name)
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            yield pytest.param(path, id=path.name, marks=marks)


@needs_dcmtk
@pytest.mark.parametrize("path", [*readable()])
def test_other_peoples_files(path, tmp_path):
    check(path, tmp_path)


def test_the_file_that_dcmtk_shows_otherwise_is_its_little_endian_copy():
    for name in ("rtdose_expb_1frame.dcm", "rtdose_rle_1frame.dcm"):
        grey = decode(OTHERS / name).grey
        np.testing.assert_array_equal(grey, decode(OTHERS / "rtdose_1frame.dcm").grey)


SYNTAXES = [
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
    RLELossless,
]


@needs_dcmtk
@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("interpretation", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("bits", [8, 12, 16])
def test_phantoms(syntax, interpretation, bits, tmp_path):
    path = tmp_path / "film.dcm"
    path.write_bytes(written(scaled(FILM, bits), bits, interpretation, syntax))
    check(path, tmp_path)


LUT = np.round(4095 * np.linspace(0, 1, 4096) ** 2).astype(np.uint16)


@needs_dcmtk
@pytest.mark.parametrize("interpretation", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize(
    "how",
    [
        {"WindowCenter": 2000, "WindowWidth": 1500},
        {"WindowCenter": "2048.5", "WindowWidth": "4096"},
        {"WindowCenter": [1800, 900], "WindowWidth": [2500, 10]},
        {"WindowCenter": 2000, "WindowWidth": 1500, "VOILUTFunction": "SIGMOID"},
        {"RescaleSlope": "0.5", "RescaleIntercept": "-300"},
        {
            "RescaleSlope": "2",
            "RescaleIntercept": "-1000",
            "WindowCenter": 3000,
            "WindowWidth": 2000,
        },
        {"elements": [table(4096, 0, 12, LUT.tobytes())]},
        {"elements": [table(1024, 1000, 12, LUT[::4].tobytes())]},
        {"elements": [table(4096, 0, 12, LUT.tobytes(), of="ModalityLUTSequence")]},
        {
            "elements": [table(4096, 0, 12, LUT.tobytes(), of="ModalityLUTSequence")],
            "WindowCenter": 1000,
            "WindowWidth": 1500,
        },
    ],
    ids=lambda how: "-".join(how),
)
def test_windows_and_tables(interpretation, how, tmp_path):
    path = tmp_path / "film.dcm"
    shape = "INVERSE" if interpretation == "MONOCHROME1" else "IDENTITY"
    path.write_bytes(written(STORED, 12, interpretation, PresentationLUTShape=shape, **how))
    check(path, tmp_path)


@needs_dcmtk
def test_signed_levels(tmp_path):
    path = tmp_path / "film.dcm"
    signed = (STORED.astype(int) - 1500).astype(np.int16)
    path.write_bytes(written(signed, 13, WindowCenter=0, WindowWidth=2000))
    check(path, tmp_path)


@needs_dcmtk
def test_what_a_shutter_leaves_visible(tmp_path):
    """dcmj2pnm shows an image without its shutter: outside, nothing can be compared."""
    path = tmp_path / "film.dcm"
    edges = {
        f"Shutter{side}Edge": value
        for side, value in (
            ("LeftVertical", 5),
            ("RightVertical", 40),
            ("UpperHorizontal", 4),
            ("LowerHorizontal", 44),
        )
    }
    window = {"WindowCenter": 2000, "WindowWidth": 3000}
    path.write_bytes(written(STORED, ShutterShape="RECTANGULAR", **edges, **window))
    grey, inside = decode(path).grey, np.s_[3:44, 4:40]
    shown = shown_by_dcmtk(path, tmp_path)
    assert np.abs(grey[inside].astype(int) - shown[inside]).max() <= MAX_DIFFERENCE
    outside = np.ones(grey.shape, dtype=bool)
    outside[inside] = False
    assert grey[outside].max() == 0


@needs_dcmtk
def test_what_lies_within_padding(tmp_path):
    """dcmj2pnm shows padding as the level that it has, through the same window."""
    path = tmp_path / "film.dcm"
    padded = np.pad(STORED, 6, constant_values=4095)
    window = {"WindowCenter": 2000, "WindowWidth": 3000}
    path.write_bytes(written(padded, elements=[("PixelPaddingValue", "US", 4095)], **window))
    film = padded != 4095
    difference = decode(path).grey.astype(int) - shown_by_dcmtk(path, tmp_path)
    assert np.abs(difference[film]).max() <= MAX_DIFFERENCE
    assert decode(path).grey[~film].max() == 0
