"""Time and peak memory of data_processing as the folder grows.

    python benchmarks/growth.py [--sizes 1000 5000 20000]

Draws small phantoms once, copies them under as many names as asked for (each file is read and
decoded all the same), and runs the pipeline data_processing in a process of its own for each size.
Seconds hold the import of torch.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from machine import keep

PROJECT = Path(__file__).parents[1]
DRAWN = 500
IMAGE_SIZE = 64  # px


def draw(folder: Path) -> list[Path]:
    """Some small phantoms as files."""
    from chest_xray.phantoms import PlantedDefects, draw_phantom, encode_jpeg, plan_phantoms

    truth = plan_phantoms(DRAWN // 2, 0, IMAGE_SIZE, PlantedDefects())
    paths = []
    for row in truth.head(DRAWN).to_dict("records"):
        path = folder / str(row["file"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_jpeg(draw_phantom(row), row))
        paths.append(path)
    return paths


def grow(drawn: list[Path], folder: Path, files: int) -> None:
    """A folder of so many files, each a copy of a phantom that differs in its last bytes."""
    for number in range(files):
        source = drawn[number % len(drawn)]
        label = source.parent.name
        path = folder / label / f"person{number}_virus_{number}.jpeg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source.read_bytes() + number.to_bytes(4, "big"))


def measure(folder: Path) -> None:
    """Run data_processing on a folder, and print seconds and peak memory, MiB."""
    from kedro.framework.session import KedroSession
    from kedro.framework.startup import bootstrap_project

    from chest_xray.machine.memory import peak_memory

    bootstrap_project(PROJECT)
    with tempfile.TemporaryDirectory() as kept:
        os.environ["CHEST_XRAY_TEST_ROOT"] = kept
        changes = {
            "radiographs_path": str(folder),
            "data_processing": {"image_size": IMAGE_SIZE},
        }
        with KedroSession.create(PROJECT, env="test", runtime_params=changes) as session:
            before = time.perf_counter()
            session.run(pipeline_names=["data_processing"])
            seconds = time.perf_counter() - before
    print(f"{seconds} {peak_memory('cpu') / 1024**2}")  # noqa: T201


def for_each_size(sizes: Sequence[int], command: Sequence[str]) -> Iterator[tuple[int, str]]:
    """What a command says, in a process of its own, of a folder of each size: size and last line.

    The folder's path is put behind the command.
    """
    with tempfile.TemporaryDirectory() as folder:
        drawn = draw(Path(folder) / "drawn")
        for files in sizes:
            grown = Path(folder) / str(files)
            grow(drawn, grown, files)
            done = subprocess.run(
                [sys.executable, *command, str(grown)], check=True, capture_output=True, text=True
            )
            yield files, done.stdout.splitlines()[-1]


def main() -> None:
    """Measure each size, and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 5000, 20000])
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure)
        return
    rows = []
    for files, message in for_each_size(arguments.sizes, [__file__, "--measure"]):
        seconds, peak = map(float, message.split())
        rows.append(
            {
                "files": files,
                "seconds": seconds,
                "milliseconds_a_file": seconds / files * 1000,
                "peak_mib": peak,
            }
        )
    print(keep("growth", {"rows": rows}))  # noqa: T201


if __name__ == "__main__":
    main()
