"""The greedy soup: the average of those trainings' weights that together are best on validation."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch

from chest_xray.learning import fitting
from chest_xray.learning.averaging import (
    Weights,
    average_with,
    estimate_statistics,
    same_shapes,
)
from chest_xray.learning.examples import examples
from chest_xray.learning.network import Classifier
from chest_xray.learning.tensorboard import TensorBoardRecords
from chest_xray.machine.device import Hardware
from chest_xray.machine.progress import track
from chest_xray.parameters import TrainingParameters
from chest_xray.parameters.search_space import Setting
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.tuning.trials import score

# Training images that batch-norm statistics are measured on: at 128 px, 16,384 and more activations
# per channel.
STATISTICS_IMAGES = 1024

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Candidate:
    """A training whose weights can go into the soup.

    Attributes:
        name: Of the finalist whose setting it has.
        setting: What it changes of training's parameters, its seed included.
        training_hash: By which it is known (``training.key_of``).
    """

    name: str
    setting: Setting
    training_hash: str

    @property
    def shown(self) -> dict[str, Any]:
        """What tells it from the others: ``name``, ``seed`` and ``training_hash``."""
        return {
            "name": self.name,
            "seed": self.setting["seed"],
            "training_hash": self.training_hash,
        }


@dataclass(frozen=True)
class Soup:
    """What came of averaging.

    Attributes:
        first: The best single training.
        weights: The average, with the statistics that belong to it; of a soup of one training its
            own weights.
        record: ``criterion``; ``models``, how many trainings the weights are the mean of;
            ``alone`` and ``score``, the criterion of the best single training and of the soup;
            ``ingredients``: in the order tried ``name, seed, training_hash``, the criterion
            ``alone`` and of the ``soup`` with it, ``kept``; ``left_out``: ``name, seed,
            training_hash, alone`` of those that have other layers than the first.
    """

    first: Candidate
    weights: Weights
    record: dict[str, Any]


def greedy_soup(
    candidates: Sequence[Candidate],
    load: Callable[[Candidate], Weights],
    measure: Callable[[Candidate, Weights], float],
    with_statistics: Callable[[Candidate, Weights], Weights],
    criterion: str,
) -> Soup:
    """Average the weights of trainings as long as validation does not get worse by it.

    The recipe of Wortsman et al. (2022, https://arxiv.org/abs/2203.05482): start with the training
    that is best alone, try the others from the best to the worst, and keep each with which the
    average of all that are kept is at least as good as without it. Their networks start from one
    pretrained head; here heads differ by the seed, so that the average of two can be worse than
    both. Then the soup is the best single training.

    Args:
        candidates: One or more; where two are equal, the one that comes first is tried first.
        load: The weights of a candidate, before calibration.
        measure: The criterion of weights on validation, those of a network as the candidate's.
        with_statistics: Averaged weights with the batch-norm statistics that belong to them.
        criterion: loss, of which less is better, or another metric.
    """
    alone = {}
    for one in track(candidates, "Measuring the finalists", len(candidates)):
        alone[one.training_hash] = measure(one, load(one))
    ranked = sorted(
        candidates, key=lambda one: score(alone[one.training_hash], criterion), reverse=True
    )
    first, *others = ranked
    weights = dict(load(first))
    average, count = average_with({}, 0, weights), 1
    best = alone[first.training_hash]
    ingredients = [{**first.shown, "alone": best, "soup": best, "kept": True}]
    left_out = []
    for one in track(others, "Averaging the finalists", len(others)):
        value = alone[one.training_hash]
        added = load(one)
        if not same_shapes(weights, added):
            left_out.append({**one.shown, "alone": value})
            continue
        tried = average_with(average, count, added)
        tried_weights = with_statistics(first, tried)
        together = measure(first, tried_weights)
        kept = score(together, criterion) >= score(best, criterion)
        ingredients.append({**one.shown, "alone": value, "soup": together, "kept": kept})
        if kept:
            average, count, weights, best = tried, count + 1, dict(tried_weights), together
    record = {
        "criterion": criterion,
        "models": count,
        "alone": alone[first.training_hash],
        "score": best,
        "ingredients": ingredients,
        "left_out": left_out,
    }
    logger.info(
        "The soup is of %d of %d trainings: %s on validation %.4f, the best alone %.4f.",
        count,
        len(candidates),
        criterion,
        best,
        record["alone"],
    )
    return Soup(first, weights, record)


class Networks:
    """Measures weights on validation and fits averaged weights with statistics, for one study."""

    def __init__(
        self,
        parameters: Callable[[Setting], TrainingParameters],
        class_names: Sequence[str],
        splits: pd.DataFrame,
        pixels: PixelMap,
        hardware: Hardware,
    ) -> None:
        """Take what all trainings share.

        Args:
            parameters: Training's parameters under a setting, its backbone by name.
            class_names: The second is the one looked for.
            splits: ``image_id, label, source, part``.
            pixels: Of all images.
            hardware: On what; decisions are made in float32.
        """
        self._parameters, self._class_names = parameters, class_names
        self._splits, self._pixels = splits, pixels
        self._hardware = hardware.exact()

    def measure(self, candidate: Candidate, weights: Weights, criterion: str) -> float:
        """The criterion on validation, before calibration, as after an epoch of a training."""
        parameters = self._parameters(candidate.setting)
        network = self._network(parameters, weights)
        checked = examples(
            self._splits,
            self._pixels,
            self._class_names[1],
            "validation",
            parameters.balance_within_sources,
        )
        logits = fitting.predict_logits(network, self._pixels, checked.rows, self._hardware)
        return fitting.scores(logits, checked.labels, checked.weights)[criterion]

    def with_statistics(self, candidate: Candidate, average: Weights) -> dict[str, torch.Tensor]:
        """Averaged weights in float32, their statistics measured on some training images."""
        parameters = self._parameters(candidate.setting)
        network = self._network(parameters, average)
        train = self._splits.loc[self._splits["part"] == "train", "image_id"]
        count = min(STATISTICS_IMAGES, len(train))
        chosen = np.random.default_rng(parameters.seed).choice(
            self._pixels.rows(train), count, replace=False
        )
        estimate_statistics(network, self._pixels, chosen, self._hardware)
        return {
            name: tensor.detach().cpu().clone().contiguous()
            for name, tensor in network.state_dict().items()
        }

    def _network(self, parameters: TrainingParameters, weights: Weights) -> Classifier:
        network = Classifier(parameters.backbone, parameters.head_sizes, parameters.dropout)
        network.load_state_dict(dict(weights))
        return network.to(self._hardware.device).to(memory_format=torch.channels_last).eval()


def soup_records(run: str, record: Mapping[str, Any]) -> TensorBoardRecords:
    """The soup as a table, for TensorBoard.

    Args:
        run: The tuned model's.
        record: Of a soup (``Soup``).
    """
    lines = [
        f"| training | seed | {record['criterion']} alone | of the soup with it | kept |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {one['name']} | {one['seed']} | {one['alone']:.4f} | {one['soup']:.4f} | "
            f"{'yes' if one['kept'] else 'no'} |"
            for one in record["ingredients"]
        ),
        *(
            f"| {one['name']} | {one['seed']} | {one['alone']:.4f} | other layers | no |"
            for one in record["left_out"]
        ),
    ]
    return TensorBoardRecords(run, texts={"soup": "\n".join(lines)})
