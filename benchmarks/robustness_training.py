"""The films and the trainings of ``robustness.py``, both kept in a folder and made once."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from prepared import CLASS_NAMES, configured, fit_parameters
from robustness_levers import PLAIN, lever, trained_name

from chest_xray.evaluating.auditing import baselines
from chest_xray.learning import fitting
from chest_xray.learning.examples import examples
from chest_xray.learning.network import Classifier, load_backbone_weights
from chest_xray.learning.state import TrainingState
from chest_xray.machine.atomic_files import replacing
from chest_xray.machine.device import choose_hardware, set_up_process
from chest_xray.parameters import FitParameters, IntensityNormalization, ProcessParameters
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.near_duplicates import NearDuplicateLimits
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs
from chest_xray.radiographs.splitting import split

BACKBONE = "resnet18"
CHILDREN, ADULTS = "children", "adults"
SPLIT_SEED = 7
WORKERS = 2
# On one core a step costs nearly the same with twice the images: most of it moves weights. The
# rates grow with the root of the batch size.
FASTER = {"batch_size": 64, "learning_rate": 0.0007, "head_learning_rate": 0.0014}


class Study:
    """The films of both hospitals at one size, and where results are kept."""

    def __init__(self, children: Path, adults: Path, folder: Path, size: int, crop: float) -> None:
        self.children, self.adults, self.folder, self.size = children, adults, folder, size
        self.crop = crop

    @cached_property
    def read(self) -> tuple[pd.DataFrame, PixelManifest]:
        """Index and pixels of both, read once and kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        folders = {CHILDREN: self.children.resolve(), ADULTS: (self.adults / "images").resolve()}
        sources = self.folder / "sources.yml"
        sources.write_text("".join(f"{name}: {path}\n" for name, path in folders.items()))
        table = pd.read_csv(self.adults / "table.csv", dtype=str).drop(columns="source")
        table["image"] = f"{ADULTS}/" + table["image"]
        patterns = configured()["data_processing"]["file_name_patterns"]
        listing = list_radiographs(sources, CLASS_NAMES, patterns, table=table)
        decoded = DecodedImages(self.folder / "pixels")
        for chunk in read_radiographs(sources, listing, decoded, self.size):
            decoded.append(chunk)
        limits = NearDuplicateLimits(**configured()["data_processing"]["near_duplicates"])
        return collect_decoded_images(
            sources, listing, decoded, self.size, 0.05, near_duplicates=limits
        )

    @cached_property
    def films(self) -> pd.DataFrame:
        """One row per film: ``image_id, label, source, group_id, part, texture_score, view``.

        The parts are ``train``, ``validation``, ``test`` of the children, ``elsewhere_0`` and
        ``elsewhere_1``, the two halves of the adults' patients.
        """
        kept = self.folder / f"films_{self.size}.csv"
        if kept.is_file():
            return pd.read_csv(kept, keep_default_na=False, dtype={"image_id": str})
        index, manifest = self.read
        own = index["source"] == CHILDREN
        splits = split(index[own].reset_index(drop=True), "published_test", SPLIT_SEED)
        others = index[~own & (index["problem"] == "")].reset_index(drop=True)
        _, texture = baselines(others, PixelMap(manifest), None, CLASS_NAMES[1], 100, SPLIT_SEED)
        half = pd.util.hash_array(others["group_id"].to_numpy(dtype=object)) % 2
        others = others.assign(part=[f"elsewhere_{one}" for one in half], texture_score=texture)
        columns = ["image_id", "label", "source", "group_id", "part"]
        films = pd.concat([splits[columns], others[[*columns, "texture_score", "view"]]])
        films.to_csv(kept, index=False)
        return films

    def pixels(self, intensity: IntensityNormalization) -> PixelMap:
        """All films, which networks see with normalized grey levels."""
        manifest = replace(self.read[1], intensity_normalization=intensity)
        if self.crop == 1:
            return PixelMap(manifest)
        path = self.folder / f"cropped_{self.crop}.u8"
        if not path.is_file():
            with replacing(path) as written:
                self._cropped().tofile(written)
        records = list(range(len(manifest.image_ids)))
        return PixelMap(replace(manifest, records=records, map_path=str(path)))

    def _cropped(self) -> NDArray[np.uint8]:
        """The middle of each film, resized, uint8 [n, size, size]."""
        index, manifest = self.read
        paths = index.set_index("image_id")["path"]
        films = []
        for image_id in manifest.image_ids:
            grey = decode(Path(paths[image_id])).grey
            edges = [round(side * (1 - self.crop) / 2) for side in grey.shape]
            (top, left), (height, width) = edges, grey.shape
            films.append(resize(grey[top : height - top, left : width - left], self.size))
        return np.stack(films)


