"""New radiographs, judged by a finished model: probability, decision, and what warns of it.

    read = load_reader("data", "quantized")
    for row in read("DIR_OR_FILE_OR_GLOB"):
        print(row.file, row.probability, row.decision, row.warnings, row.problem)

Needs torch, not Kedro. Without torch, ``predictor.Predictor`` gives probabilities alone. Research
and teaching; not a medical device.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from chest_xray.cores import available_cores
from chest_xray.deploying.judges import FileJudge, Judge, NetworkJudge
from chest_xray.errors import BadPrediction
from chest_xray.learning.familiarity import Familiar, from_arrays
from chest_xray.learning.network import read_state_dict
from chest_xray.progress import track
from chest_xray.radiographs.decoding import Decoded
from chest_xray.radiographs.film import FilmLimits
from chest_xray.radiographs.new_files import NewFile, decode_new, list_new
from chest_xray.radiographs.preprocessing import preprocessing_name, resize
from chest_xray.radiographs.unusual import film_warnings, ranges
from chest_xray.radiographs.workers import single_threaded_workers
from chest_xray.versions import version_path

# What makes a model, its reference, and the measures of the films it has learnt from.
MAKERS = {"baseline": "training", "tuned": "tuning", "quantized": "quantization"}
RARE_PERCENT = 0.1
UNLIKE, COLOURED = "unlike_training_images", "coloured"
FILES_A_CHUNK = 16


@dataclass(frozen=True)
class Row:
    """What is said of one file.

    Attributes:
        file: Its path below what was asked for.
        probability: Of the class looked for, calibrated; None where there is a problem.
        decision: The class it is at the model's threshold, '' where there is a problem.
        margin: ``probability`` less the threshold.
        distance: From the training images in the model's features; 1 is as far as hardly any
            validation image lies.
        warnings: In what it is unlike the training images, names in a fixed order.
        problem: Why nothing could be said, '' where something could.
    """

    file: str
    probability: float | None = None
    decision: str = ""
    margin: float | None = None
    distance: float | None = None
    warnings: tuple[str, ...] = ()
    problem: str = ""


class Reader:
    """Reads files with a judge, some at a time; no image is kept."""

    def __init__(
        self, judge: Judge, familiar: Familiar | None, limits: FilmLimits | None, threads: int = 0
    ) -> None:
        """Put it together.

        Args:
            judge: The model; threads share it.
            familiar: What its training images look like to it, or None for no such warning.
            limits: The ranges of the training films' measures, or None for no such warnings.
            threads: How many read and judge; 0 for as many as this process may use cores.

        Raises:
            BadPrediction: Another model's reference, or another preprocessing than this version's.
        """
        size = judge.facts["image_size"]
        if judge.facts["preprocessing"] != preprocessing_name(size):
            raise BadPrediction(
                f"The model was trained on images prepared as '{judge.facts['preprocessing']}', "
                f"and this version prepares them as '{preprocessing_name(size)}'; train it anew."
            )
        if familiar is not None and familiar.model != judge.model:
            raise BadPrediction(
                "What is known of the training images is of another model than this one; a run of "
                "the pipeline that made the model writes both."
            )
        self.judge = judge
        self._familiar = familiar
        self._limits = limits
        self._threads = threads or available_cores()

    def __call__(self, images: str | Path, folder: Path | None = None) -> Iterator[Row]:
        """Judge a folder, a file or a glob (relative to ``folder``, or to where one is)."""
        files = list_new(str(images), folder or Path.cwd())
        yield from chain.from_iterable(self.chunks(files))

    def chunks(self, files: Sequence[NewFile]) -> Iterator[list[Row]]:
        """Judge files, in their order; each thread reads and judges chunks of its own."""
        chunks = (files[i : i + FILES_A_CHUNK] for i in range(0, len(files), FILES_A_CHUNK))
        total = -(-len(files) // FILES_A_CHUNK)
        with single_threaded_workers(self._threads) as pool:
            judged = (pool.submit(self._judge, chunk) for chunk in chunks)
            # One chunk more than there are threads, so that none waits while rows are written.
            begun = deque(islice(judged, self._threads + 1))
            for _ in track(range(total), "Judging radiographs", total):
                rows = begun.popleft().result()
                begun.extend(islice(judged, 1))
                yield rows

    def _judge(self, files: Sequence[NewFile]) -> list[Row]:
        read = [self._read(file) for file in files]
        whole = [(one.facts, pixels) for one, pixels in read if pixels is not None]
        judged: Iterator[Row] = iter(())
        if whole:
            names = [file.name for file, one in zip(files, read, strict=True) if one[1] is not None]
            pixels = np.stack([pixels for _, pixels in whole])
            judged = iter(self._rows(names, pixels, [facts for facts, _ in whole]))
        return [
            Row(file.name, problem=decoded.problem) if pixels is None else next(judged)
            for file, (decoded, pixels) in zip(files, read, strict=True)
        ]

    def _read(self, file: NewFile) -> tuple[Decoded, NDArray[np.uint8] | None]:
        decoded = decode_new(file.path)
        if decoded.grey is None:
            return decoded, None
        pixels = resize(decoded.grey, self.judge.facts["image_size"])
        return Decoded(None, decoded.facts), pixels

    def _rows(
        self, names: list[str], pixels: NDArray[np.uint8], facts: list[dict[str, object]]
    ) -> list[Row]:
        probability, features = self.judge(pixels)
        distance = None if self._familiar is None else self._familiar.distances(features)
        films: list[list[str]] = [[] for _ in names]
        if self._limits is not None:
            films = film_warnings(pixels, facts, self._limits)
        threshold, class_names = self.judge.facts["threshold"], self.judge.facts["class_names"]
        rows = []
        for place, name in enumerate(names):
            far = None if distance is None else float(distance[place])
            warnings = [UNLIKE] if far is not None and far > 1 else []
            warnings += [COLOURED] if facts[place]["coloured"] else []
            rows.append(
                Row(
                    file=name,
                    probability=float(probability[place]),
                    decision=class_names[int(probability[place] >= threshold)],
                    margin=float(probability[place] - threshold),
                    distance=far,
                    warnings=(*warnings, *films[place]),
                )
            )
        return rows


def refuse_other_model(asked: str, given: str) -> None:
    """Raise ``BadPrediction`` where ``prediction.model`` asks for another model than is given."""
    if asked != given:
        raise BadPrediction(
            f"prediction.model is '{asked}', and this pipeline predicts with the {given} model; "
            f"kedro run --pipelines=prediction --params=prediction.model={asked} takes the other."
        )


def file_reader(
    file: bytes,
    reference: Mapping[str, torch.Tensor],
    limits: FilmLimits,
    threads: int = 0,
    place: str = "The file",
) -> Reader:
    """A reader with a deployable file, by onnxruntime on the CPU.

    Args:
        file: Its bytes.
        reference: Its ``familiar`` entry.
        limits: The ranges of the training films' measures.
        threads: How many read and predict; 0 for as many as there are cores.
        place: What to call the file where something is wrong.

    Raises:
        BadModelFile: A damaged file, or one of another format.
        BadPrediction: The reference is another model's.
    """
    scorer = FileJudge(file, threads=1, place=place)
    return Reader(scorer, _familiar(reference), limits, threads)


def network_reader(
    weights: Mapping[str, torch.Tensor],
    card: Mapping[str, Any],
    reference: Mapping[str, torch.Tensor],
    limits: FilmLimits,
    device: str = "cpu",
    threads: int = 0,
) -> Reader:
    """The same with weights and their card, by PyTorch in float32 on a device.

    Raises:
        BadWeights: The card was written for other weights.
        BadPrediction: The reference is another model's.
    """
    return Reader(NetworkJudge(weights, card, device), _familiar(reference), limits, threads)


def _familiar(reference: Mapping[str, torch.Tensor]) -> Familiar:
    return from_arrays({key: tensor.numpy() for key, tensor in reference.items()})


def load_reader(
    data_folder: str | Path, name: str = "quantized", device: str = "cpu",
    rare_percent: float = RARE_PERCENT, threads: int = 0, version: str = "",
) -> Reader:  # fmt: skip
    """A finished model with what it is to be warned by, without Kedro.

    Args:
        data_folder: An environment's ``data_root``: ``data``, ``data/demo``.
        name: ``baseline``, ``tuned`` or ``quantized``.
        device: ``cpu``, ``cuda`` or ``mps``; the quantized one runs on the CPU.
        rare_percent: Of the training films, beyond each end of each measure's range.
        threads: How many read and predict; 0 for as many as this process may use cores.
        version: Of the model, such as ``2026-11-27T18.05.07.423Z``; '' for the newest.

    Raises:
        MissingVersion: No such model or version, or not all of what belongs to it.
        BadPrediction: Film measures of other radiographs than the model's.
        BadWeights, BadModelFile: A damaged one.
    """
    if name not in MAKERS:
        raise BadPrediction(f"There is no model '{name}'; {', '.join(MAKERS)} can be asked for.")
    folder, maker = Path(data_folder).expanduser(), MAKERS[name]
    models = folder / "06_models"
    measures = version_path(folder / "03_primary" / "film_measures.parquet", "error_analysis")
    splits = version_path(folder / "03_primary" / "splits.parquet", "data_processing")
    limits = training_ranges(pd.read_parquet(measures), pd.read_parquet(splits), rare_percent)
    if name == "quantized":
        file = version_path(models / "quantized_onnx.onnx", maker, version)
        reference = version_path(models / f"{name}_familiar.safetensors", maker, file.parent.name)
        return file_reader(
            file.read_bytes(), read_state_dict(reference), limits, threads, str(file)
        )
    weights = version_path(models / f"{name}_weights.safetensors", maker, version)
    card = version_path(models / f"{name}_card.json", maker, weights.parent.name)
    reference = version_path(models / f"{name}_familiar.safetensors", maker, weights.parent.name)
    return network_reader(
        read_state_dict(weights), json.loads(card.read_text(encoding="utf8")),
        read_state_dict(reference), limits, device, threads,
    )  # fmt: skip


def tabulate(chunks: Iterable[list[Row]]) -> pd.DataFrame:
    """``predictions_table``: the rows, with their warnings joined by semicolons."""
    rows = [
        asdict(row) | {"warnings": "; ".join(row.warnings)} for chunk in chunks for row in chunk
    ]
    return pd.DataFrame(rows, columns=[field.name for field in fields(Row)])


def training_ranges(
    measures: pd.DataFrame, splits: pd.DataFrame, rare_percent: float
) -> FilmLimits:
    """The ranges of the training films, of what is saved of all (``film_measures, splits``).

    Raises:
        BadPrediction: Not all of them were measured.
    """
    trained = splits.loc[splits["part"] == "train", "image_id"]
    films = measures[measures["image_id"].isin(trained)]
    if len(films) < len(trained):
        raise BadPrediction(
            f"The films of only {len(films)} of {len(trained)} training images were measured: "
            "film_measures are of other radiographs than splits; kedro run "
            "--pipelines=error_analysis measures them."
        )
    return ranges(films, rare_percent)
