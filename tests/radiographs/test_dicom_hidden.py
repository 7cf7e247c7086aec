"""What is beside a film or hidden by a shutter is black, and the film is as if it weren't there."""

import numpy as np
import pytest
from dicom_files import difference, phantom_film, scaled, written
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from chest_xray.radiographs.dicom.decoding import decode_dicom

SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]
VALUE, LIMIT = "PixelPaddingValue", "PixelPaddingRangeLimit"


@pytest.fixture(scope="module")
def film():
    return phantom_film()


def check_padded(data, film, side=8):
    decoded = decode_dicom(data)
    assert decoded.problem == ""
    assert difference(decoded.grey[side:-side, side:-side], film) <= 1
    beside = np.ones(decoded.grey.shape, dtype=bool)
    beside[side:-side, side:-side] = False
    assert decoded.grey[beside].max() == 0


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("ends", [(0, 100), (100, 0)])
def test_a_range_of_padding_in_either_order(film, syntax, ends):
    padded = np.pad(scaled(film, 12) + np.uint16(3000), 8, constant_values=0)
    padded[:, -4:] = 40
    padded[:4] = 100
    elements = [(VALUE, "US", ends[0]), (LIMIT, "US", ends[1])]
    check_padded(written(padded, 16, syntax=syntax, elements=elements), film)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize(
    ("kind", "bits", "padding", "representation", "element"),
    [
        (np.int16, 16, -2000, "SS", -2000),
        (np.int16, 16, -2000, "US", 63536),
        (np.uint16, 16, 63536, "US", 63536),
        (np.uint16, 16, 63536, "SS", -2000),
        (np.uint16, 16, 65535, "SS", -1),
        (np.int16, 13, -4096, "US", 61440),
        (np.int16, 13, -4096, "US", 4096),  # its thirteen bits alone
        (np.uint16, 12, 65535, "US", 65535),  # in bits that aren't used
        (np.int16, 13, -32768, "SS", -32768),
    ],
)
def test_padding_written_with_or_without_a_sign(
    film, syntax, kind, bits, padding, representation, element
):
    stored = scaled(film, 12).astype(kind)
    padded = np.pad(stored, 8, constant_values=padding)
    elements = [(VALUE, representation, element)]
    check_padded(written(padded, bits, syntax=syntax, elements=elements), film)


def test_a_range_below_zero_written_without_a_sign(film):
    padded = np.pad(scaled(film, 12).astype(np.int16), 8, constant_values=-2000)
    padded[:, -4:] = -1500
    elements = [(VALUE, "US", 63536), (LIMIT, "US", 65536 - 1500)]
    check_padded(written(padded, 16, elements=elements), film)


def test_padding_that_no_pixel_has_changes_nothing(film):
    data = written(scaled(film, 12), elements=[(VALUE, "SS", -2000)])
    assert difference(decode_dicom(data).grey, film) <= 1


def test_padding_is_black_in_an_inverted_film_too(film):
    padded = np.pad(4095 - scaled(film, 12) + np.uint16(1), 8, constant_values=0)
    data = written(padded, 13, "MONOCHROME1", elements=[(VALUE, "US", 0)])
    check_padded(data, film)


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ([(LIMIT, "US", 100)], "PixelPaddingRangeLimit (0028,0121)"),
        ([(VALUE, "US", 0), (LIMIT, "US", 65535)], "every pixel is padding"),
        ([(VALUE, "US", [0, 1])], "PixelPaddingValue (0028,0120) has 2 values"),
        ([(VALUE, "OB", b"\0\0\0\0")], "PixelPaddingValue (0028,0120) has 2 values"),
    ],
)
def test_padding_that_is_refused(film, elements, reason):
    decoded = decode_dicom(written(scaled(film, 12), elements=elements))
    assert decoded.grey is None
    assert reason in decoded.problem


RECTANGLE = {
    "ShutterLeftVerticalEdge": 9,
    "ShutterRightVerticalEdge": 40,
    "ShutterUpperHorizontalEdge": 5,
    "ShutterLowerHorizontalEdge": 44,
}


def behind(film, shutter):
    """The film with something else where the shutter will be, and its picture."""
    rows, columns = np.mgrid[1:49, 1:49]
    shapes = {
        "RECTANGULAR": (columns >= 9) & (columns <= 40) & (rows >= 5) & (rows <= 44),
        "CIRCULAR": (rows - 24) ** 2 + (columns - 20) ** 2 <= 18**2,
        "POLYGONAL": (rows >= 4) & (columns >= 4) & (rows + columns <= 50),
    }
    visible = shapes[shutter]
    stored = np.where(visible, scaled(film, 12), 9000).astype(np.uint16)
    # The scale's ends are where all shutters leave them visible.
    stored[24, 24], stored[24, 23] = 0, 4095
    return stored, visible