@dataclass(frozen=True)
class Run:
    """One training."""

    name: str
    size: int
    epochs: int
    seed: int
    children: Path
    adults: Path
    weights: Path
    folder: Path

    @property
    def path(self) -> Path:
        """Where its weights and what they were measured by are kept."""
        name = f"{trained_name(self.name)}_{self.size}px_{self.epochs}epochs_seed{self.seed}.pt"
        return self.folder / "runs" / name

    @property
    def study(self) -> Study:
        """The films at this run's size."""
        folder = self.folder / f"{self.size}px"
        return Study(self.children, self.adults, folder, self.size, lever(self.name).crop)

    def identity(self) -> dict[str, Any]:
        """What its weights depend on beside the films and the initial weights."""
        chosen = lever(self.name)
        data = {"intensity": chosen.intensity, "adults": chosen.adults, "crop": chosen.crop}
        return self.parameters().model_dump(mode="json") | data

    def parameters(self) -> FitParameters:
        """conf/cpu in larger batches, with so many epochs, PLAIN and the lever's changes."""
        changes: dict[str, Any] = FASTER | {"epochs": self.epochs, "seed": self.seed}
        if self.size < 128:
            changes["progressive_fraction"] = 0
        training = configured("cpu")["training"] | changes
        for name, value in (PLAIN | lever(self.name).changes).items():
            group, key = name.split(".")
            training[group] = training[group] | {key: value}
        return fit_parameters(
            "cpu", **{name: training[name] for name in FitParameters.model_fields}
        )


def train(run: Run) -> str:
    """Train, unless it is done, and keep the best epoch's weights."""
    if run.path.is_file():
        return f"{run.path.name}: kept"
    os.environ["OMP_NUM_THREADS"] = "1"
    process = ProcessParameters(**(configured("cpu")["process"] | {"threads": 1}))
    set_up_process(process, run.seed)
    hardware = choose_hardware(process)
    films, chosen = run.study.films, lever(run.name)
    pixels = run.study.pixels(chosen.intensity)
    learnt = films["part"] == "train"
    if chosen.adults:
        learnt |= films["part"] == f"elsewhere_{run.seed % 2}"
    splits = films.assign(part=films["part"].where(~learnt, "train"))
    parameters = run.parameters()
    torch.manual_seed(run.seed)
    network = Classifier(BACKBONE, parameters.head_sizes, parameters.dropout)
    load_backbone_weights(network, BACKBONE, str(run.weights.resolve()), Path.cwd())
    part_examples = [
        examples(splits, pixels, CLASS_NAMES[1], part, parameters.balance_within_sources)
        for part in ("train", "validation")
    ]
    begun = time.perf_counter()
    start = TrainingState("benchmark", "benchmark", {"backbone": BACKBONE})
    for state in fitting.fit(network, pixels, *part_examples, parameters, hardware, start):
        finished = state
    seconds = time.perf_counter() - begun
    run.path.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "parameters": run.identity(),
        "weights": finished.best_weights,
        "best_epoch": finished.best_epoch,
        "seconds": seconds,
    }
    with replacing(run.path) as written:
        torch.save(kept, written)
    return f"{run.path.name}: {seconds:.0f} s, best epoch {finished.best_epoch}"


def kept_weights(run: Run) -> dict[str, torch.Tensor]:
    """The weights of a training that is done, of these very parameters."""
    kept = torch.load(run.path, weights_only=True)
    if kept["parameters"] != run.identity():
        raise SystemExit(f"{run.path} was trained with other parameters; remove it.")
    return kept["weights"]


def train_all(runs: list[Run]) -> None:
    """Two at a time, a core each."""
    # The films are read, and each normalization written, once and not by two processes.
    for run in runs:
        _ = run.study.films
        run.study.pixels(lever(run.name).intensity)
    waiting = list({run.path: run for run in runs if not run.path.is_file()}.values())
    begun = time.perf_counter()
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as workers:
        for done, message in enumerate(workers.map(train, waiting), 1):
            minutes = (time.perf_counter() - begun) / done * (len(waiting) - done) / 60
            sys.stdout.write(f"{message}; {done} of {len(waiting)}, about {minutes:.0f} min left\n")
            sys.stdout.flush()
