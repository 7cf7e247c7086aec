"""Which change of training holds on films that a model wasn't trained for?

    python benchmarks/robustness.py CHILDREN ADULTS WEIGHTS FOLDER screen [--size 64] [--epochs 7]
    python benchmarks/robustness.py CHILDREN ADULTS WEIGHTS FOLDER confirm --levers A B C
        [--size 128] [--epochs 12] [--seeds 3]
    python benchmarks/robustness.py CHILDREN ADULTS WEIGHTS FOLDER table [--with-test]

CHILDREN holds the published folders train, val and test; ADULTS holds images/ and table.csv of
another hospital; WEIGHTS is a file in torchvision's format. Each lever is trained from the same
weights with the same seeds and epochs on train and val, a tenth of their patients kept for
validation. FOLDER keeps what each training gave, and a run goes on where another ended.

Levers are chosen by validation inside and by ADULTS, which is used for choosing from then on. The
published test folder chooses nothing: its columns are empty until --with-test.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from machine import keep
from matplotlib.figure import Figure
from numpy.typing import NDArray
from prepared import CLASS_NAMES, configured, fit_parameters
from scipy.special import expit, logit

from chest_xray.evaluating.auditing import baselines
from chest_xray.evaluating.balancing import overlap_weights
from chest_xray.evaluating.calibration import choose_threshold
from chest_xray.learning import fitting
from chest_xray.learning.network import Classifier, load_backbone_weights
from chest_xray.learning.state import TrainingState
from chest_xray.machine.atomic_files import replacing
from chest_xray.machine.device import choose_hardware, set_up_process
from chest_xray.parameters import (
    FitParameters,
    IntensityNormalization,
    ProcessParameters,
    ThresholdParameters,
)
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.near_duplicates import NearDuplicateLimits
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs
from chest_xray.radiographs.splitting import split
from chest_xray.statistics.discrimination import weighted_auc
from chest_xray.statistics.draws import PatientDraws

BACKBONE = "resnet18"
CHILDREN, ADULTS = "children", "adults"
SPLIT_SEED = 7
DRAWS = 2000
SENSITIVITY = ThresholdParameters(policy="sensitivity", sensitivity=0.97)
WORKERS = 2
IMAGES = Path(__file__).parents[1] / "docs" / "images"
# On one core a step costs nearly the same with twice the images: most of it moves weights. The
# rates grow with the root of the batch size.
FASTER = {"batch_size": 64, "learning_rate": 0.0007, "head_learning_rate": 0.0014}


@dataclass(frozen=True)
class Lever:
    """One change of training, or several together.

    Attributes:
        intensity: Of ``intensity.normalize_intensity``.
        changes: Parameters of training by their dotted names.
        adults: Whether half of the other hospital's patients are trained on, the other half
            being what is measured; which half, the seed says.
        scale: Of the image's side.
        crop: Share of each side of a film that is kept around its centre.
        soup: Whether the trainings' weights are averaged; trains nothing.
        views: Of test-time augmentation; trains nothing.
    """

    intensity: IntensityNormalization = "none"
    changes: dict[str, Any] = field(default_factory=dict)
    adults: bool = False
    scale: float = 1.0
    crop: float = 1.0
    soup: bool = False
    views: int = 1

    def __or__(self, other: Lever) -> Lever:
        """Both together."""
        return Lever(
            other.intensity if self.intensity == "none" else self.intensity,
            self.changes | other.changes,
            self.adults or other.adults,
            max(self.scale, other.scale),
            min(self.crop, other.crop),
            self.soup or other.soup,
            max(self.views, other.views),
        )

    @property
    def trained(self) -> Lever:
        """What of it has to be trained."""
        return replace(self, soup=False, views=1)


GREY = {
    "augmentation.brightness": 0.2,
    "augmentation.gain": 0.4,
    "augmentation.mean_contrast": 0.4,
    "augmentation.gamma": 0.6,
}
TEXTURE = {
    "augmentation.blur": 1.0,
    "augmentation.sharpening": 1.0,
    "augmentation.noise": 0.03,
    "augmentation.jpeg_quality": 40,
}
SINGLE = {
    "plain": Lever(),
    "percentiles": Lever("percentiles"),
    "equalize": Lever("equalize"),
    "clahe": Lever("clahe"),
    "grey": Lever(changes=GREY),
    "texture": Lever(changes=TEXTURE),
    "amplitude": Lever(changes={"style_mixing.amplitude": 1.0}),
    "other_class_texture": Lever(changes={"style_mixing.other_class_texture": 0.5}),
    "mixstyle": Lever(changes={"style_mixing.features": 0.5}),
    "larger": Lever(scale=1.5),
    "adults": Lever(adults=True),
    "zoom": Lever(changes={"augmentation.scale": 0.35}),
    "crop": Lever(crop=0.8),
    "soup": Lever(soup=True),
    "views": Lever(views=5),
}


def trained_name(name: str) -> str:
    """The name of what is trained for a lever: those that train nothing left out."""
    left = [one for one in name.split("+") if SINGLE[one].trained != Lever()]
    return "+".join(left) or "plain"


def lever(name: str) -> Lever:
    """The lever of a name, in which ``+`` joins several."""
    first, *others = (SINGLE[one] for one in name.split("+"))
    for other in others:
        first |= other
    return first


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
        size = round(self.size * lever(self.name).scale)
        folder = self.folder / f"{size}px"
        return Study(self.children, self.adults, folder, size, lever(self.name).crop)

    def parameters(self) -> FitParameters:
        """conf/cpu in larger batches, with so many epochs and the lever's changes."""
        changes: dict[str, Any] = FASTER | {"epochs": self.epochs, "seed": self.seed}
        if self.size < 128:
            changes["progressive_fraction"] = 0
        training = configured("cpu")["training"] | changes
        for name, value in lever(self.name).changes.items():
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
        fitting.examples(splits, pixels, CLASS_NAMES[1], part, parameters.balance_within_sources)
        for part in ("train", "validation")
    ]
    begun = time.perf_counter()
    start = TrainingState("benchmark", "benchmark", {"backbone": BACKBONE})
    for state in fitting.fit(network, pixels, *part_examples, parameters, hardware, start):
        finished = state
    seconds = time.perf_counter() - begun
    run.path.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "weights": finished.best_weights,
        "best_epoch": finished.best_epoch,
        "seconds": seconds,
    }
    with replacing(run.path) as written:
        torch.save(kept, written)
    return f"{run.path.name}: {seconds:.0f} s, best epoch {finished.best_epoch}"


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


