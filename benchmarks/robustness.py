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
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from machine import keep
from matplotlib.figure import Figure
from numpy.typing import NDArray
from prepared import CLASS_NAMES, configured
from robustness_levers import SINGLE, lever
from robustness_training import BACKBONE, SPLIT_SEED, Run, kept_weights, train_all
from scipy.special import expit, logit

from chest_xray.evaluating.balancing import overlap_weights
from chest_xray.evaluating.calibration import choose_threshold
from chest_xray.learning import fitting
from chest_xray.learning.averaging import average_with, estimate_statistics
from chest_xray.learning.network import Classifier
from chest_xray.machine.device import Hardware, choose_hardware
from chest_xray.parameters import ProcessParameters, ThresholdParameters
from chest_xray.statistics.discrimination import weighted_auc
from chest_xray.statistics.draws import PatientDraws

DRAWS = 2000
SENSITIVITY = ThresholdParameters(policy="sensitivity", sensitivity=0.97)
IMAGES = Path(__file__).parents[1] / "docs" / "images"


@dataclass(frozen=True)
class Scores:
    """A network's logits on films, and those of validation that give its threshold."""

    films: pd.DataFrame
    logits: NDArray[np.float64]
    threshold: float

    def of(self, films: pd.DataFrame) -> Scores:
        """Those of other scores' films only."""
        own = self.films["image_id"].isin(films["image_id"]).to_numpy()
        return Scores(self.films[own].reset_index(drop=True), self.logits[own], self.threshold)

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
        if lever(runs[0].name).adults:
            raise SystemExit(
                "A soup of both seeds has seen both halves of the adults: measure one."
            )
        return [_scores(runs[0], mean_weights(runs), with_test)]
    return [_scores(run, kept_weights(run), with_test) for run in runs]


def mean_weights(runs: list[Run]) -> dict[str, torch.Tensor]:
    """The mean of the weights of several trainings (Wortsman et al., 2022).

    Its batch statistics are measured again, as for the tuned model's soup. A seed has a head of its
    own; whether the mean of networks that differ so is any good, the table says.
    """
    mean: dict[str, torch.Tensor] = {}
    for count, run in enumerate(runs):
        mean = average_with(mean, count, kept_weights(run))
    study = runs[0].study
    pixels = study.pixels(lever(runs[0].name).intensity)
    learnt = study.films.loc[study.films["part"] == "train", "image_id"]
    network = _network(runs[0], mean)
    estimate_statistics(network, pixels, pixels.rows(learnt), _hardware())
    return network.state_dict()


def _network(run: Run, weights: dict[str, torch.Tensor]) -> Classifier:
    network = Classifier(BACKBONE, run.parameters().head_sizes, 0.0, lever(run.name).views)
    network.load_state_dict(weights)
    return network


def _hardware() -> Hardware:
    return choose_hardware(ProcessParameters(**configured("cpu")["process"])).exact()


def _scores(run: Run, weights: dict[str, torch.Tensor], with_test: bool) -> Scores:
    """Logits of films that weren't trained on; the threshold is chosen on validation."""
    chosen, films = lever(run.name), run.study.films
    unseen = (films["part"] != "train") & (with_test | (films["part"] != "test"))
    if chosen.adults:
        unseen &= films["part"] != f"elsewhere_{run.seed % 2}"
    films = films[unseen].reset_index(drop=True)
    network = _network(run, weights)
    pixels = run.study.pixels(chosen.intensity)
    logits = fitting.predict_logits(network, pixels, pixels.rows(films["image_id"]), _hardware())
    checked = (films["part"] == "validation").to_numpy()
    ill = (films["label"] == CLASS_NAMES[1]).to_numpy()
    threshold = choose_threshold(expit(logits[checked]), ill[checked], SENSITIVITY)
    return Scores(films, logits, float(logit(threshold)))


PARTS = {"inside": ("validation",), "test": ("test",), "elsewhere": ("elsewhere_0", "elsewhere_1")}


class Plain:
    """What plain training reaches over the draws, worked out once for the same films."""

    def __init__(self, scores: list[Scores]) -> None:
        self._scores = scores
        self._known: dict[tuple[str, ...], dict[str, NDArray[np.float64]]] = {}

    def mean(self, films: pd.DataFrame, parts: tuple[str, ...]) -> dict[str, NDArray[np.float64]]:
        """The mean over its trainings, on these films of these parts."""
        key = (*parts, *films["image_id"])
        if key not in self._known:
            drawn = [_over_draws(each.of(films), parts) for each in self._scores]
            self._known[key] = _mean(drawn)
        return self._known[key]


def summarize(scores: list[Scores], plain: Plain) -> dict[str, Any]:
    """Means over trainings and their differences from plain training, with 95 % intervals.

    The intervals come from draws of patients, the trainings taken as they are: they say how far
    other patients would move the mean. Differences are of the same films in the same draws.
    """
    found: dict[str, Any] = {}
    for place, parts in PARTS.items():
        drawn = [_over_draws(one, parts) for one in scores]
        if not all(drawn):
            continue
        mean, beside = _mean(drawn), _mean([plain.mean(one.films, parts) for one in scores])
        found[place] = {name: _interval(values) for name, values in mean.items()}
        found[place]["more_than_plain"] = {
            name: _interval(values - beside[name]) for name, values in mean.items()
        }
        found[place]["n"] = int(scores[0].films["part"].isin(parts).sum())
        found[place]["of_each"] = [round(float(one["auc"][0]), 4) for one in drawn]
    return found


def _mean(drawn: list[dict[str, NDArray[np.float64]]]) -> dict[str, NDArray[np.float64]]:
    return {name: np.mean([one[name] for one in drawn], axis=0) for name in drawn[0]}


def _over_draws(scores: Scores, parts: tuple[str, ...]) -> dict[str, NDArray[np.float64]]:
    """Each measure over the draws, the films themselves first; {} without such films."""
    among = scores.films["part"].isin(parts).to_numpy()
    if not among.any():
        return {}
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
    arguments.add_argument("--levers", nargs="+", default=list(SINGLE), help="plain is always one")
    arguments.add_argument("--size", type=int)
    arguments.add_argument("--epochs", type=int)
    arguments.add_argument("--seeds", type=int)
    arguments.add_argument("--with-test", action="store_true")
    given = arguments.parse_args()
    given.levers = list(dict.fromkeys(["plain", *given.levers]))
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
    scores = {name: scores_of(of_lever, given.with_test) for name, of_lever in runs.items()}
    plain = Plain(scores["plain"])
    table = {name: summarize(of_lever, plain) for name, of_lever in scores.items()}
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
