"""Every compression that is read gives the stored values of an independent decoder."""

import base64
import io
import subprocess
import sys
from pathlib import Path

import jpeg_ls
import numpy as np
import pydicom
import pytest
from dicom_files import (
    compressed_by_pillow,
    encapsulated,
    needs_dcmtk,
    phantom_film,
    scaled,
    written,
)
from pydicom.encaps import get_frame
from pydicom.pixels import get_decoder
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
)

from chest_xray.radiographs.decoded import UNREADABLE
from chest_xray.radiographs.dicom.decoders import check_syntax, plugin_for
from chest_xray.radiographs.dicom.decoding import decode_dicom
from chest_xray.radiographs.dicom.description import describe
from chest_xray.radiographs.dicom.elements import UnsupportedDicom, parse
from chest_xray.radiographs.dicom.pixels import decode_pixels

OTHERS = Path(pydicom.__file__).parent / "data" / "test_files"
# By which of dcmtk's programs a transfer syntax is unpacked.
UNPACK = {
    "1.2.840.10008.1.2.4.50": "dcmdjpeg",
    "1.2.840.10008.1.2.4.51": "dcmdjpeg",
    "1.2.840.10008.1.2.4.57": "dcmdjpeg",
    "1.2.840.10008.1.2.4.70": "dcmdjpeg",
    "1.2.840.10008.1.2.4.80": "dcmdjpls",
    "1.2.840.10008.1.2.4.81": "dcmdjpls",
    "1.2.840.10008.1.2.5": "dcmdrle",
}
FILM = phantom_film()
# Films of 16 x 16 px in 8 and 16 bits, compressed losslessly by OpenJPH 0.26.3.
HTJ2K = {
    8: (
        "/0//UQApQAAAAAAQAAAAEAAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAABBwEB/1AACAACAAAAAv9SAAwAAgABAAUE"
        "BEAB/1wAEyBIUFBQUFBQUFBQUFBQSEhI/2QAFwABT3BlbkpQSCBWZXIgMC4yNi4zLv+QAAoAAAAAASgAAf+TwCWC"
        "AQd0AADAEsASQBKA+QDHdAAAh3QApQEHdADAFRAFRAFQWpI0rgBhlAA6Jgn0AEOUAAZAYIgAYZQAwBasAWlAFpCm"
        "J3xA+Ogw2LqT1gGI9gCTlPIjNwAYYoQsoG1cIVlIHfcqSLJDNgC9gxxmbeBWwovmhQBSULIjNwDALuYBd5ALoNYQ"
        "QBBRAoEcODPKpdw0Y0BZBlHBe+Nd3s03FeQoAnCE86AESigPRjCEIADUHUdMipZUiSHYEIswAZSUhlJjyoJvKa94"
        "ho4tS699ObqrTC8ABAWBFCVIjEURvSMi5mIyY3gWilkB3cBqhBoPvdwe+QQgIERxAY8BnGRBJteDBAGiZtJEYjS+"
        "fum7vs+x9323SnwgGtIB/9k="
    ),
    16: (
        "/0//UQApQAAAAAAQAAAAEAAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAABDwEB/1AACAACAAAACv9SAAwAAgABAAUE"
        "BEAB/1wAEyCIkJCQkJCQkJCQkJCQiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4yNi4zLv+QAAoAAAAAAkkAAf+TwAAm"
        "oIAFB3QAAMAAE0AAE0AAEwBp+AOHdAAVgwUHdABtoQUHdADAABWQAAVkAAFYfl3elkg8HrEBYZQALDz3JhGJDPQB"
        "Q5QACAlASOhn6I4BYZQAwAAXTQAAXRwAAXSAcigWZzcsimTEqVgDsflwMJbYA3vVc8pW66EiSMD2AJOUnOAjOACa"
        "lhVCfLyK4O2IWKcmToaMXi2jIPlqqE+RoGH3KkiY4EM3ADc+4uOQnCgO6VmdeCih/wawYoW29xVXzTeM+/4AUlCY"
        "4CM4AMAAL3uAAF9AQAAvZ9bZoBFgQGjwm2T5QYg/EGdgUgNMNDAhgphcHlg4Q3M3Osrhpalc36Q0e2NzAEFxWV5G"
        "Bi1RWgHBy3yb4+8dXg7f8c3O9zm1FRjk7KgsUgIscHWEh6PzCKGkRAi6SogoRE8TRkdcMEwEhgAAag6jpkVLKkRE"
        "AZoRAGMyAZSWH0CaqvVReuptrExQ+VvQ8P8tYQrMuyxanrOBwQcaPoi2uHwtZb3EdvkV5izp/25jJWiieokBAwCg"
        "H3yIB5ICE+ksekpcEJa4GAOLqCImGvxf8AfcHDERHTE0pxc7k5wZHHPD47O60FJczfL6A7uDVQg0FHu4NHOAIRkA"
        "IzIBj5A/wD8gQCAIUMAAgf4LBBSogA0wIYD9/BUEyIB/EBCY4P4c7AeBHSQggAEA4B+F+iGwHwQAVigAAPIDwREU"
        "2D8BDQCwAIEOBEDAghocqAAJ8ABDSAgBRsrotbkqCiQQCNRIASs1Af/Z"
    ),
}