@dataclass(frozen=True)
class Scores:
    """A network's logits on films, and those of validation that give its threshold."""

    films: pd.DataFrame
    logits: NDArray[np.float64]
    threshold: float

    def drawn(self, among: NDArray[np.bool_], weights: NDArray[np.float64]) -> dict[str, Any]:
        """AUC, sensitivity, specificity and accuracy over draws of the films' weights.

        Args:
            among: Which films, bool [n].
            weights: float [draws, those films].
        """
        ill = (self.films["label"] == CLASS_NAMES[1]).to_numpy()[among]
        scores = self.logits[among]
        right = (scores >= self.threshold) == ill
        shares = {"sensitivity": ill, "specificity": ~ill, "accuracy": np.ones_like(ill)}
        return {"auc": weighted_auc(ill, scores, weights)} | {
            name: (weights * (right & own)).sum(1) / (weights * own).sum(1)
            for name, own in shares.items()
        }


def scores_of(runs: list[Run], with_test: bool) -> list[Scores]:
    """The scores of each training of a lever, or the one of their soup.

    The published test part is left out unless it is asked for.
    """
    if lever(runs[0].name).soup:
        return [_scores(runs[0], mean_weights(runs), with_test)]
    return [_scores(run, _kept(run)["weights"], with_test) for run in runs]


def _kept(run: Run) -> dict[str, Any]:
    return torch.load(run.path, weights_only=True)


def mean_weights(runs: list[Run]) -> dict[str, torch.Tensor]:
    """The mean of the weights of several trainings (Wortsman et al., 2022).

    A seed has a head of its own; whether the mean of networks that differ so is any good, the
    table says.
    """
    every = [_kept(run)["weights"] for run in runs]
    return {
        name: torch.stack([one[name].double() for one in every]).mean(0).to(tensor.dtype)
        for name, tensor in every[0].items()
    }


def _scores(run: Run, weights: dict[str, torch.Tensor], with_test: bool) -> Scores:
    """Logits of films that weren't trained on; the threshold is chosen on validation."""
    chosen, films = lever(run.name), run.study.films
    unseen = (films["part"] != "train") & (with_test | (films["part"] != "test"))
    if chosen.adults:
        unseen &= films["part"] != f"elsewhere_{run.seed % 2}"
    films = films[unseen].reset_index(drop=True)
    network = Classifier(BACKBONE, run.parameters().head_sizes, 0.0, chosen.views)
    network.load_state_dict(weights)
    hardware = choose_hardware(ProcessParameters(**configured("cpu")["process"])).exact()
    pixels = run.study.pixels(chosen.intensity)
    logits = fitting.predict_logits(network, pixels, pixels.rows(films["image_id"]), hardware)
    checked = (films["part"] == "validation").to_numpy()
    ill = (films["label"] == CLASS_NAMES[1]).to_numpy()
    threshold = choose_threshold(expit(logits[checked]), ill[checked], SENSITIVITY)
    return Scores(films, logits, float(logit(threshold)))


PARTS = {"inside": ("validation",), "test": ("test",), "elsewhere": ("elsewhere_0", "elsewhere_1")}


def summarize(scores: list[Scores]) -> dict[str, Any]:
    """Means over trainings, with 95 % intervals of draws of patients.

    The trainings are taken as they are: the interval says how far other patients would move their
    mean.
    """
    found: dict[str, Any] = {}
    for place, parts in PARTS.items():
        drawn = [_over_draws(one, parts) for one in scores]
        if any(one is None for one in drawn):
            continue
        names = drawn[0] or {}
        found[place] = {
            name: _interval(np.mean([one[name] for one in drawn if one], axis=0)) for name in names
        } | {"n": int(scores[0].films["part"].isin(parts).sum())}
        found[place]["of_each"] = [round(float(one["auc"][0]), 4) for one in drawn if one]
    return found


