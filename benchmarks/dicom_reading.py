"""DICOM films per second into index and pixels, and through the int8 file: ours and a plain loop.

    python benchmarks/dicom_reading.py JPEGS DATA_ROOT [--films 60] [--rounds 3]

JPEGS is a folder of radiographs, which are enlarged to a detector's size and written as 12-bit
DICOM films with a window, every second one compressed as JPEG-LS. The plain loop is what one would
otherwise write with pydicom, a file after the other: pixel_array, apply_modality_lut,
apply_voi_lut, 8 bits; then the same columns and pixels, or the same int8 file with all cores. They
alternate. DATA_ROOT holds a finished quantization pipeline's results.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pydicom
import torch
from machine import keep
from numpy.typing import NDArray
from PIL import Image
from prepared import CLASS_NAMES
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixels import apply_modality_lut, apply_voi_lut
from pydicom.uid import (
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    JPEGLSLossless,
    generate_uid,
)

from chest_xray.deploying.model_file import open_model
from chest_xray.deploying.new_radiographs import BatchPredictor, load_batch_predictor
from chest_xray.radiographs.files import find_files
from chest_xray.radiographs.listing import list_radiographs
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.reading import DecodedImages, collect_decoded_images, read_radiographs

LONG_SIDE = 2048  # px
SIZE = 224


def write_film(original: Path, path: Path, compressed: bool) -> None:
    """A radiograph as a detector's film: 12 bits, MONOCHROME1, with a window."""
    with Image.open(original) as image:
        scale = LONG_SIDE / max(image.size)
        size = (round(image.width * scale), round(image.height * scale))
        grey = np.asarray(image.convert("L").resize(size, Image.Resampling.BICUBIC))
    noise = np.random.default_rng(0).integers(0, 16, grey.shape, dtype=np.uint16)
    stored = 4095 - (grey.astype(np.uint16) * 16 + noise)
    film = Dataset()
    film.file_meta = FileMetaDataset()
    film.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    film.SOPClassUID = DigitalXRayImageStorageForPresentation
    film.SOPInstanceUID = generate_uid(entropy_srcs=[path.name])
    film.RescaleSlope, film.RescaleIntercept = 1, 0
    film.WindowCenter, film.WindowWidth = 2000, 3600
    film.set_pixel_data(stored, "MONOCHROME1", 12, generate_instance_uid=False)
    if compressed:
        film.compress(JPEGLSLossless, encoding_plugin="pyjpegls", generate_instance_uid=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    film.save_as(path, enforce_file_format=True)


def plain_levels(path: Path) -> NDArray[np.uint8]:
    """A film's grey levels, uint8 [height, width], as a script has them."""
    film = pydicom.dcmread(path)
    levels = apply_voi_lut(apply_modality_lut(film.pixel_array, film), film)
    levels = (levels - levels.min()) / max(float(np.ptp(levels)), 1.0)
    if film.PhotometricInterpretation == "MONOCHROME1":
        levels = 1 - levels
    return np.round(levels * 255).astype(np.uint8)


def plain_index(paths: list[Path]) -> int:
    """The index's columns and pixels of files, one after the other; how many there were."""
    for path in paths:
        data = path.read_bytes()
        grey = plain_levels(path)
        hashlib.sha256(data).hexdigest()
        hashlib.sha256(grey.tobytes()).hexdigest()
        grey.mean(), grey.std(), grey.min(), grey.max()
        resize(grey, SIZE)
    return len(paths)


def our_index(folder: Path) -> int:
    """What data_processing does with a folder; how many files there were."""
    with tempfile.TemporaryDirectory() as temporary:
        decoded_images = DecodedImages(Path(temporary))
        listing = list_radiographs(folder, CLASS_NAMES, [])
        for chunk in read_radiographs(folder, listing, decoded_images, SIZE):
            decoded_images.append(chunk)
        index, _ = collect_decoded_images(folder, listing, decoded_images, SIZE, 0.0)
    return len(index)


def main() -> None:
    """Alternate, and keep medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("jpegs", type=Path)
    parser.add_argument("data_root", type=Path)
    parser.add_argument("--films", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    originals = sorted(arguments.jpegs.rglob("*.jpeg"))[: arguments.films]
    versions = (arguments.data_root / "06_models/quantized_onnx.onnx").glob("*/*.onnx")
    model = open_model(max(versions).read_bytes())
    warning = load_batch_predictor(arguments.data_root, "quantized")
    silent = BatchPredictor(warning.scorer, None, None)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for number, original in enumerate(originals):
            name = f"{CLASS_NAMES[number % 2]}/{number:04d}.dcm"
            write_film(original, folder / name, compressed=number % 4 > 1)
        paths = sorted(folder.rglob("*.dcm"))
        files = find_files(str(folder), folder)
        candidates = {
            "plain_index": lambda: plain_index(paths),
            "index": lambda: our_index(folder),
            "plain_int8": lambda: len(
                [model.probabilities(plain_levels(path)[None]) for path in paths]
            ),
            "int8": lambda: sum(len(chunk) for chunk in silent.chunks(files)),
            "int8_with_warnings": lambda: sum(len(chunk) for chunk in warning.chunks(files)),
        }
        rates: dict[str, list[float]] = {name: [] for name in candidates}
        seconds: dict[str, list[float]] = {name: [] for name in candidates}
        for _ in range(arguments.rounds):
            for name, run in candidates.items():
                torch.set_num_threads(1 if name == "plain_index" else 2)
                before, spent = time.perf_counter(), time.process_time()
                count = run()
                rates[name].append(count / (time.perf_counter() - before))
                seconds[name].append((time.process_time() - spent) / count)
    medians = {name: statistics.median(found) for name, found in rates.items()}
    result = {
        "films": len(paths),
        "long_side_px": LONG_SIDE,
        "films_a_second": rates,
        "median": medians,
        # What other processes on the machine change least.
        "cpu_seconds_a_film": {name: min(found) for name, found in seconds.items()},
        "index_to_plain": medians["index"] / medians["plain_index"],
        "int8_to_plain": medians["int8"] / medians["plain_int8"],
        "int8_with_warnings_to_plain": medians["int8_with_warnings"] / medians["plain_int8"],
    }
    print(keep("dicom_reading", result))  # noqa: T201


if __name__ == "__main__":
    main()
