"""Lookup tables of DICOM files are read however they were written, and where pydicom fails."""

import io
import struct

import numpy as np
import pydicom
import pytest
from dicom_files import difference, phantom_film, scaled, table, written
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_rescale, apply_voi
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from chest_xray.radiographs.dicom.decoding import decode_dicom

SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]


@pytest.fixture(scope="module")
def film():
    return phantom_film()


def words(values, syntax=ExplicitVRLittleEndian):
    order = ">u2" if syntax == ExplicitVRBigEndian else "<u2"
    return np.asarray(values).astype(order).tobytes()


def packed(values, syntax=ExplicitVRLittleEndian):
    """Two entries in a word, the first in its low byte."""
    data = bytes(values) + bytes(len(values) % 2)
    return words(np.frombuffer(data, "<u2"), syntax)


def read(data):
    return pydicom.dcmread(io.BytesIO(data))


def seen(data, film):
    decoded = decode_dicom(data)
    assert decoded.problem == ""
    return difference(decoded.grey, film)


def pydicom_fails(look_up, stored, data, right):
    """Whether pydicom raises or gives other entries than the right ones."""
    try:
        found = look_up(stored, read(data))
    except (struct.error, AttributeError, OverflowError, IndexError, TypeError, ValueError):
        return True
    return not np.array_equal(found, right)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_tables_are_read_in_either_byte_order(film, syntax):
    voi = table(4096, 0, 12, words(range(4096), syntax))
    assert seen(written(scaled(film, 12), syntax=syntax, elements=[voi]), film) <= 1


@pytest.mark.parametrize(("bits", "highest"), [(16, 4095), (16, 3000), (12, 65535), (10, 255)])
def test_where_entries_and_descriptor_disagree_the_highest_entry_is_white(film, bits, highest):
    entries = np.round(np.linspace(0, highest, 4096))
    assert (
        seen(written(scaled(film, 12), elements=[table(4096, 0, bits, words(entries))]), film) <= 2
    )


def test_a_table_that_does_not_reach_white_is_left_so(film):
    entries = np.round(np.linspace(0, 3000, 4096))
    grey = decode_dicom(
        written(scaled(film, 12), elements=[table(4096, 0, 12, words(entries))])
    ).grey
    assert grey.max() == round(3000 / 4095 * 255)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("count", [4096, 4095])
def test_two_entries_of_8_bits_in_a_word(film, syntax, count):
    entries = np.round(np.linspace(0, 255, count)).astype(np.uint8)
    stored = np.minimum(scaled(film, 12), count - 1)
    data = written(stored, syntax=syntax, elements=[table(count, 0, 8, packed(entries, syntax))])
    assert seen(data, film) <= 1
    # It takes as many words as there are entries.
    assert pydicom_fails(apply_voi, stored, data, entries[stored])


def test_packed_entries_as_bytes(film):
    data = written(film, 8, elements=[table(256, 0, 8, bytes(range(256)), representation="OB")])
    assert seen(data, film) == 0


def test_a_table_of_8_bits_with_more_than_256_entries(film):
    entries = np.round(np.linspace(0, 255, 4096))
    stored = scaled(film, 12)
    data = written(stored, elements=[table(4096, 0, 8, words(entries))])
    assert seen(data, film) <= 1
    # It counts entries in as many bits as they have.
    assert pydicom_fails(apply_voi, stored, data, entries[stored])


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("descriptor", ["US", "SS"])
def test_first_values_below_zero(film, syntax, descriptor):
    stored = scaled(film, 12).astype(np.int16) - 2048
    first = -2048 if descriptor == "SS" else 65536 - 2048
    data = written(
        stored,
        syntax=syntax,
        elements=[table(4096, first, 12, words(range(4096), syntax), descriptor=descriptor)],
    )
    assert seen(data, film) <= 1
    if descriptor == "US" and syntax == ExplicitVRLittleEndian:
        # It takes the representation that the file gives, not that of the standard.
        assert pydicom_fails(apply_voi, stored, data, stored + 2048)


