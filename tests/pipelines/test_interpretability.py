"""What a user sees of interpretability: maps, overlays at the original's size, figures, report."""

import json

import pandas as pd
import pytest
from PIL import Image
from safetensors.numpy import load_file

pytestmark = pytest.mark.whole


def newest(folder, name):
    versions = sorted(folder.glob(f"*/{name}/*/{name}"))
    assert versions, f"no {name}"
    return versions[-1]


def test_a_trained_model_is_explained(kedro, study, tmp_path):
    run = kedro(
        "run",
        "--env=test",
        "--pipelines=interpretability_baseline",
        "--params=interpretability.images='*/NORMAL/IM-*-0001.jpeg'",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    maps = load_file(newest(tmp_path, "baseline_heat_maps.safetensors"))
    table = pd.read_parquet(newest(tmp_path, "baseline_heat_map_table.parquet"))
    assert set(maps) == set(table["image_id"])
    assert any("/NORMAL/IM-" in name for name in table.loc[table["outcome"] == "", "image_id"])
    index = pd.read_parquet(newest(tmp_path, "radiograph_index.parquet")).set_index("image_id")
    overlays = newest(tmp_path, "baseline_overlays")
    for name, values in maps.items():
        assert values.shape == (32, 32)
        with Image.open(overlays / f"{name}.png") as image:
            assert image.size == (index.loc[name, "width"], index.loc[name, "height"])
    report = json.loads(newest(tmp_path, "baseline_explanation_report.json").read_text())
    assert "explanation-stability" in {found["key"] for found in report["findings"]}
    assert report["location"]["lesions"]
    for figure in ("explanations", "fidelity"):
        content = newest(tmp_path, f"baseline_{figure}_figure.png").read_bytes()
        assert content[:4] == b"\x89PNG"

    wrong = kedro(
        "run",
        "--env=test",
        "--pipelines=interpretability_baseline",
        "--params=interpretability.images=IM-0000",
    )
    assert wrong.returncode == 1
    assert "There is no image 'IM-0000'" in wrong.stderr.replace("\n", " ")
    assert "Traceback" not in wrong.stderr

    unquoted = kedro("run", "--env=test", "--params=interpretability.images=*/NORMAL/IM-*")
    assert unquoted.returncode == 2
    assert "put a value that begins with a sign such as * into quotes" in unquoted.stderr
    assert "Traceback" not in unquoted.stderr

    newest(tmp_path, "baseline_card.json").write_text("{}")
    lacking = kedro("run", "--env=test", "--pipelines=interpretability_baseline")
    assert lacking.returncode == 1
    assert "The model's card lacks backbone, best_epoch, class_names, " in lacking.stderr
    assert "Traceback" not in lacking.stderr
