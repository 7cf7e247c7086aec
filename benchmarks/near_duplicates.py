"""What is found of films that were saved again, and which different films are taken for one.

    python benchmarks/near_duplicates.py [FOLDER ...] [--drawn 1000] [--hashes 100000]

Reads the films below each FOLDER (any images, their names don't matter) and draws phantoms. Some
films of each are saved again: at other JPEG qualities and sizes, which must be found; and mirrored,
cropped, turned, moved, with another gamma or levels cut off, which need not. Of each kind it keeps
how many were found, and of the films themselves which pairs are joined that are not identical; with
the limits of conf/ and, for the choice of them, the largest correlation between different films and
the least of a film with itself. Then the time and peak memory of all pairs of drawn coefficients.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from machine import keep
from numpy.typing import NDArray
from PIL import Image, ImageOps
from prepared import configured

from chest_xray.phantoms import PlantedDefects, draw_phantom, encode_jpeg, plan_phantoms
from chest_xray.radiographs import near_duplicates
from chest_xray.radiographs.near_duplicates import NearDuplicateLimits, find_near_duplicates
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import resize

CHANGED = 200
SUFFIXES = {".jpeg", ".jpg", ".png"}
Change = Callable[[Image.Image], Image.Image]


def jpeg(image: Image.Image, quality: int, scale: float = 1.0) -> Image.Image:
    """A film resized and saved as JPEG."""
    size = [round(side * scale) for side in image.size]
    file = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(file, "JPEG", quality=quality)
    return Image.open(file).convert("L")


def cropped(image: Image.Image, share: float) -> Image.Image:
    """A film without so much of each side."""
    x, y = (round(side * share) for side in image.size)
    return image.crop((x, y, image.width - x, image.height - y))


def moved(image: Image.Image, share: float) -> Image.Image:
    """A film moved to the right by a share of its width."""
    step = round(image.width * share)
    return image.transform(image.size, Image.Transform.AFFINE, (1, 0, -step, 0, 1, 0))


def raised(image: Image.Image, power: float) -> Image.Image:
    """A film with another gamma."""
    return image.point(lambda level: 255 * (level / 255) ** power)


SAVED_AGAIN: dict[str, Change] = {
    "quality 70": lambda image: jpeg(image, 70),
    "quality 50": lambda image: jpeg(image, 50),
    "quality 30": lambda image: jpeg(image, 30),
    "quality 70, 5 % smaller": lambda image: jpeg(image, 70, 0.95),
    "quality 70, 3 % larger": lambda image: jpeg(image, 70, 1.03),
    "quality 50, half the size": lambda image: jpeg(image, 50, 0.5),
}
CHANGED_MORE: dict[str, Change] = {
    "mirrored": ImageOps.mirror,
    "cropped by 1 % of each side": lambda image: cropped(image, 0.01),
    "cropped by 2 % of each side": lambda image: cropped(image, 0.02),
    "turned by a degree": lambda image: image.rotate(1, Image.Resampling.BICUBIC),
    "moved by 2 % of the width": lambda image: moved(image, 0.02),
    "levels raised to the power 0.8": lambda image: raised(image, 0.8),
    "levels raised to the power 0.6": lambda image: raised(image, 0.6),
    "2 % of the levels cut off at both ends": lambda image: ImageOps.autocontrast(image, cutoff=2),
    "histogram equalized": ImageOps.equalize,
}


class Film:
    """A film that is opened when it is looked at, and who is on it."""

    def __init__(self, name: str, load: Callable[[], Image.Image]) -> None:
        self.name = name
        self.load = load


def films_below(folder: Path) -> list[Film]:
    """All images of a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return [
        Film(path.relative_to(folder).as_posix(), lambda path=path: Image.open(path).convert("L"))
        for path in paths
    ]


def drawn(count: int) -> list[Film]:
    """Different phantoms."""
    truth = plan_phantoms(count, 3, 64, PlantedDefects()).head(count)
    encoded = {
        plan["file"]: encode_jpeg(draw_phantom(plan), plan) for plan in truth.to_dict("records")
    }
    return [
        Film(name, lambda data=data: Image.open(io.BytesIO(data)).convert("L"))
        for name, data in encoded.items()
    ]


