"""DICOM files become the grey levels that a viewer shows."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from dicom_files import compressed_by_pillow, encapsulated, phantom_film, scaled, table, written
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.dicom.decoding import decode_dicom

OTHERS = Path(pydicom.__file__).parent / "data" / "test_files"


@pytest.fixture(scope="module")
def film():
    return phantom_film()


@pytest.mark.parametrize("interpretation", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize(
    "syntax",
    [
        ExplicitVRLittleEndian,
        ImplicitVRLittleEndian,
        ExplicitVRBigEndian,
        DeflatedExplicitVRLittleEndian,
        RLELossless,
    ],
)
def test_a_phantom_comes_back_whatever_way_it_was_stored(film, interpretation, bits, syntax):
    stored = scaled(film, bits)
    if interpretation == "MONOCHROME1":
        stored = (2**bits - 1) - stored
    decoded = decode_dicom(written(stored, bits, interpretation, syntax))
    assert decoded.problem == ""
    np.testing.assert_array_equal(decoded.grey, film)


@given(slope=st.floats(0.25, 8), intercept=st.integers(-2000, 2000))
def test_rescaling_alone_changes_nothing_that_is_seen(slope, intercept):
    ramp = np.arange(256, dtype=np.uint16).reshape(16, 16) * 16
    plain = decode_dicom(written(ramp))
    rescaled = decode_dicom(
        written(ramp, RescaleSlope=f"{slope:.6g}", RescaleIntercept=str(intercept))
    )
    assert np.abs(plain.grey.astype(int) - rescaled.grey).max() <= 1


@pytest.mark.parametrize(
    ("function", "centre", "width"),
    [
        ("LINEAR", 2048.5, 1025),
        ("LINEAR_EXACT", 2048, 1024),
        ("SIGMOID", 2048, 1024),
    ],
)
def test_a_window_follows_the_standard(function, centre, width):
    ramp = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    grey = decode_dicom(
        written(ramp, WindowCenter=[centre, 1], WindowWidth=[width, 2], VOILUTFunction=function)
    ).grey.ravel()
    assert (np.diff(grey.astype(int)) >= 0).all()
    assert grey[2048] in (127, 128)
    if function == "SIGMOID":
        assert grey[2048 + 512] == round(255 / (1 + np.exp(-2)))
    else:
        assert grey[1530] == 0
        assert grey[2570] == 255
        assert 190 <= grey[2048 + 256] <= 192


def test_a_window_is_of_the_rescaled_levels():
    ramp = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    tags = {"RescaleSlope": 2, "RescaleIntercept": -1000}
    grey = decode_dicom(written(ramp, WindowCenter=1000, WindowWidth=2001, **tags)).grey.ravel()
    assert grey[500] == 0
    assert grey[1500] == 255
    assert grey[1000] in (127, 128)


def test_a_voi_lut_counts_before_a_window():
    backwards = np.arange(255, -1, -1, dtype=np.uint16).tobytes()
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    data = written(ramp, 8, elements=[table(256, 0, 8, backwards)], WindowCenter=10, WindowWidth=2)
    np.testing.assert_array_equal(decode_dicom(data).grey, 255 - ramp)


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_jpeg_2000_is_read(film, bits):
    stored = scaled(film, bits)
    frame = compressed_by_pillow(stored, "JPEG2000", no_jp2=True)
    # Pillow writes sixteen bits, of which twelve are used.
    data = encapsulated(frame, stored, bits, JPEG2000Lossless)
    np.testing.assert_array_equal(decode_dicom(data).grey, film)


@pytest.mark.parametrize("path", sorted(OTHERS.glob("*.dcm")), ids=lambda path: path.name)
def test_other_peoples_files_are_read_or_refused_with_a_reason(path):
    decoded = decode(path)
    if decoded.grey is None:
        assert decoded.problem
    else:
        assert decoded.grey.dtype == np.uint8
        assert decoded.grey.shape == (decoded.facts["height"], decoded.facts["width"])


# What these files are, after pydicom's README of them.
@pytest.mark.parametrize(
    ("name", "shape", "coloured"),
    [
        ("CT_small.dcm", (128, 128), False),
        ("MR_small_RLE.dcm", (64, 64), False),
        ("JPEG2000.dcm", (1024, 256), False),
        ("image_dfl.dcm", (512, 512), False),
        ("examples_palette.dcm", (350, 800), True),
        ("SC_rgb_dcmtk_+eb+cr.dcm", (100, 100), True),
        ("SC_ybr_full_422_uncompressed.dcm", (100, 100), True),
    ],
)
def test_other_peoples_files_of_one_frame_are_read(name, shape, coloured):
    decoded = decode(OTHERS / name)
    assert decoded.grey.shape == shape
    assert decoded.facts["coloured"] == coloured


def test_the_same_slice_is_the_same_however_others_have_stored_it():
    names = (
        "MR_small.dcm",
        "MR_small_RLE.dcm",
        "MR_small_bigendian.dcm",
        "MR_small_implicit.dcm",
        "MR_small_jp2klossless.dcm",
    )
    first, *rest = (decode(OTHERS / name).grey for name in names)
    for other in rest:
        np.testing.assert_array_equal(first, other)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("rtplan.dcm", "without pixels"),
        ("rtdose.dcm", "15 frames"),
        ("SC_rgb_rle_2frame.dcm", "2 frames"),
        ("MR_truncated.dcm", "damaged"),
    ],
)
def test_what_is_no_single_image_is_refused_with_a_reason(name, reason):
    assert reason in decode(OTHERS / name).problem
