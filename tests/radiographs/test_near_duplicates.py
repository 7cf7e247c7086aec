"""A film that was saved again is found; films that only look alike are not."""

import io

import numpy as np
import pandas as pd
import pytest
from conftest import CLASSES, PATTERNS
from PIL import Image

from chest_xray.phantoms import PlantedDefects, draw_phantom, encode_jpeg, plan_phantoms
from chest_xray.radiographs import near_duplicates
from chest_xray.radiographs.describing import describe
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.near_duplicates import (
    NearDuplicateLimits,
    find_copies,
    find_near_duplicates,
)
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs
from chest_xray.radiographs.splitting import leaked, split

LIMITS = NearDuplicateLimits(frequencies=0.996, pixels=0.985)


def plain_film(seed, side=64):
    """Two dark fields, ribs and grain: all that two such films differ in are ribs and grain."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] / side
    lungs = sum(np.exp(-((x - at) ** 2) / 0.012 - (y - 0.5) ** 2 / 0.06) for at in (0.3, 0.7))
    ribs = 0.08 * np.sin(2 * np.pi * (9 + random.uniform(-1, 1)) * (y + 0.2 * (x - 0.5) ** 2))
    levels = 0.75 - 0.55 * lungs + ribs + 0.02 * random.standard_normal((side, side))
    return Image.fromarray((255 * (levels - levels.min()) / np.ptp(levels)).astype(np.uint8))


def phantoms(patients):
    truth = plan_phantoms(patients, 3, 64, PlantedDefects())
    return [
        Image.open(io.BytesIO(encode_jpeg(draw_phantom(plan), plan))).convert("L")
        for plan in truth.to_dict("records")
    ]


def saved_again(image, quality, scale=1.0):
    size = [round(side * scale) for side in image.size]
    file = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(file, "JPEG", quality=quality)
    return Image.open(file).convert("L")


def map_of(images, folder, size, prefix=""):
    """A map of images that are named by their numbers."""
    levels = [resize(np.array(image), size) for image in images]
    path = folder / f"{prefix}{size}.uint8"
    path.write_bytes(np.stack(levels).tobytes())
    names = [f"{prefix}{number}" for number in range(len(images))]
    return PixelMap(PixelManifest(names, list(range(len(images))), size, "", "", str(path)))


def found(images, folder, size):
    """What is found among images that are named by their numbers."""
    pixels = map_of(images, folder, size)
    hashes = [image.tobytes() for image in images]
    table = pd.DataFrame({"image_id": pixels.manifest.image_ids, "pixel_hash": hashes})
    return find_near_duplicates(pixels, table, LIMITS)


FILMS = {"phantoms": phantoms(40), "plain films": [plain_film(seed) for seed in range(80)]}


@pytest.mark.parametrize("size", [32, 64, 128])
@pytest.mark.parametrize("kind", FILMS)
def test_different_films_are_never_near_duplicates(kind, size, tmp_path):
    assert (found(FILMS[kind], tmp_path, size)["near_duplicate_of"] == "").all()


@pytest.mark.parametrize("size", [32, 64, 128])
@pytest.mark.parametrize("kind", FILMS)
@pytest.mark.parametrize(("quality", "scale"), [(70, 1), (50, 1), (70, 1.04), (85, 2), (90, 0.9)])
def test_a_film_saved_again_is_found_whatever_its_quality_and_size(
    kind, size, quality, scale, tmp_path
):
    films = FILMS[kind][:40]
    again = [saved_again(film, quality, scale) for film in films]
    near = found(films + again, tmp_path, size)
    assert near["near_duplicate_of"].tolist() == [""] * 40 + [str(number) for number in range(40)]
    assert near["near_duplicate_correlation"].between(LIMITS.pixels, 1).all()


def test_brightness_and_contrast_of_all_levels_do_not_count(tmp_path):
    film = FILMS["phantoms"][0]
    darker = film.point(lambda level: 0.7 * level + 20)
    assert found([film, darker], tmp_path, 64)["near_duplicate_of"].tolist() == ["", "0"]


def test_mirrored_films_and_pictures_of_one_level_are_others(tmp_path):
    film = FILMS["phantoms"][0]
    mirrored = film.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    levels = [Image.new("L", (40, 30), level) for level in (0, 7, 8, 255)]
    assert (found([film, mirrored, *levels], tmp_path, 64)["near_duplicate_of"] == "").all()


def test_what_agrees_in_its_low_frequencies_is_looked_at_in_all_its_pixels(tmp_path):
    film = np.array(FILMS["phantoms"][0].resize((64, 64)), dtype=float)
    checks = 40 * (-1.0) ** np.add(*np.mgrid[:64, :64])
    other = Image.fromarray(np.clip(film + checks, 0, 255).astype(np.uint8))
    images = [Image.fromarray(film.astype(np.uint8)), other]
    assert found(images, tmp_path, 64)["near_duplicate_of"].tolist() == ["", ""]


def test_pairs_are_the_same_whatever_the_size_of_a_block(tmp_path, monkeypatch):
    films = FILMS["phantoms"][:30]
    images = [*films, *(saved_again(film, 60) for film in films), *films[:3]]
    whole = found(images, tmp_path, 32)
    monkeypatch.setattr(near_duplicates, "_ROWS_AT_ONCE", 7)
    monkeypatch.setattr(near_duplicates, "_IMAGES_AT_ONCE", 4)
    pd.testing.assert_frame_equal(found(images, tmp_path, 32), whole)
    # Identical copies are compared once, and belong to the group.
    assert whole["near_duplicate_of"].tolist()[-3:] == ["0", "1", "2"]


def test_a_film_and_its_copies_stay_on_one_side_of_the_split_and_are_listed(tmp_path):
    folder = tmp_path / "films"
    for number, film in enumerate(FILMS["plain films"]):
        label = CLASSES[number % 2]
        (folder / "train" / label).mkdir(parents=True, exist_ok=True)
        film.save(folder / "train" / label / f"pat-{number:03d}a.jpeg", quality=92)
        # One of them under the other class, and one in another of the published folders.
        label = CLASSES[(number + (number == 5)) % 2]
        part = folder / ("test" if number == 6 else "train") / label
        part.mkdir(parents=True, exist_ok=True)
        film.save(part / f"pat-{number + 200:03d}b.jpeg", quality=70)
    listing = list_radiographs(folder, CLASSES, PATTERNS)
    decoded_images = DecodedImages(tmp_path / "readings")
    for chunk in read_radiographs(folder, listing, decoded_images, 48):
        decoded_images.append(chunk)
    index, _ = collect_decoded_images(
        folder, listing, decoded_images, 48, 0, near_duplicates=LIMITS
    )
    assert index["group_id"].nunique() == 80
    assert index["patient_id"].nunique() == 160
    splits = split(index, "patient", 7)
    assert leaked(splits) == 0
    listed = describe(index, splits)["near_duplicates"]
    assert len(listed) == 80
    assert all(len(group["files"]) == 2 and group["across_patients"] for group in listed)
    conflicting = [group["files"] for group in listed if group["across_classes"]]
    assert conflicting == [["train/NORMAL/pat-205b.jpeg", "train/PNEUMONIA/pat-005a.jpeg"]]
    moved = [group["files"] for group in listed if group["across_published_folders"]]
    assert moved == [["test/NORMAL/pat-206b.jpeg", "train/NORMAL/pat-006a.jpeg"]]
    without, _ = collect_decoded_images(folder, listing, decoded_images, 48, 0)
    assert leaked(split(without.assign(label=index["label"]), "patient", 7)) == 0
    assert without["group_id"].nunique() == 160


def copies_of(outside, known, ids=None, known_ids=None):
    """The copies among all images of two maps, or among those named."""
    return find_copies(
        outside,
        outside.manifest.image_ids if ids is None else ids,
        known,
        known.manifest.image_ids if known_ids is None else known_ids,
        LIMITS,
    )


@pytest.mark.parametrize("size", [32, 64])
@pytest.mark.parametrize("kind", FILMS)
def test_films_saved_again_are_found_across_two_maps_and_no_others(
    kind, size, tmp_path, monkeypatch
):
    films = FILMS[kind][:40]
    known = map_of(films[:30], tmp_path, size, "known")
    # The first ten are new; of the others each is a known one, in another order.
    outside = [*films[30:], *(saved_again(film, 70) for film in reversed(films[:30]))]
    pixels = map_of(outside, tmp_path, size, "outside")
    found = copies_of(pixels, known)
    assert found["image_id"].tolist() == [f"outside{number}" for number in range(10, 40)]
    assert found["copy_of"].tolist() == [f"known{29 - number}" for number in range(30)]
    assert found["correlation"].between(LIMITS.pixels, 1).all()
    monkeypatch.setattr(near_duplicates, "_ROWS_AT_ONCE", 7)
    pd.testing.assert_frame_equal(copies_of(pixels, known), found)


def test_of_two_known_films_the_one_that_agrees_best_is_named_and_only_those_asked_for(tmp_path):
    film = FILMS["phantoms"][0]
    known = map_of([saved_again(film, 50), film, FILMS["phantoms"][1]], tmp_path, 64, "known")
    pixels = map_of([saved_again(film, 95), FILMS["phantoms"][2]], tmp_path, 64, "outside")
    assert copies_of(pixels, known)["copy_of"].tolist() == ["known1"]
    assert copies_of(pixels, known, None, ["known2", "known0"])["copy_of"].tolist() == ["known0"]
    for nothing in ({"known_ids": []}, {"ids": []}, {"known_ids": ["known2"]}):
        none = copies_of(pixels, known, **nothing)
        assert none.empty and list(none) == ["image_id", "copy_of", "correlation"]


def test_pictures_of_one_level_are_no_copies_of_each_other(tmp_path):
    flat = [Image.new("L", (40, 30), level) for level in (0, 9, 255)]
    one, other = map_of(flat, tmp_path, 64, "known"), map_of(flat, tmp_path, 64, "outside")
    assert copies_of(other, one).empty