class Measured:
    """The stored pixels of some films, and what the search finds among them and others."""

    def __init__(
        self, films: list[Film], size: int, limits: NearDuplicateLimits, folder: Path
    ) -> None:
        self.films, self.size, self.limits, self.folder = films, size, limits, folder
        self.levels = np.stack([resize(np.array(film.load()), size) for film in films])

    def pixel_map(self, levels: NDArray[np.uint8]) -> tuple[PixelMap, pd.DataFrame]:
        """A map of pixels, and its images."""
        path = self.folder / "pixels.uint8"
        path.write_bytes(levels.tobytes())
        names = [str(number) for number in range(len(levels))]
        manifest = PixelManifest(names, list(range(len(levels))), self.size, "", "", str(path))
        hashes = [hashlib.sha256(image.tobytes()).hexdigest() for image in levels]
        return PixelMap(manifest), pd.DataFrame({"image_id": names, "pixel_hash": hashes})

    def found(self, levels: NDArray[np.uint8]) -> pd.DataFrame:
        """What ``find_near_duplicates`` gives."""
        return find_near_duplicates(*self.pixel_map(levels), self.limits)

    def frequencies(self, levels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The coefficients that are compared."""
        pixels, images = self.pixel_map(levels)
        return near_duplicates._lowest_frequencies(pixels, pixels.rows(images["image_id"]))

    def joined(self) -> list[dict[str, Any]]:
        """The films of the folder that are taken for one though their pixels differ."""
        near = self.found(self.levels)
        return [
            {
                "film": self.films[number].name,
                "first": self.films[int(first)].name,
                "correlation": near["near_duplicate_correlation"][number],
            }
            for number, first in enumerate(near["near_duplicate_of"])
            if first
        ]

    def largest_between(self) -> float:
        """The largest correlation of frequencies between films whose pixels differ."""
        frequencies = self.frequencies(np.unique(self.levels, axis=0))
        return max(
            float(np.triu(frequencies[start : start + 1000] @ frequencies.T, start + 1).max())
            for start in range(0, len(frequencies), 1000)
        )

    def of_changed(self, change: Change, numbers: NDArray[np.int64]) -> dict[str, Any]:
        """How many of some films are found once more after a change."""
        again = np.stack(
            [resize(np.array(change(self.films[number].load())), self.size) for number in numbers]
        )
        pairs = (self.frequencies(self.levels[numbers]) * self.frequencies(again)).sum(axis=1)
        first = self.found(np.concatenate([self.levels[numbers], again]))["near_duplicate_of"]
        group = first.where(first != "", first.index.astype(str)).to_numpy()
        found = group[: len(numbers)] == group[len(numbers) :]
        return {
            "films": len(numbers),
            "found": int(found.sum()),
            "least_correlation": float(pairs.min()),
        }


def measure(name: str, films: list[Film], size: int, limits: NearDuplicateLimits) -> dict[str, Any]:
    """Everything about one set of films."""
    with tempfile.TemporaryDirectory() as folder:
        before = time.perf_counter()
        measured = Measured(films, size, limits, Path(folder))
        random = np.random.default_rng(0)
        numbers = np.sort(random.choice(len(films), min(CHANGED, len(films)), replace=False))
        start = time.perf_counter()
        joined = measured.joined()
        seconds = time.perf_counter() - start
        result = {
            "films": name,
            "count": len(films),
            "image_size": size,
            "joined_though_different": joined,
            "largest_correlation_between_different": measured.largest_between(),
            "saved_again": {
                key: measured.of_changed(change, numbers) for key, change in SAVED_AGAIN.items()
            },
            "changed_more": {
                key: measured.of_changed(change, numbers) for key, change in CHANGED_MORE.items()
            },
            "seconds_of_all_pairs": seconds,
        }
        print(name, size, len(joined), f"{time.perf_counter() - before:.0f} s", flush=True)  # noqa: T201
        return result


def all_pairs(count: int, limit: float) -> None:
    """Compare the coefficients of so many drawn images; print seconds, MiB and pairs."""
    random = np.random.default_rng(0)
    frequencies = random.standard_normal((count, 255), dtype=np.float32)
    frequencies[-100:] = frequencies[:100] + 0.01
    frequencies /= np.linalg.norm(frequencies, axis=1, keepdims=True)
    before = time.perf_counter()
    pairs = sum(1 for _ in near_duplicates._pairs(frequencies, limit))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - before, peak, pairs)  # noqa: T201


def main() -> None:
    """Measure each folder and size, and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--drawn", type=int, default=1000)
    parser.add_argument("--hashes", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    limits = NearDuplicateLimits(**configured()["data_processing"]["near_duplicates"])
    if arguments.pairs:
        all_pairs(arguments.pairs, limits.frequencies)
        return
    phantoms = drawn(arguments.drawn)
    rows = [measure("phantoms", phantoms, size, limits) for size in (32, 64)]
    rows += [measure(folder.name, films_below(folder), 128, limits) for folder in arguments.folders]
    command = [sys.executable, __file__, "--pairs", str(arguments.hashes)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, peak, pairs = map(float, done.stdout.splitlines()[-1].split())
    scale = {"images": arguments.hashes, "seconds": seconds, "peak_mib": peak, "pairs": int(pairs)}
    print(keep("near_duplicates", {"limits": vars(limits), "sets": rows, "all_pairs": scale}))  # noqa: T201


if __name__ == "__main__":
    main()