SHUTTERS = [
    ("RECTANGULAR", RECTANGLE),
    ("CIRCULAR", {"CenterOfCircularShutter": [24, 20], "RadiusOfCircularShutter": 18}),
    ("POLYGONAL", {"VerticesOfThePolygonalShutter": [4, 4, 4, 46, 46, 4]}),
]


@pytest.mark.parametrize("interpretation", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize(("value", "level"), [(None, 0), (0, 0), (65535, 255), (32896, 128)])
@pytest.mark.parametrize(("shape", "tags"), SHUTTERS)
def test_a_shutter_hides_what_is_outside(film, interpretation, value, level, shape, tags):
    stored, visible = behind(film, shape)
    shown = np.where(visible, stored / 4095 * 255, level)
    if interpretation == "MONOCHROME1":
        stored = np.where(visible, 4095 - stored, stored).astype(np.uint16)
    if value is not None:
        tags = tags | {"ShutterPresentationValue": value}
    decoded = decode_dicom(written(stored, 16, interpretation, ShutterShape=shape, **tags))
    assert decoded.problem == ""
    assert np.abs(decoded.grey - shown).max() <= 1


def test_of_several_shutters_all_hide(film):
    tags = {key: value for _, some in SHUTTERS for key, value in some.items()}
    shapes = [shape for shape, _ in SHUTTERS]
    decoded = decode_dicom(written(scaled(film, 12), ShutterShape=shapes, **tags))
    visible = np.logical_and.reduce([behind(film, shape)[1] for shape in shapes])
    assert (decoded.grey[~visible] == 0).all()
    assert decoded.grey[visible].max() == 255


def test_a_shutter_over_colours(film):
    colours = np.stack([film] * 3, axis=2)
    decoded = decode_dicom(written(colours, 8, "RGB", ShutterShape="RECTANGULAR", **RECTANGLE))
    np.testing.assert_array_equal(decoded.grey[4:44, 8:40], film[4:44, 8:40])
    assert decoded.grey[:4].max() == decoded.grey[:, 40:].max() == 0


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"ShutterShape": "BITMAP"}, "ShutterShape (0018,1600) is not one of"),
        ({"ShutterShape": "RECTANGULAR"}, "ShutterLeftVerticalEdge (0018,1602) has 0 values"),
        (
            {
                "ShutterShape": "CIRCULAR",
                "CenterOfCircularShutter": [3],
                "RadiusOfCircularShutter": 2,
            },
            "CenterOfCircularShutter (0018,1610) has 1 values",
        ),
        (
            {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [3, 3]},
            "RadiusOfCircularShutter (0018,1612) has 0 values",
        ),
        (
            {"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [1, 1, 5, 5]},
            "VerticesOfThePolygonalShutter (0018,1620)",
        ),
        (
            {"ShutterShape": "RECTANGULAR", **RECTANGLE, "ShutterLeftVerticalEdge": 41},
            "ShutterShape (0018,1600), hides the whole",
        ),
        (
            {"ShutterShape": "RECTANGULAR", **RECTANGLE, "ShutterPresentationValue": [0, 0]},
            "ShutterPresentationValue (0018,1622)",
        ),
        (
            {
                "ShutterShape": "RECTANGULAR",
                **RECTANGLE,
                "ShutterPresentationColorCIELabValue": [9, 9, 9],
            },
            "ShutterPresentationColorCIELabValue (0018,1624)",
        ),
    ],
)
def test_shutters_that_are_refused(film, tags, reason):
    decoded = decode_dicom(written(scaled(film, 12), **tags))
    assert decoded.grey is None
    assert reason in decoded.problem


@pytest.mark.parametrize(
    "keyword",
    [
        "PixelPaddingValue",
        "PixelPaddingRangeLimit",
        "ShutterPresentationValue",
        "ShutterPresentationColorCIELabValue",
    ],
)
def test_an_empty_element_means_as_little_as_none(keyword):
    shutter = [
        ("ShutterShape", "CS", "RECTANGULAR"),
        ("ShutterLeftVerticalEdge", "IS", 1),
        ("ShutterRightVerticalEdge", "IS", 40),
        ("ShutterUpperHorizontalEdge", "IS", 1),
        ("ShutterLowerHorizontalEdge", "IS", 40),
    ]
    stored = scaled(phantom_film(), 12)
    found = decode_dicom(written(stored, elements=[*shutter, (keyword, "US", None)]))
    np.testing.assert_array_equal(found.grey, decode_dicom(written(stored, elements=shutter)).grey)