def test_a_first_value_below_zero_after_rescaling(film):
    voi = table(4096, 65536 - 1024, 12, words(range(4096)))
    data = written(scaled(film, 12), elements=[voi], RescaleSlope=1, RescaleIntercept=-1024)
    assert seen(data, film) <= 1
    # The standard makes it signed because of the rescaling, which pydicom doesn't look at.
    rescaled = np.asarray(apply_rescale(scaled(film, 12), read(data)))
    assert pydicom_fails(apply_voi, rescaled, data, scaled(film, 12))


def test_a_first_value_that_only_fits_without_a_sign(film):
    stored = scaled(film, 12) + np.uint16(40000)
    voi = table(4096, 40000 - 65536, 12, words(range(4096)), descriptor="SS")
    assert seen(written(stored, 16, elements=[voi]), film) <= 1


def test_a_modality_table_of_12_bits_gives_the_full_scale(film):
    stored = scaled(film, 12)
    data = written(
        stored, elements=[table(4096, 0, 12, words(range(4096)), of="ModalityLUTSequence")]
    )
    assert seen(data, film) <= 1
    darker = decode_dicom(
        written(
            stored // 2, elements=[table(4096, 0, 12, words(range(4096)), of="ModalityLUTSequence")]
        )
    ).grey
    assert difference(darker, film / 2) <= 1
    # It takes the bits of an entry for those of a numpy type.
    assert pydicom_fails(apply_modality_lut, stored, data, stored)


def test_a_modality_table_over_all_signed_values(film):
    stored = (scaled(film, 16).astype(np.int32) - 32768).astype(np.int16)
    data = written(
        stored,
        16,
        elements=[
            table(0, -32768, 16, words(range(65536)), of="ModalityLUTSequence", descriptor="SS")
        ],
    )
    assert seen(data, film) <= 1
    # The places in the table overflow the pixels' own type.
    assert pydicom_fails(apply_modality_lut, stored, data, scaled(film, 16))


def test_a_modality_table_and_then_a_voi_table(film):
    backwards = np.arange(4095, -1, -1)
    data = written(
        4095 - scaled(film, 12),
        elements=[
            table(4096, 0, 12, words(backwards), of="ModalityLUTSequence"),
            table(4096, 0, 12, words(range(4096))),
        ],
    )
    assert seen(data, film) <= 1


def palette(count, bits, data):
    return [
        element
        for colour in ("Red", "Green", "Blue")
        for element in (
            (f"{colour}PaletteColorLookupTableDescriptor", "US", [count, 0, bits]),
            (f"{colour}PaletteColorLookupTableData", "OW", data),
        )
    ]


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize(
    ("bits", "data"),
    [
        (8, lambda syntax: packed(range(256), syntax)),
        (8, lambda syntax: words(range(256), syntax)),
        (8, lambda syntax: words(np.arange(256) * 257, syntax)),
        (16, lambda syntax: words(range(256), syntax)),
        (16, lambda syntax: words(np.arange(256) * 257, syntax)),
    ],
)
def test_palettes_of_8_and_16_bits(film, syntax, bits, data):
    file = written(film, 8, "PALETTE COLOR", syntax, elements=palette(256, bits, data(syntax)))
    assert seen(file, film) == 0


def test_a_palette_of_65536_entries(film):
    stored = scaled(film, 16)
    file = written(stored, 16, "PALETTE COLOR", elements=palette(0, 16, words(range(65536))))
    assert seen(file, film) <= 1


def red(stored, dataset):
    return apply_color_lut(stored, dataset)[..., 0]


