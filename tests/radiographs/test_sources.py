"""Several folders in one study, and which source each film has."""

from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import pytest
from configured import TREES
from conftest import CLASSES
from PIL import Image

from chest_xray.errors import BadRadiographs
from chest_xray.parameters import DataProcessingParameters
from chest_xray.pipelines.data_processing import nodes
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs
from chest_xray.radiographs.sources import SourceRule, source_folders

SIZE = 32


def hospital(folder, films=2, seed=0):
    """Films of both classes in folders of their names, each another picture."""
    random = np.random.default_rng(seed)
    for label in CLASSES:
        for number in range(films):
            path = folder / label / f"{label.lower()}-{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(random.integers(0, 256, (24, 20), dtype=np.uint8)).save(path)
    return folder


@pytest.fixture
def two(tmp_path):
    """A list of two hospitals: one beside it, one somewhere else by its whole path."""
    hospital(tmp_path / "lists" / "up north", seed=1)
    south = hospital(tmp_path / "elsewhere" / "south", seed=2)
    listed = tmp_path / "lists" / "hospitals.yml"
    listed.write_text(f"north: up north\nsouth: {south}\n")
    return listed


def sources_of(folder, **options):
    listing = list_radiographs(folder, CLASSES, [], **options)
    return dict(zip(listing["image_id"], listing["source"], strict=True))


def test_the_table_comes_before_the_list_and_that_before_the_pattern_and_the_name(two):
    rule = SourceRule(r"(?P<source>\w+)-0\.png$", "unknown")
    table = pd.DataFrame(
        {
            "image": ["north/NORMAL/normal-0.png", "south/NORMAL/normal-1.png"],
            "source": ["east", ""],
        }
    )
    listed = sources_of(two, table=table, source_rule=rule)
    assert listed.pop("north/NORMAL/normal-0.png") == "east"
    assert {name: source for name, source in listed.items() if source != name.split("/")[0]} == {}
    one = two.parent / "up north"
    table = table.assign(image=["NORMAL/normal-0.png", "NORMAL/normal-1.png"])
    assert sources_of(one, table=table, source_rule=rule) == {
        "NORMAL/normal-0.png": "east",
        "NORMAL/normal-1.png": "unknown",
        "PNEUMONIA/pneumonia-0.png": "pneumonia",
        "PNEUMONIA/pneumonia-1.png": "unknown",
    }
    assert set(sources_of(one).values()) == {"inside"}


@pytest.mark.parametrize(
    ("path", "source"), [("north/a.png", "north"), ("a.png", "here"), ("north/b/a.png", "north")]
)
def test_a_pattern_takes_the_source_from_the_path(path, source):
    assert SourceRule(r"^(?P<source>[^/]+)/", "here").of(PurePosixPath(path)) == source


def test_a_group_that_takes_no_part_in_the_match_gives_the_name():
    assert SourceRule(r"^x|(?P<source>y)", "here").of(PurePosixPath("x.png")) == "here"


def test_films_of_several_folders_are_listed_with_their_source_and_where_they_lie(two):
    listing = list_radiographs(two, CLASSES, [])
    assert listing["source"].value_counts().to_dict() == {"north": 4, "south": 4}
    for one in listing.itertuples():
        assert one.image_id.startswith(f"{one.source}/{one.label}/")
        assert one.path.startswith("/") and one.path.endswith(one.image_id.split("/", 1)[1])
    assert len(set(listing["image_id"])) == 8
    assert set(source_folders(two)) == {"north", "south"}
    assert source_folders(two.parent) == {"": two.parent}


def test_one_table_tells_of_films_in_all_folders(two):
    images = ["north/NORMAL/normal-0.png", "south/NORMAL/normal-0.png"]
    table = pd.DataFrame({"image": images, "patient_id": ["n1", "s1"], "age": [3, 40]})
    listing = list_radiographs(two, CLASSES, [], table=table).set_index("image_id")
    assert listing.loc[images, "patient_id"].tolist() == ["n1", "s1"]
    assert listing.loc[images, "age"].tolist() == [3, 40]
    assert listing["age"].notna().sum() == 2
    with pytest.raises(BadRadiographs, match=r"'normal-0.png' could be north/.* or south/"):
        list_radiographs(two, CLASSES, [], table=table.assign(image="normal-0.png"))


