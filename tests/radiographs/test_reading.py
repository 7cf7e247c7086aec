"""From a folder to an index and pixels."""

import pickle
import shutil

import numpy as np
import pandas as pd
import pytest
from conftest import CLASSES, PATTERNS
from PIL import Image

from chest_xray.errors import BadPixels, BadRadiographs
from chest_xray.radiographs import reading
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.jpeg_quality import jpeg_quality
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.pixels import PixelMap, fingerprint
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs

SIZE = 48


def read(folder, decoded_images, share=0.5):
    listing = list_radiographs(folder, CLASSES, PATTERNS)
    chunks = list(read_radiographs(folder, listing, decoded_images, SIZE))
    for chunk in chunks:
        decoded_images.append(chunk)
    return *collect_decoded_images(folder, listing, decoded_images, SIZE, share), chunks


def test_the_index_agrees_with_what_was_drawn(phantoms, tmp_path):
    folder, truth = phantoms
    index, manifest, _ = read(folder, DecodedImages(tmp_path))
    joined = index.merge(truth, left_on="image_id", right_on="file", suffixes=("", "_true"))
    assert len(joined) == len(truth) == len(index)
    assert (joined["patient_id"] == joined["patient_id_true"]).all()
    unreadable = joined["planted"].str.contains("unreadable")
    assert ((joined["problem"] != "") == unreadable).all()
    readable = joined[~unreadable]
    assert (
        readable[["width", "height"]].to_numpy() == readable[["width_true", "height_true"]]
    ).all(axis=None)
    assert (readable["jpeg_quality"] == readable["jpeg_quality_true"]).all()
    assert (index["duplicate_of"] != "").sum() == truth["planted"].str.contains("duplicate").sum()
    assert manifest.shape == (len(readable), SIZE, SIZE)


def test_pixels_are_those_of_the_file_and_only_the_path_travels(phantoms, tmp_path):
    folder, _ = phantoms
    index, manifest, _ = read(folder, DecodedImages(tmp_path))
    pixels = PixelMap(manifest)
    image_id = manifest.image_ids[5]
    expected = resize(decode(folder / image_id).grey, SIZE)
    np.testing.assert_array_equal(pixels.read(pixels.rows([image_id]))[0], expected)
    pixels.refuse_other_index(index)
    with pytest.raises(BadPixels):
        pixels.refuse_other_index(index.iloc[1:])
    assert len(pickle.dumps(pixels)) < 100 * len(pixels)


def test_a_second_reading_reads_nothing_and_a_change_only_the_changed(phantoms, tmp_path):
    folder = tmp_path / "chest_xray"
    shutil.copytree(phantoms[0], folder)
    decoded_images = DecodedImages(tmp_path / "readings")
    _, first, _ = read(folder, decoded_images)
    _, second, chunks = read(folder, decoded_images)
    assert [chunk.rows for chunk in chunks] == [[]]
    assert first == second
    changed = folder / first.image_ids[0]
    Image.new("L", (70, 50), 128).save(changed)
    _index, third, chunks = read(folder, decoded_images)
    assert [row["file"] for row in chunks[0].rows] == [str(changed)]
    assert third.fingerprint != first.fingerprint
    assert (PixelMap(third).read([0]) == 128).all()


def test_what_a_killed_reading_leaves_is_never_read(phantoms, tmp_path):
    folder, _ = phantoms
    undisturbed = read(folder, DecodedImages(tmp_path / "undisturbed"))[1]
    decoded_images = DecodedImages(tmp_path / "killed")
    decoded_images.folder.mkdir()
    decoded_images.pixels_path(SIZE).write_bytes(b"x" * (SIZE * SIZE + 17))
    killed = read(folder, decoded_images)[1]
    rows = range(len(undisturbed.image_ids))
    np.testing.assert_array_equal(PixelMap(killed).read(rows), PixelMap(undisturbed).read(rows))