def stored_values(data):
    dataset = parse(data)
    return decode_pixels(dataset, describe(dataset))


def by_dcmtk(path, tmp_path):
    """The stored values by dcmtk's decoder, colours left as they are stored."""
    program = UNPACK[pydicom.dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID]
    options = ["+cn"] if program == "dcmdjpeg" else []
    unpacked = tmp_path / "unpacked.dcm"
    ended = subprocess.run([program, *options, path, unpacked], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return pydicom.dcmread(unpacked)


GREY_FILES = [
    "JPEG-lossy.dcm",
    "JPGExtended.dcm",
    "JPEGLSNearLossless_08.dcm",
    "JPEGLSNearLossless_16.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "MR_small_RLE.dcm",
    "rtdose_rle_1frame.dcm",
]


@needs_dcmtk
@pytest.mark.parametrize("name", GREY_FILES)
def test_other_peoples_files_as_dcmtk_reads_them(name, tmp_path):
    reference = by_dcmtk(OTHERS / name, tmp_path).pixel_array
    np.testing.assert_array_equal(stored_values((OTHERS / name).read_bytes()), reference)


@needs_dcmtk
@pytest.mark.parametrize(
    ("options", "bits"),
    [
        (["+ee", "+be"], 8),
        (["+ee", "+bt"], 12),
        (["+e1"], 8),
        (["+e1"], 12),
        (["+e1"], 16),
        (["+e1", "+pl", "+bt"], 12),  # 12 bits in the stream, as many detectors write them
        (["+el"], 8),
        (["+el"], 12),
        (["+el"], 16),
    ],
)
def test_a_phantom_compressed_as_jpeg_by_dcmtk(options, bits, tmp_path):
    stored = scaled(FILM, bits)
    plain, path = tmp_path / "plain.dcm", tmp_path / "compressed.dcm"
    plain.write_bytes(written(stored, bits))
    subprocess.run(["dcmcjpeg", *options, plain, path], check=True, capture_output=True)
    values = stored_values(path.read_bytes())
    np.testing.assert_array_equal(values, by_dcmtk(path, tmp_path).pixel_array)
    if options[0] != "+ee":
        np.testing.assert_array_equal(values, stored)
    assert np.abs(decode_dicom(path.read_bytes()).grey.astype(int) - FILM).mean() < 1.5


@needs_dcmtk
@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("signed", [False, True])
def test_jpeg_ls_by_two_decoders(bits, signed, tmp_path):
    stored = scaled(FILM, bits)
    if signed:
        stored = (stored.astype(int) - 2 ** (bits - 1)).astype(f"i{stored.itemsize}")
    dataset = pydicom.dcmread(io.BytesIO(written(stored, bits)))
    dataset.compress(JPEGLSLossless, encoding_plugin="pyjpegls")
    file = io.BytesIO()
    dataset.save_as(file)
    np.testing.assert_array_equal(stored_values(file.getvalue()), stored)
    path = tmp_path / "film.dcm"
    path.write_bytes(file.getvalue())
    np.testing.assert_array_equal(by_dcmtk(path, tmp_path).pixel_array, stored)


@pytest.mark.parametrize("interleaved", [0, 1, 2], ids=["planes", "lines", "pixels"])
def test_jpeg_ls_in_colours(interleaved):
    colours = np.stack([FILM, FILM.T, FILM[::-1]], axis=2)
    given = colours if interleaved else np.ascontiguousarray(colours.transpose(2, 0, 1))
    frame = bytes(jpeg_ls.encode_array(given, interleave_mode=interleaved))
    data = encapsulated(frame, colours, 8, JPEGLSLossless, "RGB")
    np.testing.assert_array_equal(stored_values(data), colours)


def test_jpeg_ls_of_more_bits_than_the_file_has_room_for_is_refused():
    """Its levels would begin again from black."""
    frame = bytes(jpeg_ls.encode_array(scaled(FILM, 12)))
    problem = decode_dicom(encapsulated(frame, FILM, 8, JPEGLSLossless)).problem
    assert "can't be decoded as JPEG-LS" in problem
    assert "in 8 bits" in problem


@pytest.mark.parametrize("name", ["693_J2KI.dcm", "JPEG2000.dcm", "MR_small_jp2klossless.dcm"])
def test_jpeg_2000_by_two_decoders(name):
    values = stored_values((OTHERS / name).read_bytes())
    dataset = pydicom.dcmread(OTHERS / name)
    decoder = get_decoder(dataset.file_meta.TransferSyntaxUID)
    reference, _ = decoder.as_array(dataset, decoding_plugin="pylibjpeg")
    assert np.abs(values.astype(int) - reference).max() <= 1


def test_jpeg_2000_of_16_bits_in_colours():
    colours = np.stack([scaled(FILM, 16), scaled(FILM.T, 16), scaled(FILM[::-1], 16)], axis=2)
    dataset = pydicom.dcmread(io.BytesIO(written(colours, 16, "RGB")))
    dataset.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg")
    file = io.BytesIO()
    dataset.save_as(file)
    np.testing.assert_array_equal(stored_values(file.getvalue()), colours)


@pytest.mark.parametrize("bits", [8, 16])
def test_htj2k_as_openjph_wrote_it(bits):
    film = phantom_film(16)
    frame = base64.b64decode(HTJ2K[bits])
    data = encapsulated(frame, scaled(film, bits), bits, HTJ2KLossless)
    np.testing.assert_array_equal(stored_values(data), scaled(film, bits))
    np.testing.assert_array_equal(decode_dicom(data).grey, film)


def compressed_frames():
    """Frames of the film, of each kind that no other library checks, and their syntax."""
    lossless = pydicom.dcmread(OTHERS / "SC_rgb_jpeg_gdcm.dcm")
    yield get_frame(lossless.PixelData, 0, number_of_frames=1), (100, 100), 8, JPEGLosslessSV1
    near = pydicom.dcmread(OTHERS / "MR_small_jpeg_ls_lossless.dcm")
    yield get_frame(near.PixelData, 0, number_of_frames=1), (64, 64), 16, JPEGLSLossless
    yield base64.b64decode(HTJ2K[16]), (16, 16), 16, HTJ2KLossless


@pytest.mark.parametrize(("frame", "shape", "bits", "syntax"), [*compressed_frames()])
def test_a_frame_that_was_cut_off_is_damaged(frame, shape, bits, syntax):
    for share in (0.1, 0.5, 0.9):
        cut = frame[: int(len(frame) * share)]
        pixels = np.zeros(shape, np.uint8 if bits == 8 else np.uint16)
        if syntax == JPEGLosslessSV1:
            data = encapsulated(cut, np.stack([pixels] * 3, 2), bits, syntax, "RGB")
        else:
            data = encapsulated(cut, pixels, bits, syntax)
        decoded = decode_dicom(data)
        assert decoded.grey is None
        assert f"PixelData (7FE0,0010) can't be decoded as {syntax.name}" in decoded.problem


@pytest.mark.parametrize(("frame", "shape", "bits", "syntax"), [*compressed_frames()])
def test_a_frame_of_other_rows_than_the_file_states_is_refused(frame, shape, bits, syntax):
    lying = np.zeros((shape[0] // 2, shape[1]), np.uint8 if bits == 8 else np.uint16)
    if syntax == JPEGLosslessSV1:
        data = encapsulated(frame, np.stack([lying] * 3, 2), bits, syntax, "RGB")
    else:
        data = encapsulated(frame, lying, bits, syntax)
    problem = decode_dicom(data).problem
    assert f"a picture of {shape[0]} rows and {shape[1]} columns, where Rows" in problem


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.92", "1.2.840.10008.1.2.4.102"])
def test_what_nothing_reads_is_named_with_what_would_be_read(syntax):
    with pytest.raises(UnsupportedDicom) as refused:
        check_syntax(UID(syntax))
    assert UID(syntax).name in str(refused.value)
    assert "uncompressed (Explicit VR Little Endian)" in str(refused.value)


@pytest.mark.parametrize(
    ("syntax", "package"),
    [
        (JPEGLossless, "imagecodecs"),
        (JPEGLSLossless, "imagecodecs"),
        (HTJ2KLossless, "pylibjpeg-openjpeg"),
    ],
)
def test_without_the_extra_the_message_says_what_to_install(syntax, package, monkeypatch):
    monkeypatch.setattr(get_decoder(syntax), "_available", {})
    with pytest.raises(UnsupportedDicom) as refused:
        plugin_for(syntax, 12, 1)
    assert f"{package} reads: the extra dicom has it" in str(refused.value)
    assert syntax.name in str(refused.value)
    # So that the file is tried again in the next run.
    assert str(refused.value).startswith(UNREADABLE)


def test_without_the_extra_the_rest_is_read_as_before(tmp_path):
    """JPEG of 8 bits, JPEG 2000 and RLE need what the project has anyway."""
    names = ["SC_rgb_jpeg_dcmtk.dcm", "JPEG2000.dcm", "MR_small_RLE.dcm", "image_dfl.dcm"]
    code = (
        "import sys\n"
        "for name in ('imagecodecs', 'pylibjpeg', 'openjpeg'):\n"
        "    sys.modules[name] = None\n"
        "from chest_xray.radiographs import decode\n"
        "for path in sys.argv[1:]:\n"
        "    print(int(decode(path).grey.sum()))\n"
        f"print(decode({str(OTHERS / 'JPGExtended.dcm')!r}).problem)\n"
    )
    paths = [str(OTHERS / name) for name in names]
    ended = subprocess.run(
        [sys.executable, "-c", code, *paths], capture_output=True, text=True, check=True
    )
    *sums, problem = ended.stdout.splitlines()
    assert [int(one) for one in sums] == [
        int(decode_dicom(Path(path).read_bytes()).grey.sum()) for path in paths
    ]
    assert "imagecodecs reads" in problem


def test_a_deflated_file_that_unpacks_to_more_than_any_image_is_refused(monkeypatch):
    monkeypatch.setattr("chest_xray.radiographs.dicom.elements.MAX_UNPACKED_BYTES", 100_000)
    data = written(np.zeros((400, 400), np.uint16), syntax=DeflatedExplicitVRLittleEndian)
    assert len(data) < 5_000
    assert "unpacks to more than 100,000 bytes" in decode_dicom(data).problem


def test_a_12_bit_jpeg_in_colours_is_refused():
    frame = compressed_by_pillow(np.stack([FILM] * 3, axis=2), "JPEG")
    wide = np.stack([scaled(FILM, 12)] * 3, axis=2)
    problem = decode_dicom(
        encapsulated(frame, wide, 12, UID("1.2.840.10008.1.2.4.51"), "RGB")
    ).problem
    assert "of 12 bits (BitsStored (0028,0101)) in 3 samples" in problem
