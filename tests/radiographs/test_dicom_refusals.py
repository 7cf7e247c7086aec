"""A DICOM file that can't be shown gets a sentence that names the element and no patient's data."""

import logging
import struct
import subprocess
import sys

import numpy as np
import pydicom
import pytest
from conftest import examples
from dicom_files import (
    NUMBER,
    PATIENT,
    compressed_by_pillow,
    encapsulated,
    phantom_film,
    scaled,
    table,
    written,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
)

from chest_xray.radiographs.dicom.decoding import decode_dicom
from chest_xray.radiographs.dicom.elements import _DISPLAY, _PIXELS

FILM = phantom_film(24)
STORED = scaled(FILM, 12)


def refused(data):
    decoded = decode_dicom(data)
    assert decoded.grey is None
    assert "Error" not in decoded.problem
    return decoded.problem


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"HighBit": 15}, "HighBit (0028,0102) is 15 where BitsStored (0028,0101) of 12 needs 11"),
        (
            {"BitsStored": 17, "HighBit": 16},
            "BitsStored (0028,0101) is 17, more than BitsAllocated",
        ),
        ({"BitsAllocated": 12}, "BitsAllocated (0028,0100) is 12; 1, 8, 16 and 32 are read"),
        ({"BitsAllocated": 64}, "BitsAllocated (0028,0100) is 64"),
        ({"BitsStored": 0}, "BitsStored (0028,0101) is not one whole number from 1"),
        ({"PixelRepresentation": 2}, "PixelRepresentation (0028,0103)"),
        ({"SamplesPerPixel": 2}, "SamplesPerPixel (0028,0002) is 2 where MONOCHROME2 needs 1"),
        ({"SamplesPerPixel": 3}, "SamplesPerPixel (0028,0002) is 3 where MONOCHROME2 needs 1"),
        ({"Rows": 0}, "Rows (0028,0010)"),
        ({"Columns": 0}, "Columns (0028,0011)"),
        ({"Rows": 25}, "PixelData (7FE0,0010) holds 1,152 bytes where Rows"),
        ({"Rows": 23}, "PixelData (7FE0,0010) holds 1,152 bytes where Rows"),
        ({"Columns": 23}, "PixelData (7FE0,0010) holds 1,152 bytes where Rows"),
        ({"Rows": 12}, "PixelData (7FE0,0010) holds 1,152 bytes where Rows"),
        ({"Rows": 65535, "Columns": 65535}, "larger than 100,000,000 px"),
        ({"NumberOfFrames": 2}, "2 frames where one is expected: NumberOfFrames (0028,0008)"),
        (
            {"PhotometricInterpretation": "HSV"},
            "PhotometricInterpretation (0028,0004) is not one of",
        ),
        ({"PhotometricInterpretation": None}, "PhotometricInterpretation (0028,0004)"),
        ({"PhotometricInterpretation": "YBR_ICT"}, "YBR_ICT, which only JPEG 2000 has"),
        ({"RescaleSlope": 0}, "RescaleSlope (0028,1053) is 0"),
        ({"RescaleSlope": [1, 2]}, "RescaleSlope (0028,1053) has 2 values"),
        ({"WindowCenter": 9}, "WindowWidth (0028,1051) is missing where there is a WindowCenter"),
        ({"WindowWidth": 9}, "WindowCenter (0028,1050) is missing where there is a WindowWidth"),
        ({"WindowCenter": 9, "WindowWidth": 0}, "WindowWidth (0028,1051) is not of 1 or more"),
        ({"WindowCenter": 9, "WindowWidth": -5}, "WindowWidth (0028,1051)"),
        ({"WindowCenter": 9, "WindowWidth": 0.5}, "WindowWidth (0028,1051)"),
        (
            {"WindowCenter": 9, "WindowWidth": 0, "VOILUTFunction": "SIGMOID"},
            "above 0, as a SIGMOID",
        ),
        (
            {"WindowCenter": 9, "WindowWidth": 9, "VOILUTFunction": "CUBIC"},
            "VOILUTFunction (0028,1056) is not one of LINEAR",
        ),
        ({"PresentationLUTShape": "INVERSE"}, "PresentationLUTShape (2050,0020) is not IDENTITY"),
        ({"PixelPresentation": "COLOR"}, "PixelPresentation (0008,9205)"),
        (
            {"PixelAspectRatio": [1, 2]},
            "PixelAspectRatio (0028,0034) gives pixels that are not square",
        ),
        ({"PixelSpacing": [0.2, 0.1]}, "PixelSpacing (0028,0030) gives pixels that are not square"),
        (
            {"ImagerPixelSpacing": [0.2]},
            "ImagerPixelSpacing (0018,1164) is not two numbers above 0",
        ),
    ],
)
def test_elements_that_do_not_fit_are_named(tags, reason):
    assert reason in refused(written(STORED, **tags))


