"""What a user sees of the pipeline quantization: one run of kedro on a few images."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from chest_xray.deploying.predictor import Predictor
from chest_xray.deploying.scorers import NetworkFeatures, reference_as_tensors
from chest_xray.evaluating.out_of_distribution import fit_ood_reference
from chest_xray.learning.network import Classifier, weights_hash
from chest_xray.machine.versions import lineage_path
from chest_xray.radiographs.pixels import PixelManifest
from chest_xray.radiographs.preprocessing import preprocessing_name
from chest_xray.radiographs.splitting import splits_hash
from chest_xray.radiographs.unusual import FilmLimits, FilmRanges

pytestmark = pytest.mark.whole

SIZE = 32
CLASSES = ["NORMAL", "PNEUMONIA"]
PARTS = ["train"] * 16 + ["validation"] * 8 + ["test"] * 12
VERSION = "2026-01-01T00.00.00.000Z"


LINEAGE = {"pixels": f"print at {SIZE} px"}


def put(root, layer, name, suffix, content, **made_from):
    path = root / layer / f"{name}.{suffix}" / VERSION / f"{name}.{suffix}"
    path.parent.mkdir(parents=True)
    kept = Path(lineage_path(path.parents[1], VERSION))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(LINEAGE | made_from))
    if isinstance(content, pd.DataFrame):
        content.to_parquet(path)
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(json.dumps(content))


def ranges_of(splits):
    return FilmRanges(FilmLimits(0.1, 16, {"brightness": 0.99}, {}, "L"), SIZE, splits_hash(splits))


def put_data(root):
    """Splits, pixels, index and audit, as data_processing leaves them."""
    count = len(PARTS)
    ids = [f"image{number}.png" for number in range(count)]
    labels = [CLASSES[number % 2] for number in range(count)]
    coarse = np.random.default_rng(2).integers(0, 256, (count, 4, 4), dtype=np.uint8)
    pixels = np.kron(coarse, np.ones((1, 8, 8), dtype=np.uint8))
    (root / "03_primary").mkdir(parents=True)
    pixels.tofile(root / "03_primary" / "map.uint8")
    manifest = PixelManifest(ids, list(range(count)), SIZE, "as in training", "print", "map.uint8")
    put(root, "03_primary", "pixels", "json", asdict(manifest))
    splits = pd.DataFrame(
        {
            "image_id": ids,
            "label": labels,
            "patient_id": ids,
            "group_id": ids,
            "source": "inside",
            "part": PARTS,
            "method": "patient",
        }
    )
    put(root, "03_primary", "splits", "parquet", splits)
    put(root, "03_primary", "film_ranges", "json", asdict(ranges_of(splits)))
    originals = root / "01_raw" / "phantoms"
    originals.mkdir(parents=True)
    for image_id, film in zip(ids, pixels, strict=True):
        Image.fromarray(film).resize((90, 70)).save(originals / image_id)
    index = pd.DataFrame(
        {"image_id": ids, "path": ids, "problem": "", "width": 90, "height": 70, "bits": 8}
    )
    put(root, "02_intermediate", "radiograph_index", "parquet", index)
    names = ("no_pixel", "texture", "thumbnail")
    baselines = {f"{name}_baseline": {"test_part": None} for name in names}
    audit = {"patient_doubts": [], **baselines}
    put(root, "02_intermediate", "data_audit", "json", audit)
    return pixels, splits


def put_model(root, name, splits, pixels):
    from safetensors.torch import save

    torch.manual_seed(1)
    weights = Classifier("resnet18", [], 0.0).state_dict()
    card = {
        "backbone": "resnet18",
        "head_sizes": [],
        "test_time_views": 1,
        "dropout": 0.0,
        "image_size": SIZE,
        "intensity_normalization": "none",
        "preprocessing": preprocessing_name(SIZE, "none"),
        "normalization": {},
        "class_names": CLASSES,
        "temperature": 1.0,
        "threshold": 0.5,
        "data_hash": "print",
        "run": f"{name}/first",
        "weights_hash": weights_hash(weights),
        "best_epoch": 1,
        "parameters": {},
        "initial_weights": "none",
        "threshold_policy": {"policy": "half"},
        "finished": "all",
        "training_hash": "print",
        "splits_hash": splits_hash(splits),
    }
    made_from = {f"{name}_weights": card["weights_hash"]}
    put(root, "06_models", f"{name}_weights", "safetensors", save(weights), **made_from)
    put(root, "06_models", f"{name}_card", "json", card, **made_from)
    reference = save(
        reference_as_tensors(reference_of(NetworkFeatures(weights, card, "cpu"), pixels))
    )
    put(root, "06_models", f"{name}_ood_reference", "safetensors", reference, **made_from)


def reference_of(network, pixels):
    """What the images of training and validation look like to a network."""
    features = network.features(pixels)
    mirrored = network.features(np.ascontiguousarray(pixels[:, :, ::-1]))
    train, validation = (np.array(PARTS) == part for part in ("train", "validation"))
    return fit_ood_reference(
        features[train], features[validation], mirrored[train], 4, 1.0, network.model
    )


def latest(root, name):
    return sorted(root.glob(f"*/{name}/*/{name}"))[-1]


def test_a_tuned_model_becomes_one_small_file_and_a_report(kedro, tmp_path):
    pixels, splits = put_data(tmp_path)
    ids = splits["image_id"].tolist()
    put_model(tmp_path, "baseline", splits, pixels)
    missing = kedro("run", "--env=test", "--pipelines=quantization", "--nodes=export_tuned")
    assert missing.returncode == 1
    assert "There is no 'tuned_weights' yet" in missing.stderr
    assert "Traceback" not in missing.stderr

    put_model(tmp_path, "tuned", splits, pixels)
    first = tmp_path / "01_raw" / "phantoms" / ids[-1]
    first.rename(tmp_path / "away")
    stopped = kedro("run", "--env=test", "--pipelines=quantization")
    assert stopped.returncode == 1
    assert f"{first} can't be read any more" in stopped.stderr
    assert not list(tmp_path.glob("06_models/*_onnx.onnx"))
    (tmp_path / "away").rename(first)

    result = kedro("run", "--env=test", "--pipelines=quantization")
    assert result.returncode == 0, result.stdout + result.stderr

    report = json.loads(latest(tmp_path, "quantization_report.json").read_text())
    needed = {"size", "latency", "per_class", "agreement", "int8_operators", "machine"}
    assert needed <= set(report)
    assert report["export_check"] == json.loads(
        latest(tmp_path, "tuned_export_check.json").read_text()
    )
    for compared in report["export_check"].values():
        assert compared["images"] == PARTS.count("validation") + PARTS.count("test")
        assert 0 < compared["probability"] < 1e-3
        assert compared["levels"] == 0
    files = {name: latest(tmp_path, f"{name}_onnx.onnx") for name in ("tuned", "quantized")}
    assert report["size"]["int8"] == files["quantized"].stat().st_size
    assert report["size"]["ratio"] < 0.27
    assert {row["batch"] for row in report["latency"]} == {1, 2}
    assert {row["backend"] for row in report["latency"]} == {"ONNX Runtime", "PyTorch eager"}
    assert report["pytorch_int8"]["reason"] == "left out"
    assert sum(report["per_class"][name]["n"] for name in CLASSES) == PARTS.count("test")

    predictions = pd.read_parquet(latest(tmp_path, "quantized_predictions.parquet"))
    row = predictions.iloc[-1]
    deployed = Predictor(files["quantized"], threads=1)(pixels[ids.index(row["image_id"])])
    assert deployed.probability == pytest.approx(row["probability"])
    assert deployed.called == row["predicted"]
    assert "too_dark" in deployed.warnings
    float_predictions = pd.read_parquet(latest(tmp_path, "tuned_onnx_predictions.parquet"))
    test = predictions["part"] == "test"
    same = (predictions["predicted"] == float_predictions["predicted"])[test].mean()
    assert report["agreement"]["share"]["value"] == pytest.approx(same)

    metrics = json.loads(latest(tmp_path, "quantized_metrics.json").read_text())
    right = (predictions["label"] == predictions["predicted"])[test].mean()
    assert metrics["accuracy"]["value"] == pytest.approx(right)

    table = pd.read_csv(latest(tmp_path, "quantization_table.csv"))
    assert {"size", "latency", "throughput", "class", "overall", "export"} <= set(table["group"])
    kept = json.loads(latest(tmp_path, "quantization_findings.json").read_text("utf8"))
    assert "quantization-size" in {found["key"] for found in kept["findings"]}
    assert latest(tmp_path, "quantization_figure.png").read_bytes()[:4] == b"\x89PNG"
    assert list(tmp_path.rglob("quantized/first/events*"))
