"""Values of any bits, with or without a sign, become what rescale and window make of them."""

import numpy as np
import pytest
from conftest import examples
from dicom_files import (
    compressed_by_pillow,
    difference,
    encapsulated,
    phantom_film,
    scaled,
    written,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.uid import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
)

from chest_xray.radiographs import decode
from chest_xray.radiographs.dicom.decoding import decode_dicom


@pytest.fixture(scope="module")
def film():
    return phantom_film()


@settings(deadline=None, max_examples=examples(30))
@given(
    bits=st.integers(8, 16),
    signed=st.booleans(),
    inverted=st.booleans(),
    slope=st.floats(-4, 4).filter(lambda slope: abs(slope) > 0.01),
    intercept=st.integers(-3000, 3000),
    window=st.none() | st.tuples(st.integers(-4000, 4000), st.integers(2, 9000)),
    seed=st.integers(0, 99),
)
def test_levels_are_those_of_a_plain_computation(
    bits, signed, inverted, slope, intercept, window, seed
):
    lowest = -(2 ** (bits - 1)) if signed else 0
    kind = np.int16 if signed else np.uint16
    stored = np.random.default_rng(seed).integers(lowest, lowest + 2**bits, (12, 13)).astype(kind)
    tags = {"RescaleSlope": f"{slope:.6g}", "RescaleIntercept": str(intercept)}
    rescaled = stored * float(tags["RescaleSlope"]) + intercept
    if window:
        centre, width = window
        tags |= {"WindowCenter": centre, "WindowWidth": width}
        shown = (rescaled - (centre - 0.5)) / (width - 1) + 0.5
    else:
        shown = (rescaled - rescaled.min()) / np.ptp(rescaled)
    shown = shown.clip(0, 1)
    interpretation = "MONOCHROME1" if inverted else "MONOCHROME2"
    decoded = decode_dicom(written(stored, bits, interpretation, **tags))
    assert decoded.problem == ""
    assert np.abs(decoded.grey - 255 * (1 - shown if inverted else shown)).max() <= 1


@pytest.mark.parametrize(
    "tags",
    [
        {"RescaleSlope": None, "RescaleIntercept": None},
        {"RescaleSlope": None},
        {"RescaleIntercept": "-1024"},
        {"RescaleSlope": "2"},
        {"RescaleSlope": "2 "},
        {"WindowCenter": None, "WindowWidth": None},
        {"VOILUTSequence": []},
        {"ModalityLUTSequence": []},
        {"PixelAspectRatio": [1, 1]},
        {"PixelSpacing": [0.139, 0.1395]},
        {"PresentationLUTShape": "IDENTITY"},
        {"NumberOfFrames": None},
        {"NumberOfFrames": "1 "},
        {"PixelSpacing": None},
        {"ShutterShape": None},
    ],
)
@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian])
def test_empty_and_harmless_elements_change_nothing(film, tags, syntax):
    decoded = decode_dicom(written(scaled(film, 12), syntax=syntax, **tags))
    assert decoded.problem == ""
    assert difference(decoded.grey, film) <= 1


@pytest.mark.parametrize("name", ["monochrome2", " MONOCHROME2", "Monochrome2  ", "MONOCHROME2\0"])
def test_the_interpretation_in_any_case_and_padding(film, name):
    decoded = decode_dicom(written(scaled(film, 12), interpretation=name))
    assert difference(decoded.grey, film) <= 1
    assert decoded.facts["mode"] == "DICOM MONOCHROME2"


@pytest.mark.parametrize("name", ["film.dcm", "film"])
@pytest.mark.parametrize(
    "syntax",
    [
        ImplicitVRLittleEndian,
        ExplicitVRLittleEndian,
        ExplicitVRBigEndian,
    ],
)
def test_files_without_preamble_or_suffix(film, tmp_path, syntax, name):
    path = tmp_path / name
    path.write_bytes(written(scaled(film, 12), syntax=syntax, file_meta=False))
    decoded = decode(path)
    assert decoded.problem == ""
    assert difference(decoded.grey, film) <= 1
    path.write_bytes(written(scaled(film, 12), syntax=syntax)[132:])
    assert difference(decode(str(path)).grey, film) <= 1


def test_one_door_for_other_files_too(film, tmp_path):
    Image.fromarray(film).save(tmp_path / "film.png")
    np.testing.assert_array_equal(decode(tmp_path / "film.png").grey, film)
    assert decode(tmp_path / "none.png").problem