@pytest.mark.parametrize(
    "keyword",
    [
        "Rows",
        "Columns",
        "SamplesPerPixel",
        "PhotometricInterpretation",
        "BitsAllocated",
        "BitsStored",
        "HighBit",
        "PixelRepresentation",
        "PixelData",
    ],
)
def test_missing_elements_are_named(keyword):
    assert keyword in refused(written(STORED, without=[keyword]))


def test_missing_elements_of_colours_are_named():
    colours = np.stack([FILM] * 3, axis=2)
    missing = "PlanarConfiguration (0028,0006) is missing"
    assert missing in refused(written(colours, 8, "RGB", without=["PlanarConfiguration"]))
    signed = written(colours, 8, "RGB", PixelRepresentation=1)
    assert "PixelRepresentation (0028,0103)" in refused(signed)
    assert "SamplesPerPixel (0028,0002) is 3 where PALETTE COLOR" in refused(
        written(colours, 8, "PALETTE COLOR")
    )


@pytest.mark.parametrize("keyword", ["FloatPixelData", "DoubleFloatPixelData"])
def test_other_kinds_of_pixels_are_named(keyword):
    kind, representation = ("<f4", "OF") if keyword == "FloatPixelData" else ("<f8", "OD")
    element = (keyword, representation, STORED.astype(kind).tobytes())
    assert f"{keyword} (7FE0,00" in refused(written(STORED, elements=[element]))


@pytest.mark.parametrize(
    "keyword",
    [
        "RescaleSlope",
        "RescaleIntercept",
        "WindowWidth",
        "WindowCenter",
        "PixelSpacing",
    ],
)
@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "one", "1,5", "0x10"])
def test_what_is_not_a_number_is_named(keyword, text):
    tags = {"WindowCenter": 900, "WindowWidth": 900}
    data = written(STORED, syntax=ImplicitVRLittleEndian, **tags, elements=[(keyword, "LO", text)])
    problem = refused(data)
    assert keyword in problem
    assert text not in problem.replace("one whole", "")


