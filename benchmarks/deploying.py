"""What it takes to ask for one probability: the torch-free predictor against PyTorch.

    python benchmarks/deploying.py --env=demo --model=tuned --rounds=9

Each round starts, in turn, a fresh process for the int8 file, the float file and PyTorch eager on
one thread, lets it open the model and judge one radiograph of the data set, and takes its wall
clock from start to end and its peak of resident memory. Needs a finished run of the pipeline
quantization; Linux. The first round of each, with cold file caches, is not counted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

import machine
import numpy as np
from finished import finished_study, radiographs

OURS = """
import sys
from chest_xray.deploying.predictor import Predictor
print(Predictor(sys.argv[1], threads=1)(sys.argv[2]).probability)
"""
PYTORCH = """
import json, sys
from pathlib import Path
import torch
from safetensors.torch import load_file
from chest_xray.learning.network import Classifier
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.preprocessing import normalize, resize
torch.set_num_threads(1)
card = json.loads(Path(sys.argv[2]).read_text())
network = Classifier(card["backbone"], card["head_sizes"], card["dropout"], card["test_time_views"])
network.load_state_dict(load_file(sys.argv[1]))
levels = resize(decode(Path(sys.argv[3])).grey, card["image_size"])
with torch.inference_mode():
    score = network.eval()(normalize(torch.from_numpy(levels)[None]))
print(float(torch.sigmoid(score / card["temperature"])))
"""


# Not ru_maxrss: a new process inherits it from the one that started it.
PEAK = """
from pathlib import Path
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines()
           if line.startswith("VmHWM")))
"""


def ask(code: str, *arguments: str) -> tuple[float, float, float]:
    """Seconds, peak MiB, and the probability, of a process of its own."""
    start = time.perf_counter()
    process = subprocess.run(
        [sys.executable, "-c", code + PEAK, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - start
    probability, kilobytes = process.stdout.split()
    return seconds, float(kilobytes) / 1024, float(probability)


def main() -> None:
    """Measure and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--env", default="demo")
    parser.add_argument("--radiographs", type=Path, help="the folder that was indexed")
    parser.add_argument("--model", default="tuned")
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()

    study = finished_study(chosen.env)

    def file_of(name: str) -> str:
        study.load(name)
        return str(study.catalog[name]._get_load_path())

    index = study.load("radiograph_index")
    first = index[index["problem"] == ""].iloc[0]
    image = str(radiographs(study, chosen.radiographs) / first["path"])
    files = {
        "onnxruntime int8": (OURS, file_of("quantized_onnx")),
        "onnxruntime float": (OURS, file_of(f"{chosen.model}_onnx")),
        "pytorch eager": (
            PYTORCH,
            file_of(f"{chosen.model}_weights"),
            file_of(f"{chosen.model}_card"),
        ),
    }
    measured: dict[str, list[tuple[float, float, float]]] = {name: [] for name in files}
    for _ in range(chosen.rounds + 1):
        for name, (code, *arguments) in files.items():
            measured[name].append(ask(code, *arguments, image))
    result = {}
    for name, rounds in measured.items():
        seconds, memory, probability = np.array(rounds[1:]).T
        result[name] = {
            "cold_start_s": float(np.median(seconds)),
            "cold_start_s_lowest": float(seconds.min()),
            "cold_start_s_highest": float(seconds.max()),
            "peak_memory_mib": float(np.median(memory)),
            "probability": float(probability[0]),
        }
    slow, fast = result["pytorch eager"], result["onnxruntime int8"]
    ratios = {name: slow[name] / fast[name] for name in ("cold_start_s", "peak_memory_mib")}
    kept = {
        "image": f"{first['width']} x {first['height']} px",
        "rounds": chosen.rounds,
        "processes": result,
        "pytorch_over_int8": ratios,
    }
    sys.stdout.write(f"{machine.keep('deploying', kept)}\n")


if __name__ == "__main__":
    main()
