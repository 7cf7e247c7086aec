"""What a user sees of prediction: a folder in, a table and heat maps out, results untouched."""

import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

pytestmark = pytest.mark.whole


def newest(folder, name):
    versions = sorted(folder.glob(f"*/{name}/*/{name}"))
    assert versions, f"no {name}"
    return versions[-1]


def test_new_radiographs_get_rows_and_heat_maps(kedro, study, tmp_path):
    new = tmp_path / "new ward"
    shutil.copytree(tmp_path / "01_raw" / "phantoms" / "test" / "NORMAL", new / "day 1")
    (new / "note.txt").write_text("no radiograph")
    Image.fromarray(np.zeros((40, 40), dtype=np.uint8)).save(new / "cut.png")
    (new / "cut.png").write_bytes((new / "cut.png").read_bytes()[:50])
    asked = f"prediction.images={new},prediction.model=baseline,prediction.overlays=2"

    results = (path for path in tmp_path.glob("0[1-8]_*/**/*") if path.is_file())
    before = {path: path.stat().st_mtime_ns for path in results}
    run = kedro("run", "--env=test", "--pipeline=prediction", f"--params={asked}")
    assert run.returncode == 0, run.stdout + run.stderr
    assert all(path.stat().st_mtime_ns == changed for path, changed in before.items())

    table = pd.read_csv(newest(tmp_path, "predictions_table.csv"), keep_default_na=False)
    assert list(table.columns) == [
        "file",
        "probability",
        "decision",
        "margin",
        "distance",
        "warnings",
        "problem",
    ]
    files = sorted(path.relative_to(new).as_posix() for path in new.rglob("*.*"))
    assert sorted(table["file"]) == files
    bad = table[table["problem"] != ""].set_index("file")
    assert "not an image" in bad.loc["note.txt", "problem"]
    assert "damaged" in bad.loc["cut.png", "problem"]
    scored = table[table["problem"] == ""]
    probability, margin = scored["probability"].astype(float), scored["margin"].astype(float)
    np.testing.assert_array_equal(scored["decision"] == "PNEUMONIA", margin >= 0)
    overlays = newest(tmp_path, "prediction_overlays")
    first = scored["file"][probability.nlargest(2).index]
    assert {f"{name}.png" for name in first} == {
        path.relative_to(overlays).as_posix() for path in overlays.rglob("*.png")
    }
    for name in first:
        with Image.open(overlays / f"{name}.png") as drawn, Image.open(new / name) as original:
            assert drawn.size == original.size
