"""A folder of DICOM files is indexed, split and stored like one of other images."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from conftest import CLASSES
from dicom_files import compressed_by_pillow, encapsulated, phantom_film, scaled, written
from PIL import Image
from pydicom.uid import JPEGBaseline8Bit

from chest_xray.radiographs import decode
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs
from chest_xray.radiographs.splitting import split

SIZE = 32


def film(number):
    levels = phantom_film()
    levels[20:24, number] = 255
    return levels


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Of each class twelve patients with two films, in folders; one file without a suffix."""
    folder = tmp_path_factory.mktemp("hospital")
    for number in range(48):
        name = CLASSES[number % 2]
        path = folder / name / f"pat-{number // 4}-{name}" / f"{number}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(scaled(film(number), 12)))
    path.rename(path.with_suffix(""))
    return folder


def index_of(folder, decoded_images):
    listing = list_radiographs(folder, CLASSES, [r"/(?P<patient>pat-[^/]+)/"])
    for chunk in read_radiographs(folder, listing, decoded_images, SIZE):
        decoded_images.append(chunk)
    return collect_decoded_images(folder, listing, decoded_images, SIZE, 0.0)


def test_an_index_of_dicom_files_is_one_of_images(folder, tmp_path):
    index, manifest = index_of(folder, DecodedImages(tmp_path))
    assert len(index) == 48
    assert set(index["mode"]) == {"DICOM MONOCHROME2"}
    assert set(index["bits"]) == {12}
    assert set(index["jpeg_quality"]) == {0}
    assert set(zip(index["width"], index["height"], strict=True)) == {(48, 48)}
    pixels = PixelMap(manifest)
    for row in index.sample(5, random_state=0).itertuples():
        grey = decode(folder / row.path).grey
        assert row.sha256 == hashlib.sha256((folder / row.path).read_bytes()).hexdigest()
        assert (row.darkest, row.brightest) == (grey.min(), grey.max())
        assert row.mean == pytest.approx(grey.mean())
        stored = pixels.read(pixels.rows([row.image_id]))[0]
        np.testing.assert_array_equal(stored, resize(grey, SIZE))


def test_it_is_split_by_patient(folder, tmp_path):
    index, _ = index_of(folder, DecodedImages(tmp_path))
    splits = split(index, "patient", seed=0)
    assert splits["patient_id"].nunique() == 24
    assert set(splits["part"]) == {"train", "validation", "test"}
    assert (splits.groupby("patient_id")["part"].nunique() == 1).all()


def test_the_same_pixels_are_duplicates_whatever_the_format(folder, tmp_path):
    patient = folder / "NORMAL" / "pat-1-NORMAL"
    copy = patient / "copy.png"
    Image.fromarray(decode(patient / "6.dcm").grey).save(copy)
    try:
        index, _ = index_of(folder, DecodedImages(tmp_path))
    finally:
        copy.unlink()
    (duplicate,) = index[index["duplicate_of"] != ""].itertuples()
    assert {duplicate.image_id, duplicate.duplicate_of} == {
        "NORMAL/pat-1-NORMAL/6.dcm",
        "NORMAL/pat-1-NORMAL/copy.png",
    }


@pytest.mark.parametrize("quality", [40, 90])
def test_the_quality_of_a_jpeg_inside_is_known(tmp_path, quality):
    frame = compressed_by_pillow(phantom_film(), "JPEG", quality=quality)
    data = encapsulated(frame, phantom_film(), 8, JPEGBaseline8Bit)
    (tmp_path / "film").write_bytes(data)
    assert decode(tmp_path / "film").facts["jpeg_quality"] == quality


def test_without_dicom_pydicom_is_not_imported(tmp_path):
    Image.new("L", (8, 8), 7).save(tmp_path / "film.png")
    code = (
        "import sys\n"
        "from chest_xray.radiographs import decode\n"
        "assert decode(sys.argv[1]).grey.shape == (8, 8)\n"
        "print([name for name in ('pydicom', 'torch', 'pandas') if name in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "film.png")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "[]"
