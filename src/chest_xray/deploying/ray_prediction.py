"""Prediction on Ray: shards of paths go out, rows come back and are kept as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal

import ray
import torch
from ray.util import get_node_ip_address

from chest_xray.deploying.new_radiographs import BatchPredictor
from chest_xray.deploying.rows import Row
from chest_xray.machine.cores import available_cores
from chest_xray.machine.progress import track
from chest_xray.machine.ray_cluster import Resources, ray_session, worker_count
from chest_xray.machine.ray_shards import map_shards, refuse_blind_machine, refuse_unseen_file
from chest_xray.radiographs.decoded import UNREADABLE
from chest_xray.radiographs.files import ListedFile

# At most 256 files: little is done again where a process dies, and rows are written rarely enough.
CHUNKS_PER_SHARD = 16
# Of a small number of files, so that all workers end at about the same time.
_SHARDS_PER_WORKER = 4


@dataclass(frozen=True)
class RayPrediction:
    """Predicts chunks in processes of one core each (``predicted_rows.PredictChunks``).

    Attributes:
        open_predictor: Opens the model in a process, for one thread.
        bits_stored: What is stated of files of 16 bits.
        workers: How many processes.
        address: Of a cluster, or None for a Ray that ends with this run.
        folder: Where a Ray of its own keeps its files.
        on_gpu: Whether each process needs a GPU.
    """

    open_predictor: Callable[[], BatchPredictor]
    bits_stored: int | None
    workers: Literal["auto"] | int
    address: str | None
    folder: Path
    on_gpu: bool = False

    def __call__(
        self, chunks: Iterator[list[ListedFile]], total: int
    ) -> Iterator[tuple[list[ListedFile], list[Row]]]:
        """Predict chunks of files; all of a shard come together, the shards in any order.

        Raises:
            BadCluster: No Ray at the address, too few places, or a machine that doesn't see the
                files.
        """
        cores = available_cores() if self.workers == "auto" else self.workers
        resources = Resources(cores=1, gpus=float(self.on_gpu), memory=0)
        with ray_session(self.address, "prediction.ray_address", self.folder, cores):
            places = worker_count("prediction.workers", self.workers, resources)
            size = max(1, min(CHUNKS_PER_SHARD, total // (_SHARDS_PER_WORKER * places)))
            first = list(islice(chunks, size))
            refuse_unseen_file(first[0][0].path)
            shards = chain([first], iter(lambda: list(islice(chunks, size)), []))
            job = (self.open_predictor, self.bits_stored)
            done = map_shards(_predict_shard, job, shards, self.workers, resources)
            for shard, (machine, rows) in track(done, "Predicting radiographs", -(-total // size)):
                files = list(chain.from_iterable(shard))
                for file, row in zip(files, rows, strict=True):
                    if row.problem.startswith(UNREADABLE):
                        refuse_blind_machine(machine, file.path)
                yield files, rows


def _predict_shard(
    job: Sequence[Any], shard: Sequence[Sequence[ListedFile]]
) -> tuple[str, list[Row]]:
    """In a worker: its machine, and a row per file."""
    predictor, bits_stored = _opened(job[0])
    rows = [row for chunk in shard for row in predictor.predict_chunk(chunk, bits_stored)]
    return get_node_ip_address(), rows


@lru_cache(maxsize=1)
def _opened(job: Any) -> tuple[BatchPredictor, int | None]:
    """The model, opened once per process."""
    torch.set_num_threads(1)
    open_predictor, bits_stored = ray.get(job)
    return open_predictor(), bits_stored
