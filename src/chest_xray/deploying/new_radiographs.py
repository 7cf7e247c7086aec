"""New radiographs, classified by a finished model: probability, decision, and warnings.

    read = load_batch_predictor("data", "quantized")
    for row in read("DIR_OR_FILE_OR_GLOB"):
        print(row.file, row.probability, row.decision, row.warnings, row.problem)

Needs torch, not Kedro. Without torch, ``predictor.Predictor`` gives the same of one radiograph.
Research and teaching; not a medical device.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

import joblib
import numpy as np
import torch
from numpy.typing import NDArray

from chest_xray.deploying.rows import FILES_PER_CHUNK, Row
from chest_xray.deploying.scorers import (
    FileScorer,
    NetworkScorer,
    Scorer,
    reference_of_tensors,
)
from chest_xray.errors import BadPrediction
from chest_xray.evaluating.consistency import MAKERS, refuse_older_card
from chest_xray.learning.network import read_state_dict
from chest_xray.machine.cores import available_cores
from chest_xray.machine.progress import track
from chest_xray.machine.threads import single_threaded_workers
from chest_xray.machine.versions import version_path
from chest_xray.radiographs.decoded import UNREADABLE
from chest_xray.radiographs.decoding import DECODING, decode
from chest_xray.radiographs.files import NamedFile, find_files
from chest_xray.radiographs.preprocessing import preprocessing_name, resize
from chest_xray.radiographs.unusual import UNLIKE, FilmRanges

Chunk = TypeVar("Chunk", bound=Sequence[NamedFile])


@dataclass(frozen=True)
class _Film:
    """A file that could be read: ``pixels`` as they are stored, and what it is warned of."""

    name: str
    pixels: NDArray[np.uint8]
    warnings: tuple[str, ...]


class BatchPredictor:
    """Predicts files with a scorer, some at a time; no image is kept."""

    def __init__(
        self,
        scorer: Scorer,
        ranges: FilmRanges | None,
        threads: int = 0,
    ) -> None:
        """Put it together.

        Args:
            scorer: The model; threads share it.
            ranges: Those of the training films' measures, or None for no such warnings.
            threads: How many read and predict; 0 for as many as this process may use cores.

        Raises:
            BadPrediction: Another preprocessing than this version's.
        """
        facts = scorer.facts
        name = preprocessing_name(facts["image_size"], facts["intensity_normalization"])
        if facts["preprocessing"] != name:
            raise BadPrediction(
                f"The model was trained on images prepared as '{facts['preprocessing']}', "
                f"and this version prepares them as '{name}'; train it again."
            )
        self.scorer = scorer
        self._ranges = ranges
        self._threads = threads or available_cores()

    def __call__(
        self, images: str | Path, folder: Path | None = None, bits_stored: int | None = None
    ) -> Iterator[Row]:
        """Predict a folder, a file or a glob (relative to ``folder``, or to where one is)."""
        files = find_files(str(images), folder or Path.cwd())
        yield from chain.from_iterable(self.chunks(files, bits_stored))

    def chunks(
        self, files: Sequence[NamedFile], bits_stored: int | None = None
    ) -> Iterator[list[Row]]:
        """Predict files, in their order, ``FILES_PER_CHUNK`` at a time."""
        chunks = (files[i : i + FILES_PER_CHUNK] for i in range(0, len(files), FILES_PER_CHUNK))
        total = -(-len(files) // FILES_PER_CHUNK)
        for _, rows in self.predict_chunks(chunks, total, bits_stored):
            yield rows

    def predict_chunks(
        self, chunks: Iterable[Chunk], total: int, bits_stored: int | None = None
    ) -> Iterator[tuple[Chunk, list[Row]]]:
        """Predict chunks of files, in their order: threads read files, and score whole chunks.

        Args:
            chunks: Any number, of a few files each.
            total: How many there are.
            bits_stored: What is stated of those of 16 bits (``decoding.decode``).

        Yields:
            A chunk, and a row per file of it.
        """
        with single_threaded_workers(self._threads) as pool:
            scored = ((chunk, self._submitted(pool, chunk, bits_stored)) for chunk in chunks)
            # One chunk more than there are threads, so that none waits while rows are written.
            begun = deque(islice(scored, self._threads + 1))
            for _ in track(range(total), "Predicting radiographs", total):
                chunk, future = begun.popleft()
                rows = future.result()
                begun.extend(islice(scored, 1))
                yield chunk, rows

    def _submitted(
        self, pool: Executor, files: Sequence[NamedFile], bits_stored: int | None
    ) -> Future[list[Row]]:
        """Let a pool read files, each as a task, as a few dozen would leave threads idle otherwise;
        then score them.
        """
        read = [pool.submit(self._read, file, bits_stored) for file in files]
        # A pool begins what came first: all that this one waits for has begun before it.
        return pool.submit(lambda: self._score([film.result() for film in read]))

    def settings_hash(self, bits_stored: int | None = None) -> str:
        """The hash of all that a row depends on beside its file: rows of another are of no use."""
        ranges = None if self._ranges is None else asdict(self._ranges)
        facts = dict(self.scorer.facts)
        return joblib.hash((self.scorer.model, facts, ranges, bits_stored, DECODING))

    def predict_chunk(
        self, files: Sequence[NamedFile], bits_stored: int | None = None
    ) -> list[Row]:
        """Predict a few files at once, in this thread; a row per file."""
        return self._score([self._read(file, bits_stored) for file in files])

    def _score(self, read: Sequence[_Film | Row]) -> list[Row]:
        whole = [one for one in read if isinstance(one, _Film)]
        scored = iter(self._rows(whole) if whole else ())
        return [next(scored) if isinstance(one, _Film) else one for one in read]

    def _read(self, file: NamedFile, bits_stored: int | None) -> _Film | Row:
        decoded = decode(file.path, bits_stored)
        if not decoded.problem.startswith(UNREADABLE) and file.has_changed():
            return Row(file.name, problem=f"{UNREADABLE}: it changed while it was read")
        if decoded.grey is None:
            return Row(file.name, problem=decoded.problem)
        warnings = (
            () if self._ranges is None else self._ranges.warnings(decoded.grey, decoded.facts)
        )
        pixels = resize(decoded.grey, self.scorer.facts["image_size"])
        return _Film(file.name, pixels, warnings)

    def _rows(self, films: Sequence[_Film]) -> list[Row]:
        probability, distance = self.scorer(np.stack([film.pixels for film in films]))
        threshold, class_names = self.scorer.facts["threshold"], self.scorer.facts["class_names"]
        rows = []
        for place, film in enumerate(films):
            far = float(distance[place])
            unlike = (UNLIKE,) if far > 1 else ()
            rows.append(
                Row(
                    file=film.name,
                    probability=float(probability[place]),
                    decision=class_names[int(probability[place] >= threshold)],
                    margin=float(probability[place] - threshold),
                    distance=far,
                    warnings=unlike + film.warnings,
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


def file_batch_predictor(file: bytes, threads: int = 0, place: str = "The file") -> BatchPredictor:
    """A reader with a deployable file, by onnxruntime on the CPU.

    Args:
        file: Its bytes.
        threads: How many read and predict; 0 for as many as there are cores.
        place: What to call the file where something is wrong.

    Raises:
        BadModelFile: A damaged file, or one of another format.
    """
    scorer = FileScorer(file, threads=1, place=place)
    ranges = FilmRanges.from_json(scorer.facts["film_ranges"])
    return BatchPredictor(scorer, ranges, threads)


def network_batch_predictor(
    weights: Mapping[str, torch.Tensor],
    card: Mapping[str, Any],
    reference: Mapping[str, torch.Tensor],
    film_ranges: Mapping[str, Any],
    device: str = "cpu",
    threads: int = 0,
) -> BatchPredictor:
    """The same with weights and their card, by PyTorch in float32 on a device.

    Args:
        weights: By name.
        card: The model's.
        reference: Its ``ood_reference`` entry.
        film_ranges: As the catalog keeps those of the training films.
        device: ``cpu``, ``cuda`` or ``mps``.
        threads: As above.

    Raises:
        BadWeights: The card was written for other weights.
        MixedResults: The ranges are of other films than those it was trained on, or the card
            doesn't tell which splits those are, or how their grey levels were normalized; or the
            reference is another model's.
    """
    refuse_older_card(card)
    ranges = FilmRanges.from_json(film_ranges)
    ranges.refuse_other_model(card)
    scorer = NetworkScorer(weights, card, reference_of_tensors(reference), device)
    return BatchPredictor(scorer, ranges, threads)


def load_batch_predictor(
    data_folder: str | Path,
    name: str = "quantized",
    device: str = "cpu",
    threads: int = 0,
    version: str = "",
) -> BatchPredictor:
    """A finished model with what it is to be warned by, without Kedro.

    Whether newer splits were drawn since the model was trained is not looked at: the study's
    pipelines refuse such a model.

    Args:
        data_folder: An environment's ``data_root``: ``data``, ``data/demo``.
        name: ``baseline``, ``tuned`` or ``quantized``.
        device: ``cpu``, ``cuda`` or ``mps``; the quantized one runs on the CPU.
        threads: How many read and predict; 0 for as many as this process may use cores.
        version: Of the model, such as ``2026-11-27T18.05.07.423Z``; '' for the newest.

    Raises:
        MissingVersion: No such model or version, or not all of what belongs to it.
        BadPrediction: There is no model of that name.
        BadWeights, BadModelFile: A damaged one.
        MixedResults: The ranges of the films are of other splits than the model.
    """
    if name not in MAKERS:
        raise BadPrediction(f"There is no model '{name}'; {', '.join(MAKERS)} can be asked for.")
    folder, maker = Path(data_folder).expanduser(), MAKERS[name]
    models = folder / "06_models"
    if name == "quantized":
        file = version_path(models / "quantized_onnx.onnx", maker, version)
        return file_batch_predictor(file.read_bytes(), threads, str(file))
    weights = version_path(models / f"{name}_weights.safetensors", maker, version)
    card = version_path(models / f"{name}_card.json", maker, weights.parent.name)
    reference = version_path(
        models / f"{name}_ood_reference.safetensors", maker, weights.parent.name
    )
    content = json.loads(card.read_text(encoding="utf8"))
    ranges = _film_ranges(folder / "03_primary" / "film_ranges.json", content)
    return network_batch_predictor(
        read_state_dict(weights), content, read_state_dict(reference), ranges, device, threads
    )


def _film_ranges(entry: Path, card: Mapping[str, Any]) -> dict[str, Any]:
    """The newest ranges of the films that the model learned from, or the newest of all."""
    newest = version_path(entry, "data_processing")
    versions = sorted(newest.parent.parent.glob(f"*/{entry.name}"), reverse=True)
    found = [json.loads(path.read_text(encoding="utf8")) for path in versions]
    model = card.get("splits_hash"), card["image_size"]
    own = (one for one in found if (one["splits_hash"], one["image_size"]) == model)
    return next(own, found[0])
