"""Threads that decode, resize or judge side by side."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import torch


@contextmanager
def single_threaded_workers(count: int) -> Iterator[ThreadPoolExecutor]:
    """So many threads, in each of which torch works with one.

    Pillow, hashlib, torch and onnxruntime let go of the interpreter while they work: threads are
    enough, and torch must not start threads of its own inside each of them. What has not begun when
    the block is left is dropped.
    """
    threads = torch.get_num_threads()
    pool = ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        # MKL's number is the whole process's, not the worker's: training would go on with one.
        torch.set_num_threads(threads)