@pytest.mark.parametrize(
    ("count", "bits", "syntax"),
    [
        (256, 16, ExplicitVRBigEndian),
        (255, 8, ExplicitVRLittleEndian),
        (4096, 8, ExplicitVRLittleEndian),
    ],
)
def test_palettes_that_pydicom_does_not_read(film, count, bits, syntax):
    # Of which both bytes differ, as swapping alike ones would not be seen.
    entries = np.round(np.linspace(0, 2**bits - 2, count)).astype(np.uint16)
    data = packed(entries.astype(np.uint8), syntax) if bits == 8 else words(entries, syntax)
    stored = np.minimum(scaled(film, 12) if count > 256 else film, count - 1)
    file = written(
        stored, 8 * stored.itemsize, "PALETTE COLOR", syntax, elements=palette(count, bits, data)
    )
    assert seen(file, film) <= 1
    assert pydicom_fails(red, stored, file, entries[stored])


def test_a_segmented_palette(film):
    # 1 entry of 0, and 255 more on a line to 65535 (PS3.3 C.7.9.2).
    segments = words([0, 1, 0, 1, 255, 65535])
    elements = [
        element
        for colour in ("Red", "Green", "Blue")
        for element in (
            (f"{colour}PaletteColorLookupTableDescriptor", "US", [256, 0, 16]),
            (f"Segmented{colour}PaletteColorLookupTableData", "OW", segments),
        )
    ]
    for file_meta in (True, False):
        data = written(film, 8, "PALETTE COLOR", elements=elements, file_meta=file_meta)
        assert seen(data, film) <= 1


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        (table(4096, 0, 12, words(range(2000))), "LUTData (0028,3006) holds 4,000 bytes"),
        (table(256, 0, 16, packed(range(256))), "LUTData (0028,3006) holds 256 bytes"),
        (table(256, 0, 12, words(range(4096))), "LUTData (0028,3006) holds 8,192 bytes"),
        (table(4096, 0, 0, words(range(4096))), "entries of 0 bits"),
        (table(4096, 0, 32, words(range(4096))), "entries of 32 bits"),
        (table(4096, 0, 12, words(np.zeros(4096))), "LUTData (0028,3006) holds zeros only"),
        (table(4096, 0, 12, b""), "LUTData (0028,3006) is empty"),
    ],
)
@pytest.mark.parametrize("of", ["VOILUTSequence", "ModalityLUTSequence"])
def test_tables_that_are_refused(film, element, reason, of):
    decoded = decode_dicom(written(scaled(film, 12), elements=[(of, *element[1:])]))
    assert decoded.grey is None
    assert reason in decoded.problem


@pytest.mark.parametrize("values", [[], [4096, 0], [4096, 0, 12, 1]])
def test_descriptors_of_another_length(film, values):
    item = pydicom.Dataset()
    item.add_new("LUTDescriptor", "US", values or None)
    item.add_new("LUTData", "OW", words(range(4096)))
    problem = decode_dicom(
        written(scaled(film, 12), elements=[("VOILUTSequence", "SQ", [item])])
    ).problem
    assert "LUTDescriptor (0028,3002)" in problem
    item = pydicom.Dataset()
    item.add_new("LUTDescriptor", "US", [4096, 0, 12])
    problem = decode_dicom(
        written(scaled(film, 12), elements=[("VOILUTSequence", "SQ", [item])])
    ).problem
    assert "LUTData (0028,3006) is missing" in problem


@pytest.mark.parametrize(
    ("bits", "reason"),
    [
        (12, "RedPaletteColorLookupTableDescriptor (0028,1101) has entries of 12 bits"),
        (16, "RedPaletteColorLookupTableData (0028,1201) holds 256 bytes"),
    ],
)
def test_palettes_that_are_refused(film, bits, reason):
    data = words(range(256)) if bits == 12 else packed(range(256))
    decoded = decode_dicom(written(film, 8, "PALETTE COLOR", elements=palette(256, bits, data)))
    assert reason in decoded.problem
    missing = "GreenPaletteColorLookupTableData"
    data = written(
        film, 8, "PALETTE COLOR", elements=palette(256, 8, packed(range(256))), without=[missing]
    )
    assert f"{missing} (0028,1202) is missing" in decode_dicom(data).problem