def _over_draws(scores: Scores, parts: tuple[str, ...]) -> dict[str, NDArray[np.float64]] | None:
    among = scores.films["part"].isin(parts).to_numpy()
    if not among.any():
        return None
    films = scores.films[among]
    draws = PatientDraws(films["group_id"].tolist(), DRAWS, SPLIT_SEED)
    weights = np.concatenate([np.ones((1, len(films))), *draws.blocks()])
    found = scores.drawn(among, weights)
    if parts == PARTS["elsewhere"]:
        ill = (films["label"] == CLASS_NAMES[1]).to_numpy()
        texture = logit(films["texture_score"].to_numpy(dtype=float).clip(1e-3, 1 - 1e-3))
        overlap, _ = overlap_weights(ill, texture, films["view"].to_numpy(dtype=str))
        found["balanced_auc"] = weighted_auc(ill, scores.logits[among], weights * overlap)
    return found


def _interval(drawn: NDArray[np.float64]) -> dict[str, float]:
    low, high = np.nanquantile(drawn[1:], [0.025, 0.975])
    return {"value": float(drawn[0]), "low": float(low), "high": float(high)}


def main() -> None:
    """Screen, confirm, or tabulate."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name in ("children", "adults", "weights", "folder"):
        arguments.add_argument(name, type=Path)
    arguments.add_argument("what", choices=["screen", "confirm", "table"])
    arguments.add_argument("--levers", nargs="+", default=list(SINGLE))
    arguments.add_argument("--size", type=int)
    arguments.add_argument("--epochs", type=int)
    arguments.add_argument("--seeds", type=int)
    arguments.add_argument("--with-test", action="store_true")
    given = arguments.parse_args()
    usual = {"screen": (64, 7, 2), "confirm": (128, 12, 3), "table": (64, 7, 2)}[given.what]
    asked = (given.size, given.epochs, given.seeds)
    size, epochs, seeds = (one or other for one, other in zip(asked, usual, strict=True))
    places = (given.children, given.adults, given.weights, given.folder)
    runs = {
        name: [Run(name, size, epochs, seed, *places) for seed in range(seeds)]
        for name in given.levers
    }
    if given.what != "table":
        train_all([run for of_lever in runs.values() for run in of_lever])
    table = {
        name: summarize(scores_of(of_lever, given.with_test)) for name, of_lever in runs.items()
    }
    if given.what == "table":
        keep(
            f"robustness_{size}px",
            {
                "epochs": epochs,
                "seeds": seeds,
                "levers": {name: asdict(lever(name)) | table[name] for name in runs},
            },
        )
        figure(table).savefig(IMAGES / f"robustness_{size}px.png", dpi=130)
    for name, row in table.items():
        sys.stdout.write(f"{name:32}{_line(row)}\n")


PANELS = (
    ("inside", "auc", "AUC inside (validation)"),
    ("test", "auc", "AUC, published test folder"),
    ("test", "specificity", "specificity there,\nthreshold chosen inside"),
    ("elsewhere", "auc", "AUC, adults of NIH"),
    ("elsewhere", "balanced_auc", "the same, texture and view\nweighted out"),
)


def figure(table: dict[str, dict[str, Any]]) -> Figure:
    """Each lever beside plain training, a panel a measure, with 95 % intervals."""
    panels = [panel for panel in PANELS if all(panel[0] in row for row in table.values())]
    drawn, axes = plt.subplots(
        1, len(panels), sharey=True, figsize=(2.9 * len(panels), 0.34 * len(table) + 1.4)
    )
    names = list(table)[::-1]
    for axis, (place, name, title) in zip(axes, panels, strict=True):
        values = [table[one][place][name] for one in names]
        middle = np.array([value["value"] for value in values])
        ends = np.array([[value["low"], value["high"]] for value in values]).T
        axis.errorbar(middle, range(len(names)), xerr=np.abs(ends - middle), fmt="o", ms=4, lw=1.2)
        axis.axvline(table["plain"][place][name]["value"], color="0.6", lw=0.8, ls="--")
        axis.set_title(title, fontsize=9)
        axis.grid(axis="x", alpha=0.3)
    axes[0].set_yticks(range(len(names)), [one.replace("_", " ") for one in names])
    drawn.tight_layout()
    return drawn


def _line(row: dict[str, Any]) -> str:
    shown = (("inside", "auc"), ("test", "auc"), ("test", "specificity"), ("test", "sensitivity"))
    shown += (("elsewhere", "auc"), ("elsewhere", "balanced_auc"))
    return "".join(
        f"  {place} {name} {row[place][name]['value']:.3f}" for place, name in shown if place in row
    )


if __name__ == "__main__":
    main()
