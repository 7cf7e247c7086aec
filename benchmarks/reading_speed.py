"""Files per second from originals to index and pixels: ours against a plain loop.

    python benchmarks/reading_speed.py FOLDER [--size 224] [--rounds 3]

The plain loop is what one would otherwise write for the same columns and pixels: one process, a
file after the other, Pillow, hashlib, numpy's mean and standard deviation. Beside it our own
``decode`` and ``resize`` in such a loop, which tells what the threads alone gain. Ours reads with
the threads that the machine has, then once more on the unchanged folder. They alternate.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from machine import keep
from PIL import Image
from prepared import CLASS_NAMES, configured

from chest_xray.radiographs.decoding import decode_for_index
from chest_xray.radiographs.jpeg_quality import jpeg_quality
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs


def plain_loop(path: Path, size: int) -> None:
    """A file's columns and pixels, as a script has them."""
    data = path.read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        grey = np.array(image.convert("L"))
        facts = {
            "sha256": hashlib.sha256(data).hexdigest(),
            "width": image.width,
            "height": image.height,
            "mode": image.mode,
            "jpeg_quality": jpeg_quality(image.quantization),
        }
    facts["pixel_hash"] = hashlib.sha256(f"{grey.shape}".encode() + grey.tobytes()).hexdigest()
    facts["mean"], facts["std"] = float(grey.mean()), float(grey.std())
    resize(grey, size)


def own_functions(path: Path, size: int) -> None:
    """The same by our own function."""
    decoded = decode_for_index(path)
    if decoded.grey is not None:
        resize(decoded.grey, size)


def one_after_the_other(read: Callable[[Path, int], None], folder: Path, size: int) -> int:
    """Read every file of a folder on one core; how many there were."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    files = sorted(folder.rglob("*.jpeg"))
    for path in files:
        read(path, size)
    torch.set_num_threads(threads)
    return len(files)


def ours(folder: Path, decoded_images: DecodedImages, size: int) -> int:
    """What data_processing does with a folder; how many files there were."""
    patterns = configured()["data_processing"]["file_name_patterns"]
    listing = list_radiographs(folder, CLASS_NAMES, patterns)
    for chunk in read_radiographs(folder, listing, decoded_images, size):
        decoded_images.append(chunk)
    index, _ = collect_decoded_images(folder, listing, decoded_images, size, 0.05)
    return len(index)


def main() -> None:
    """Alternate, and keep medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    folder, size = arguments.folder, arguments.size
    rounds: dict[str, list[float]] = {
        name: [] for name in ("plain_loop", "own_functions_in_a_loop", "first", "second")
    }
    one_after_the_other(own_functions, folder, size)  # warms the system's cache for all of them
    for _ in range(arguments.rounds):
        with tempfile.TemporaryDirectory() as temporary:
            decoded_images = DecodedImages(Path(temporary))
            candidates: tuple[Callable[[], int], ...] = (
                lambda: one_after_the_other(plain_loop, folder, size),
                lambda: one_after_the_other(own_functions, folder, size),
                lambda decoded_images=decoded_images: ours(folder, decoded_images, size),
                lambda decoded_images=decoded_images: ours(folder, decoded_images, size),
            )
            for name, run in zip(rounds, candidates, strict=True):
                before = time.perf_counter()
                files = run()
                rounds[name].append(files / (time.perf_counter() - before))
    medians = {name: statistics.median(found) for name, found in rounds.items()}
    result = {
        "files": files,
        "files_a_second": rounds,
        "median": medians,
        "first_to_plain_loop": medians["first"] / medians["plain_loop"],
        "first_to_own_functions_in_a_loop": medians["first"] / medians["own_functions_in_a_loop"],
        "second_to_first": medians["second"] / medians["first"],
    }
    print(keep("reading_speed", result))  # noqa: T201


if __name__ == "__main__":
    main()