def of_one_frame(**frame):
    """A dataset's functional groups: rescale shared, the rest of the frame's own."""
    rescale, shared, group, display = Dataset(), Dataset(), Dataset(), Dataset()
    rescale.RescaleSlope, rescale.RescaleIntercept = 2, -1000
    shared.PixelValueTransformationSequence = [rescale]
    for keyword, value in frame.items():
        setattr(display, keyword, value)
    group.FrameVOILUTSequence = [display]
    # What must not be kept, and has no use here.
    content = Dataset()
    content.FrameAcquisitionDateTime = "19700102"
    group.FrameContentSequence = [content]
    return {
        "SharedFunctionalGroupsSequence": [shared],
        "PerFrameFunctionalGroupsSequence": [group],
    }


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_functional_groups_of_one_frame(film, syntax):
    stored = scaled(film, 12)
    groups = of_one_frame(WindowCenter=1000, WindowWidth=2001)
    data = written(stored, syntax=syntax, NumberOfFrames=1, **groups)
    shown = ((stored * 2.0 - 1000 - 999.5) / 2000 + 0.5).clip(0, 1)
    assert np.abs(decode_dicom(data).grey - shown * 255).max() <= 1


def test_padding_in_functional_groups(film):
    padded = np.pad(scaled(film, 12) + np.uint16(1), 8, constant_values=0)
    data = written(padded, 13, NumberOfFrames=1, **of_one_frame(PixelPaddingValue=0))
    grey = decode_dicom(data).grey
    assert difference(grey[8:-8, 8:-8], film) <= 1
    assert grey[:8].max() == 0


def test_overlays_in_unused_bits_are_left_out(film):
    stored = scaled(film, 12)
    stored[10:30, 5:20] |= 0x8000
    stored[12:14] |= 0x1000
    for syntax in (ExplicitVRLittleEndian, ExplicitVRBigEndian):
        assert difference(decode_dicom(written(stored, 12, syntax=syntax)).grey, film) <= 1


def test_signs_of_12_bits_are_extended(film):
    stored = scaled(film, 12).astype(np.int16) - 2048
    for values in (stored, stored & 0x0FFF):
        assert difference(decode_dicom(written(values, 12)).grey, film) <= 1


def test_levels_that_need_more_bits_than_are_stored_are_refused(film):
    for stored, bits in ((scaled(film, 14), 12), (scaled(film, 12).astype(np.int16), 12)):
        decoded = decode_dicom(written(stored, bits))
        assert decoded.grey is None
        assert "BitsStored (0028,0101) is 12" in decoded.problem


def test_values_of_32_bits_and_of_one(film):
    wide = scaled(film, 16).astype(np.uint32) * 65537
    assert difference(decode_dicom(written(wide, 32)).grey, film) <= 1
    mask = film > 128
    packed = np.packbits(mask.ravel(), bitorder="little").tobytes()
    data = written(
        film, 1, BitsAllocated=1, elements=[("PixelData", "OB", packed + bytes(len(packed) % 2))]
    )
    np.testing.assert_array_equal(decode_dicom(data).grey, mask * np.uint8(255))


def test_window_of_one_is_a_threshold(film):
    grey = decode_dicom(written(scaled(film, 8), 8, WindowCenter=100, WindowWidth=1)).grey
    np.testing.assert_array_equal(grey, np.where(film > 99, 255, 0))


ADOBE = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x01"


@pytest.mark.parametrize("interpretation", ["RGB", "YBR_FULL", "YBR_FULL_422"])
@pytest.mark.parametrize("marker", [b"", ADOBE])
def test_colours_of_jpeg(film, interpretation, marker):
    colours = np.stack([film, film // 2, film // 3], axis=2)
    frame = compressed_by_pillow(colours, "JPEG", quality=100, subsampling=0)
    # Adobe's marker instead of JFIF's. pydicom alone transforms such colours twice.
    frame = frame[:2] + marker + frame[20:] if marker else frame
    decoded = decode_dicom(encapsulated(frame, colours, 8, JPEGBaseline8Bit, interpretation))
    assert difference(decoded.grey, np.asarray(Image.fromarray(colours).convert("L"))) <= 2


@pytest.mark.parametrize(
    ("interpretation", "transformed", "right"),
    [
        ("RGB", 1, True),
        ("YBR_RCT", 1, True),
        ("YBR_ICT", 1, True),
        ("RGB", 0, True),
        ("YBR_FULL", 1, False),
        ("YBR_RCT", 0, False),
    ],
)
def test_colours_of_jpeg_2000(film, interpretation, transformed, right):
    colours = np.stack([film, film // 2, film // 3], axis=2)
    frame = compressed_by_pillow(colours, "JPEG2000", no_jp2=True, mct=transformed)
    decoded = decode_dicom(encapsulated(frame, colours, 8, JPEG2000Lossless, interpretation))
    if right:
        assert difference(decoded.grey, np.asarray(Image.fromarray(colours).convert("L"))) <= 1
    else:
        assert "PhotometricInterpretation (0028,0004)" in decoded.problem