def test_truncated_files():
    whole = written(STORED)
    assert "PixelData (7FE0,0010) holds 1,052 bytes where" in refused(whole[:-100])
    assert "need 1,152" in refused(whole[:-100])
    assert "PixelData (7FE0,0010) is missing" in refused(whole[:500])
    assert refused(whole[:140])
    for syntax, frame, bits in (
        (JPEGBaseline8Bit, compressed_by_pillow(FILM, "JPEG"), 8),
        (JPEG2000Lossless, compressed_by_pillow(FILM, "JPEG2000", no_jp2=True), 8),
    ):
        problem = refused(encapsulated(frame[: len(frame) // 2], FILM, bits, syntax))
        assert f"PixelData (7FE0,0010) can't be decoded as {syntax.name}" in problem


def test_what_no_decoder_takes_is_named():
    frame = compressed_by_pillow(FILM, "JPEG")
    problem = refused(encapsulated(frame, STORED, 12, JPEGBaseline8Bit))
    assert "of 12 bits (BitsStored (0028,0101))" in problem
    assert "of which 8 bits are read" in problem
    data = encapsulated(frame, FILM, 8, JPEGBaseline8Bit)
    for uid, reason in (
        ("1.2.840.10008.1.2.4.93", "which is not read here"),
        ("1.2.3.4", "TransferSyntaxUID (0002,0010) is none that is known here"),
        ("1.2.840.10008.1.1", "TransferSyntaxUID (0002,0010) is none that is known here"),
        (ExplicitVRLittleEndian, "is compressed"),
    ):
        assert reason in refused(data.replace(JPEGBaseline8Bit.encode(), padded(uid)))


def padded(uid):
    return uid.encode().ljust(len(JPEGBaseline8Bit), b"\0")


def test_compressed_pixels_need_their_transfer_syntax():
    data = encapsulated(compressed_by_pillow(FILM, "JPEG"), FILM, 8, JPEGBaseline8Bit)
    bare = data[144 + int.from_bytes(data[140:144], "little") :]
    assert "TransferSyntaxUID (0002,0010) is missing" in refused(bare)


def element(tag, representation, data, syntax):
    """An element as bytes, whatever the standard allows."""
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    if syntax == ImplicitVRLittleEndian:
        return head + struct.pack("<I", len(data)) + data
    return head + representation + struct.pack(order + "H", len(data)) + data


SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]
TEXTS = (f"{PATIENT}\\{NUMBER}\\19700102 ", f"{PATIENT} ")
REQUIRED = (
    "Rows",
    "Columns",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
)


@pytest.mark.parametrize(
    "keyword",
    [
        *[keyword for keyword in (*_PIXELS, *_DISPLAY) if "PixelData" not in keyword],
        "SharedFunctionalGroupsSequence",
        "PerFrameFunctionalGroupsSequence",
        "SpecificCharacterSet",
        "LUTDescriptor",
        "OtherPatientNames",
    ],
)
@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_no_text_gets_out_wherever_it_was_written(keyword, syntax, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    without = [keyword] if keyword in REQUIRED else []
    data = written(STORED, syntax=syntax, without=without, WindowCenter=900, WindowWidth=900)
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    end = data.index(struct.pack(order + "HH", 0x7FE0, 0x10))
    tag = pydicom.datadict.tag_for_keyword(keyword)
    for text in TEXTS:
        for representation in (b"LO", b"US", b"DS", b"??"):
            planted = element(tag, representation, text.encode(), syntax)
            decoded = decode_dicom(data[:end] + planted + data[end:])
            out = (repr(decoded) + caplog.text + "".join(capfd.readouterr())).lower()
            assert not [word for word in ("nobody", "secret", "1970") if word in out]
            assert decoded.problem or decoded.grey is not None


def test_nor_with_a_warning(tmp_path):
    """pydicom warns of an unknown character set, and quotes it."""
    path = tmp_path / "film.dcm"
    path.write_bytes(written(STORED, elements=[("SpecificCharacterSet", "CS", PATIENT)]))
    code = f"from chest_xray.radiographs import decode; assert decode({str(path)!r}).grey.any()"
    ended = subprocess.run(
        [sys.executable, "-W", "default", "-c", code], capture_output=True, text=True, check=True
    )
    assert "Nobody" not in ended.stdout + ended.stderr


def test_nothing_of_the_patient_is_kept():
    whole = written(STORED)
    assert PATIENT.encode() in whole
    for data in (whole, whole[: len(whole) // 2], whole[:600]):
        seen = repr(decode_dicom(data))
        assert "Nobody" not in seen
        assert "secret" not in seen


BASES = [
    written(
        STORED,
        syntax=syntax,
        WindowCenter=900,
        WindowWidth=900,
        PixelSpacing=[1, 1],
        elements=[
            table(16, 0, 12, np.arange(16, dtype=np.uint16).tobytes()),
            ("PixelPaddingValue", "US", 3),
        ],
    )
    for syntax in (*SYNTAXES, RLELossless)
]


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(deadline=None, max_examples=examples(40))
@given(
    base=st.sampled_from(BASES),
    changes=st.lists(st.tuples(st.integers(132, 1300), st.integers(0, 255)), max_size=6),
    end=st.integers(100, 4000),
)
def test_whatever_is_damaged_is_read_or_gets_a_sentence(base, changes, end):
    data = bytearray(base)
    for place, byte in changes:
        if place < len(data):
            data[place] = byte
    decoded = decode_dicom(bytes(data[:end]))
    assert (decoded.grey is None) == bool(decoded.problem)
    assert "Error" not in decoded.problem


def test_a_frame_of_other_rows_is_not_scrambled():
    lying = FILM[:16]
    for syntax, form, options in (
        (JPEGBaseline8Bit, "JPEG", {}),
        (JPEG2000Lossless, "JPEG2000", {"no_jp2": True}),
    ):
        frame = compressed_by_pillow(lying.T.copy(), form, **options)
        problem = refused(encapsulated(frame, lying, 8, syntax))
        assert "holds a picture of 24 rows and 16 columns, where Rows (0028,0010) is 16" in problem


def test_a_jpeg_that_goes_on_in_zeros_is_damaged():
    frame = compressed_by_pillow(phantom_film(96), "JPEG")
    frame = frame[: len(frame) // 2] + bytes(len(frame) // 2)
    problem = refused(encapsulated(frame, phantom_film(96), 8, JPEGBaseline8Bit))
    assert "PixelData (7FE0,0010) can't be decoded" in problem


def test_colours_of_16_bits_in_jpeg_2000_are_not_called_damaged():
    colours = np.stack([FILM] * 3, axis=2)
    frame = compressed_by_pillow(colours, "JPEG2000", no_jp2=True)
    wide = np.stack([scaled(FILM, 16)] * 3, axis=2)
    problem = refused(encapsulated(frame, wide, 16, JPEG2000Lossless, "RGB"))
    assert "of 8 bits in colours, where BitsStored (0028,0101) is 16" in problem


def test_noisy_pixels_of_more_bits_than_are_stated_are_not_scrambled():
    """Their low bits are noise, hardly less rough than the film itself."""
    noise = np.random.default_rng(0).normal(0, 1300, (96, 96))
    noisy = (scaled(phantom_film(96), 16) * 0.8 + 6000 + noise).clip(0, 65535).astype(np.uint16)
    assert "BitsStored (0028,0101) is 12, but" in refused(written(noisy, 12))


def test_levels_with_a_sign_that_is_not_stated_are_not_scrambled():
    signed = (STORED.astype(int) - 2048).astype(np.int16)
    problem = refused(written(signed.view(np.uint16), 12))
    assert "PixelRepresentation (0028,0103)" in problem


def test_a_palette_of_12_bits_is_not_shown_dark():
    entries = np.arange(256, dtype=np.uint16) * 16
    elements = [
        (f"{colour}PaletteColorLookupTable{part}", *value)
        for colour in ("Red", "Green", "Blue")
        for part, value in (
            ("Descriptor", ("US", [256, 0, 16])),
            ("Data", ("OW", entries.tobytes())),
        )
    ]
    problem = refused(written(FILM, 8, "PALETTE COLOR", elements=elements))
    assert "RedPaletteColorLookupTableData (0028,1201)" in problem


def test_a_deflated_file_that_inflates_without_end_is_refused_before_it_does(monkeypatch):
    whole = written(STORED, syntax=DeflatedExplicitVRLittleEndian)
    assert decode_dicom(whole).problem == ""
    monkeypatch.setattr("chest_xray.radiographs.dicom.elements.MAX_UNPACKED_BYTES", 1000)
    assert decode_dicom(whole).problem == "a deflated file that unpacks to more than 1,000 bytes"


def test_an_image_with_more_pixels_than_asked_for_is_refused_and_one_with_as_many_is_not():
    pixels = FILM.size
    assert decode_dicom(written(STORED), pixels).problem == ""
    assert decode_dicom(written(STORED), pixels - 1).problem == f"larger than {pixels - 1:,} px"
