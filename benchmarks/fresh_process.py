"""Work in a process of its own, where nothing of ours has been set up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def in_fresh_process(work: Callable[..., Answer], *arguments: Any) -> Answer:
    """What a function returns in a new process.

    A plain notebook has the system's allocator and torch's own number of threads; both are the
    whole process's, and ours sets them. Such a process may start workers of its own.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()
