"""Training seconds until a validation AUC is reached: ours against the plain notebook's.

    python benchmarks/time_to_auc.py FOLDER WEIGHTS [--card CARD] [--seeds 3] [--targets 0.99 0.996]

Both start from the same initial weights and learn from the training part of the same split by
patient. Ours is the schedule of the environment cpu as it is committed, or that of a finished
model's card, at most its epochs. The plain notebook is ResNet-18 at 224 px, float32, Adam at 1e-4,
PIL transforms an image, a DataLoader with two workers, at most PLAIN_STEPS steps, in a process of
its own, as our setting of the allocator would speed it up. Validation is looked at every few steps,
at the size that is being learnt from, and its time is not counted. A target that is not reached is
null, with the best AUC beside it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
import torchvision
from fresh_process import in_fresh_process
from machine import keep
from PIL import Image
from prepared import CLASS_NAMES, fit_parameters, prepare
from sklearn.metrics import roc_auc_score
from torchvision import transforms

from chest_xray.learning import fitting
from chest_xray.learning.augmentation import shrink
from chest_xray.learning.examples import examples
from chest_xray.learning.network import Classifier, load_backbone_weights, read_state_dict
from chest_xray.machine.device import Hardware, choose_hardware, set_up_process
from chest_xray.parameters import FitParameters, ProcessParameters
from chest_xray.radiographs.pixels import PixelMap
from chest_xray.radiographs.preprocessing import normalize

LOOK_EVERY = 10  # steps
PLAIN_SIZE = 224
PLAIN_STEPS = 400
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def ours(
    splits: pd.DataFrame,
    pixels: PixelMap,
    weights: Path,
    parameters: FitParameters,
    hardware: Hardware,
) -> Iterator[tuple[float, float]]:
    """Seconds of training behind, and validation AUC, every few steps of our schedule."""
    torch.manual_seed(parameters.seed)
    network = Classifier("resnet18", parameters.head_sizes, parameters.dropout)
    load_backbone_weights(network, "resnet18", str(weights.resolve()), Path())
    train = examples(splits, pixels, CLASS_NAMES[1], "train", within_sources=False)
    checked = examples(splits, pixels, CLASS_NAMES[1], "validation", within_sources=False)
    levels = torch.from_numpy(pixels.read(checked.rows))[:, None].float().to(hardware.device)
    fitted = fitting.Fitting(network, pixels, train, parameters, hardware)
    spent = 0.0
    for epoch in range(1, parameters.epochs + 1):
        images = shrink(levels, fitted.image_size(epoch))
        before = time.perf_counter()
        for step, _ in enumerate(fitted.steps(epoch), start=1):
            if step % LOOK_EVERY == 0:
                spent += time.perf_counter() - before
                logits = _logits(fitted.average, images, hardware)
                yield spent, float(roc_auc_score(checked.labels, logits))
                before = time.perf_counter()
        spent += time.perf_counter() - before


def _logits(network: torch.nn.Module, levels: torch.Tensor, hardware: Hardware) -> torch.Tensor:
    network.eval()
    with torch.inference_mode(), hardware.autocast():
        return torch.cat([network(normalize(part)) for part in levels.split(64)]).float().cpu()


class _Files(torch.utils.data.Dataset[tuple[torch.Tensor, int]]):
    def __init__(self, files: list[Path], labels: list[int], augmented: bool) -> None:
        changes: list[Any] = [transforms.Resize((PLAIN_SIZE, PLAIN_SIZE))]
        if augmented:
            changes += [
                transforms.RandomRotation(10),
                transforms.RandomAffine(0, translate=(0.05, 0.05)),
            ]
        changes += [transforms.ToTensor(), transforms.Normalize(MEAN, DEVIATION)]
        self.files, self.labels = files, labels
        self.change = transforms.Compose(changes)

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, place: int) -> tuple[torch.Tensor, int]:
        image = Image.open(self.files[place]).convert("RGB")
        return self.change(image), self.labels[place]


def plain_notebook(
    folder: Path, splits: pd.DataFrame, weights: Path, seed: int
) -> Iterator[tuple[float, float]]:
    """The same of the plain notebook."""
    torch.manual_seed(seed)
    parts = {}
    for part in ("train", "validation"):
        rows = splits[splits["part"] == part]
        labels = (rows["label"] == CLASS_NAMES[1]).astype(int).tolist()
        files = [folder / name for name in rows["path"]]
        parts[part] = _Files(files, labels, augmented=part == "train")
    network = torchvision.models.resnet18()
    state = {k: v.float() for k, v in read_state_dict(weights).items() if not k.startswith("fc.")}
    network.load_state_dict(state, strict=False)
    network.fc = torch.nn.Linear(512, 2)
    optimizer = torch.optim.Adam(network.parameters(), 1e-4)
    loss_of = torch.nn.CrossEntropyLoss(weight=torch.tensor([1.94, 0.68]))
    checked = torch.utils.data.DataLoader(parts["validation"], 64, num_workers=2)
    spent, steps = 0.0, 0
    while steps < PLAIN_STEPS:
        before = time.perf_counter()
        for images, labels in torch.utils.data.DataLoader(
            parts["train"], 32, shuffle=True, num_workers=2
        ):
            network.train()
            optimizer.zero_grad()
            loss_of(network(images), labels).backward()
            optimizer.step()
            steps += 1
            if steps % LOOK_EVERY == 0:
                spent += time.perf_counter() - before
                yield spent, _auc(network, checked)
                before = time.perf_counter()
            if steps >= PLAIN_STEPS:
                return
        spent += time.perf_counter() - before


def _auc(network: torch.nn.Module, checked: Any) -> float:
    network.eval()
    with torch.inference_mode():
        found = [(network(images), labels) for images, labels in checked]
    scores = torch.cat([logits[:, 1] - logits[:, 0] for logits, _ in found])
    return float(roc_auc_score(torch.cat([labels for _, labels in found]), scores))


def reach_plainly(
    folder: Path, splits: pd.DataFrame, weights: Path, seed: int, targets: list[float]
) -> dict[str, Any]:
    """``reach`` of the plain notebook."""
    return reach(plain_notebook(folder, splits, weights, seed), targets)


def own_parameters(card: Path | None, seed: int) -> FitParameters:
    """How ours is fitted: by a finished model's card, or by the environment cpu."""
    if card is None:
        return fit_parameters("cpu", seed=seed)
    kept = json.loads(card.read_text(encoding="utf8"))["parameters"] | {"seed": seed}
    return FitParameters(**{name: kept[name] for name in FitParameters.model_fields})