def test_rows_that_were_lost_are_read_again(phantoms, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "FILES_PER_CHUNK", 40)
    folder, _ = phantoms
    decoded_images = DecodedImages(tmp_path / "readings")
    undisturbed = read(folder, decoded_images)[0]
    lost = sorted(decoded_images.folder.glob("rows_*.json"))[0]
    lost.unlink()
    pd.testing.assert_frame_equal(read(folder, decoded_images)[0], undisturbed)
    lost.write_text('{"rows": []}')
    with pytest.raises(BadPixels, match="is damaged"):
        read(folder, decoded_images)


def test_a_folder_that_contains_itself_and_system_files_are_skipped(phantoms, tmp_path):
    folder, truth = phantoms
    nested = tmp_path / "chest_xray"
    shutil.copytree(folder, nested)
    shutil.copytree(folder, nested / "chest_xray")
    shutil.copytree(folder, nested / "__MACOSX" / "chest_xray")
    (nested / "train" / "NORMAL" / ".DS_Store").write_bytes(b"settings")
    listing = list_radiographs(nested, CLASSES, PATTERNS)
    assert sorted(listing["image_id"]) == sorted(truth["file"])
    assert not listing["path"].str.startswith("chest_xray/").any()


def test_missing_folders_and_classes_are_refused(tmp_path):
    with pytest.raises(BadRadiographs, match="make demo"):
        list_radiographs(tmp_path / "nowhere", CLASSES, PATTERNS)
    (tmp_path / "NORMAL").mkdir()
    (tmp_path / "NORMAL" / "a.png").write_bytes(b"")
    with pytest.raises(BadRadiographs, match="is of class PNEUMONIA"):
        list_radiographs(tmp_path, CLASSES, PATTERNS)


@pytest.mark.parametrize("quality", [20, 50, 75, 90, 96])
def test_the_quality_of_a_jpeg_is_read_from_its_tables(quality, tmp_path):
    path = tmp_path / "a.jpeg"
    Image.new("L", (32, 32)).save(path, quality=quality)
    with Image.open(path) as image:
        assert jpeg_quality(image.quantization) == quality


def test_another_statement_of_bits_reads_again_and_only_then_changes_the_fingerprint(tmp_path):
    folder, decoded_images = tmp_path / "films", DecodedImages(tmp_path / "readings")
    for number in range(8):
        path = folder / CLASSES[number % 2] / f"IM-{number}-0001.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        levels = np.random.default_rng(number).integers(0, 4096 if number == 5 else 65536, (40, 40))
        Image.fromarray(levels.astype(np.uint16)).save(path)
    listing = list_radiographs(folder, CLASSES, PATTERNS)

    def run(bits_stored):
        chunks = list(read_radiographs(folder, listing, decoded_images, SIZE, bits_stored))
        for chunk in chunks:
            decoded_images.append(chunk)
        count = sum(len(chunk.rows) for chunk in chunks)
        return count, *collect_decoded_images(folder, listing, decoded_images, SIZE, 1, bits_stored)

    count, index, auto = run(None)
    assert count == 8
    assert index.loc[index["problem"] != "", "problem"].str.contains("12 bits in a file").all()
    assert len(auto.image_ids) == 7
    for stated, readable in ((16, 8), (None, 7)):
        _, index, manifest = run(stated)
        assert len(manifest.image_ids) == readable
        assert (manifest.fingerprint == auto.fingerprint) == (stated is None)
    assert run(16)[0] == run(None)[0] == 0
    with pytest.raises(BadRadiographs, match="more bits"):
        run(12)


def test_the_fingerprint_depends_on_stated_bits_alone():
    index = pd.DataFrame({"image_id": ["a", "b"], "sha256": ["1", "2"]})
    whole = fingerprint(index.assign(bits=8), "name")
    assert fingerprint(index.assign(bits=[8, 16]), "name") == whole
    assert fingerprint(index.assign(bits=[8, 14]), "name") != whole