def test_a_patient_id_of_two_sources_is_one_patient_and_is_said(two, caplog):
    caplog.set_level("INFO")
    list_radiographs(two, CLASSES, [r"^(?P<patient>\w+-\d)"])
    assert "4 patient ids, such as normal-0, occur in several sources" in caplog.text


def test_the_films_of_two_folders_are_read_into_one_index_and_one_map(two, tmp_path):
    parameters = DataProcessingParameters(
        **TREES["test"]["data_processing"] | {"image_size": SIZE, "max_unreadable_share": 0}
    )
    listed, _ = nodes.list_radiographs(two, None, None, parameters)
    decoded = DecodedImages(tmp_path / "decoded")
    for chunk in nodes.read_radiographs(two, listed, decoded, parameters):
        decoded.append(chunk)
    index, manifest = nodes.collect_decoded_images(two, listed, decoded, parameters)
    assert (index["problem"] == "").all()
    assert index["source"].value_counts().to_dict() == {"north": 4, "south": 4}
    pixels = PixelMap(manifest)
    for one in index.itertuples():
        with Image.open(one.path) as film:
            mean = np.asarray(film).mean()
        assert pixels.read(pixels.rows([one.image_id])).mean() == pytest.approx(mean, abs=8)
    # What was read under one list is not read again from the folder itself, nor the reverse.
    alone = two.parent / "up north"
    again = list_radiographs(alone, CLASSES, [])
    chunks = read_radiographs(alone, again, decoded, SIZE)
    assert [row["file"] for chunk in chunks for row in chunk.rows] == []
    own, _ = collect_decoded_images(alone, again, decoded, SIZE, 0)
    north = index[index["source"] == "north"]
    assert own["sha256"].tolist() == north["sha256"].tolist()


BAD = {
    "no YAML": ("a: [", r"is no YAML \(.*\); it needs 'name: folder' on each line"),
    "no text": (b"\xff\xfe\x00", r"is no YAML \(.*\); it needs"),
    "nothing": ("", r"needs 'name: folder' on each line, one for each source"),
    "a list": ("- up north\n- south\n", r"needs 'name: folder' on each line, one for each"),
    "a list of lists": ("north: [up north, b]", r"has 'north: \['up north', 'b'\]'; it needs the"),
    "a mapping": ("north: {a: b}", r"has 'north: .*'; it needs the name of a source"),
    "nothing behind a name": ("north:", r"has 'north: None'; it needs the name of a source"),
    "a slash": ("a/b: up north", r"has 'a/b: up north'; it needs .* without a slash"),
    "a name of blanks": ("' ': up north", r"has ' : up north'; it needs the name of a source"),
    "the folder above": ("..: up north", r"has '\.\.: up north'; it needs the name of a source"),
    "one name twice": (
        "north: up north\nnorth: ../elsewhere/south",
        r"names the source north twice",
    ),
    "no such folder": ("north: up nroth", r"names .*/up nroth for north, and there is no such"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_list_that_is_none_is_refused_in_one_sentence(kind, two):
    content, message = BAD[kind]
    two.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadRadiographs, match=message) as error:
        list_radiographs(two, CLASSES, [])
    assert "\n" not in str(error.value)
    assert str(two) in str(error.value) and str(error.value).endswith(".")


def test_another_kind_of_file_is_no_list_of_folders(two):
    text = two.rename(two.with_suffix(".txt"))
    with pytest.raises(BadRadiographs, match=r"neither a folder nor a list .* ends in \.yml") as it:
        list_radiographs(text, CLASSES, [])
    assert "\n" not in str(it.value)


def test_a_folder_without_one_class_is_fine_where_another_has_it(two):
    for path in (two.parent / "up north" / "NORMAL").iterdir():
        path.unlink()
    listing = list_radiographs(two, CLASSES, [])
    assert set(listing.loc[listing["source"] == "north", "label"]) == {"PNEUMONIA"}
