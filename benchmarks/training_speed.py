"""Training images per second: ours, the plain notebook's, and the bare step's.

    python benchmarks/training_speed.py FOLDER [--network resnet18] [--size 128] [--images 960]
        [--rounds 3]

FOLDER holds train/NORMAL and train/PNEUMONIA. The plain notebook is what a tutorial would write:
ImageFolder, PIL transforms an image, a DataLoader with two workers, float32, Adam. The bare step is
forward, loss, backward and AdamW on a batch that lies ready in memory, in our precision: what no
data path can beat. The three alternate; each round gives one figure each. The plain notebook has a
process of its own, as our setting of the allocator would speed it up.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import get_args

import pandas as pd
import torch
import torchvision
from fresh_process import in_fresh_process
from machine import keep
from prepared import CLASS_NAMES, fit_parameters, prepare
from torch.nn import functional
from torchvision import transforms

from chest_xray.learning import fitting
from chest_xray.learning.examples import examples
from chest_xray.learning.network import Classifier
from chest_xray.learning.state import TrainingState
from chest_xray.machine.device import Hardware, choose_hardware, set_up_process
from chest_xray.parameters import Backbone, ProcessParameters
from chest_xray.radiographs.pixels import PixelMap

BATCH = 32
WARM_UP_STEPS = 2


def plain_notebook(folder: Path, name: str, size: int, images: int) -> float:
    """Images a second of the plain notebook, its data path included."""
    changes = transforms.Compose(
        [
            transforms.Resize((size, size)),
            transforms.RandomRotation(10),
            transforms.RandomAffine(0, translate=(0.05, 0.05)),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    data = torchvision.datasets.ImageFolder(str(folder / "train"), changes)
    loader = torch.utils.data.DataLoader(data, BATCH, shuffle=True, num_workers=2)
    network = torchvision.models.get_model(name)
    network.fc = torch.nn.Linear(network.fc.in_features, 2)
    network.to(device := "cuda" if torch.cuda.is_available() else "cpu")
    optimizer = torch.optim.Adam(network.parameters(), 1e-4)
    loss_of = torch.nn.CrossEntropyLoss(weight=torch.tensor([1.94, 0.68], device=device))
    seen, started = 0, 0.0
    for step, (batch, labels) in enumerate(loader):
        if step == WARM_UP_STEPS:
            _wait_for(device)
            started = time.perf_counter()
        optimizer.zero_grad()
        loss_of(network(batch.to(device)), labels.to(device)).backward()
        optimizer.step()
        seen += BATCH if step >= WARM_UP_STEPS else 0
        if seen >= images:
            break
    _wait_for(device)
    return seen / (time.perf_counter() - started)


def bare_step(name: str, size: int, images: int, hardware: Hardware) -> float:
    """Images a second of nothing but the training step."""
    network = Classifier(name, [128], 0.2).to(hardware.device)
    network = network.to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(network.parameters(), 1e-4, fused=True)
    batch = torch.randn(BATCH, 3, size, size, device=hardware.device)
    batch = batch.contiguous(memory_format=torch.channels_last)
    labels = torch.arange(BATCH, device=hardware.device).remainder(2).float()
    started = 0.0
    for step in range(WARM_UP_STEPS + images // BATCH):
        if step == WARM_UP_STEPS:
            _wait_for(hardware.device)
            started = time.perf_counter()
        optimizer.zero_grad()
        with hardware.autocast():
            logits = network(batch)
        functional.binary_cross_entropy_with_logits(logits.float(), labels).backward()
        optimizer.step()
    _wait_for(hardware.device)
    return images / (time.perf_counter() - started)


def _wait_for(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def ours(
    name: str, splits: pd.DataFrame, pixels: PixelMap, images: int, hardware: Hardware
) -> float:
    """Images a second of our fit loop: memory map, augmentation, average of weights, metrics.

    Of a second epoch, as the others have steps to warm up.
    """
    parameters = fit_parameters(
        "cpu", epochs=2, epochs_frozen=0, progressive_fraction=0, batch_size=BATCH
    )
    train = examples(splits, pixels, CLASS_NAMES[1], "train", within_sources=False)
    # Rows of both classes: the table holds one class after the other.
    chosen = slice(None, None, len(train) // images)
    train = fitting.Examples(
        train.rows[chosen][:images], train.labels[chosen][:images], train.weights[chosen][:images]
    )
    network = Classifier(name, [128], 0.2)
    start = TrainingState("", "", {})
    *_, last = fitting.fit(network, pixels, train, train, parameters, hardware, start)
    seconds = [row["seconds"] for row in last.history if row["part"] == "train"]
    return images / seconds[-1]


def main() -> None:
    """Alternate, and keep medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--network", choices=get_args(Backbone), default="resnet18")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--images", type=int, default=960)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    name, size, images = arguments.network, arguments.size, arguments.images
    process = ProcessParameters(device="auto", precision="auto", threads="auto")
    set_up_process(process, seed=0)
    hardware = choose_hardware(process)
    rounds: dict[str, list[float]] = {"ours": [], "bare_step": [], "plain_notebook": []}
    with tempfile.TemporaryDirectory() as folder:
        splits, pixels = prepare(arguments.folder, Path(folder), size)
        for _ in range(arguments.rounds):
            rounds["ours"].append(ours(name, splits, pixels, images, hardware))
            rounds["bare_step"].append(bare_step(name, size, images, hardware))
            rounds["plain_notebook"].append(
                in_fresh_process(plain_notebook, arguments.folder, name, size, images)
            )
    medians = {name: statistics.median(found) for name, found in rounds.items()}
    result = {
        "network": name,
        "image_size": size,
        "precision": hardware.precision,
        "images_per_second": rounds,
        "median": medians,
        "ours_to_plain_notebook": medians["ours"] / medians["plain_notebook"],
        "ours_to_bare_step": medians["ours"] / medians["bare_step"],
    }
    print(keep(f"training_speed_{name}_{size}px_{hardware.device}", result))  # noqa: T201


if __name__ == "__main__":
    main()
