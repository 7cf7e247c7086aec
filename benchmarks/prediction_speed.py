"""Files per second over a folder of originals: the int8 model, decoding included, and PyTorch.

    python benchmarks/prediction_speed.py ENV FOLDER [--files 200] [--rounds 3]

The plain loop is what one would otherwise write: Pillow, torchvision's resize, tensor, normalize,
the float network under inference_mode, a file after the other, with all cores. Ours is
``new_radiographs``: int8, without warnings (as the plain loop has none) and with them. They
alternate. Needs a finished quantization pipeline in the environment ENV.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from finished import finished_study
from machine import keep
from PIL import Image
from torchvision import transforms

from chest_xray.deploying.new_radiographs import BatchPredictor, load_batch_predictor
from chest_xray.learning.network import load_classifier
from chest_xray.machine.cores import available_cores
from chest_xray.project.study import Study
from chest_xray.radiographs.files import NamedFile, find_files
from chest_xray.radiographs.preprocessing import MEAN, STANDARD_DEVIATION


def plain_loop(study: Study) -> Callable[[Sequence[NamedFile]], int]:
    """The tuned model's network and transforms, as a tutorial has them."""
    card = study.load("tuned_card")
    network, size = load_classifier(study.load("tuned_weights"), card), card["image_size"]
    prepare = transforms.Compose(
        [
            transforms.Resize((size, size)),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STANDARD_DEVIATION),
        ]
    )

    @torch.inference_mode()
    def run(files: Sequence[NamedFile]) -> int:
        torch.set_num_threads(available_cores())
        answers = []
        for file in files:
            with Image.open(file.path) as image:
                answers.append(float(network(prepare(image.convert("RGB"))[None])))
        return len(answers)

    return run


def ours(reader: BatchPredictor) -> Callable[[Sequence[NamedFile]], int]:
    """How many rows a reader gives."""
    return lambda files: sum(len(chunk) for chunk in reader.chunks(files))


def main() -> None:
    """Alternate, and keep medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("env")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    files = find_files(str(arguments.folder), Path.cwd())[: arguments.files]
    study = finished_study(arguments.env)
    warning = load_batch_predictor(study.data_folder, "quantized")
    candidates = {
        "plain_pytorch_loop": plain_loop(study),
        "int8": ours(BatchPredictor(warning.scorer, None)),
        "int8_with_warnings": ours(warning),
    }
    rates: dict[str, list[float]] = {name: [] for name in candidates}
    for run in candidates.values():
        run(files[:16])
    for _ in range(arguments.rounds):
        for name, run in candidates.items():
            before = time.perf_counter()
            count = run(files)
            rates[name].append(count / (time.perf_counter() - before))
    medians = {name: statistics.median(rate) for name, rate in rates.items()}
    plain = medians["plain_pytorch_loop"]
    result = {
        "files": len(files),
        "files_a_second": rates,
        "median": medians,
        "to_plain_pytorch_loop": {name: median / plain for name, median in medians.items()},
    }
    print(keep("prediction_speed", result))  # noqa: T201


if __name__ == "__main__":
    main()