def reach(looks: Iterator[tuple[float, float]], targets: list[float]) -> dict[str, Any]:
    """Seconds to each target, and the best AUC seen; stops when all are reached."""
    reached: dict[str, float | None] = {str(target): None for target in targets}
    best, spent = 0.0, 0.0
    for spent, auc in looks:
        best = max(best, auc)
        for name, seconds in reached.items():
            if seconds is None and auc >= float(name):
                reached[name] = round(spent, 1)
        if None not in reached.values():
            break
    return {"seconds_to": reached, "best_auc": round(best, 4), "seconds_trained": round(spent, 1)}


def main() -> None:
    """Alternate over seeds, and keep seconds, medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--card", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--targets", type=float, nargs="+", default=[0.99, 0.996])
    arguments = parser.parse_args()
    process = ProcessParameters(device="auto", precision="auto", threads="auto")
    set_up_process(process, seed=0)
    hardware = choose_hardware(process)
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "plain_notebook": []}
    with tempfile.TemporaryDirectory() as folder:
        splits, pixels = prepare(arguments.folder, Path(folder), 128)
        for seed in range(arguments.seeds):
            parameters = own_parameters(arguments.card, seed)
            looks = ours(splits, pixels, arguments.weights, parameters, hardware)
            runs["ours"].append(reach(looks, arguments.targets))
            runs["plain_notebook"].append(
                in_fresh_process(
                    reach_plainly,
                    arguments.folder,
                    splits,
                    arguments.weights,
                    seed,
                    arguments.targets,
                )
            )
            # After each seed, as one takes up to an hour.
            shown = {"precision": hardware.precision, "schedule": parameters.model_dump()}
            targets = "_".join(map(str, arguments.targets))
            kept = keep(f"time_to_auc_{targets}", shown | summary(runs))
    print(kept)  # noqa: T201


def summary(runs: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The runs, medians of seconds to each target, and how many times faster ours is."""
    targets = list(runs["ours"][0]["seconds_to"])
    medians = {
        name: {target: _median(found, target) for target in targets} for name, found in runs.items()
    }
    ratios = {
        target: medians["plain_notebook"][target] / seconds
        if seconds and medians["plain_notebook"][target]
        else None
        for target, seconds in medians["ours"].items()
    }
    return {"runs": runs, "median_seconds_to": medians, "times_faster": ratios}


def _median(runs: list[dict[str, Any]], target: str) -> float | None:
    """The median of the seeds, where a target not reached counts as never; None for never."""
    found = [run["seconds_to"][target] for run in runs]
    middle = statistics.median(np.inf if seconds is None else seconds for seconds in found)
    return None if np.isinf(middle) else middle


if __name__ == "__main__":
    main()
