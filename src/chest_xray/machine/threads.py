"""Thread pools whose workers decode, resize or predict in parallel, one core each."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch


@contextmanager
def single_threaded_workers(count: int) -> Iterator[ThreadPoolExecutor]:
    """A pool of ``count`` threads, in each of which torch uses a single thread.

    Pillow, imagecodecs, hashlib, torch and onnxruntime release the interpreter's lock while they
    work, so threads are enough, and torch must not start threads of its own inside each of them.
    Tasks that have not started when the block is left are cancelled.
    """
    threads = torch.get_num_threads()
    pool = ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        # MKL's number of threads is the process's, not the worker's: training would use one.
        torch.set_num_threads(threads)
