"""Work in a process of its own: runtimes disturb each other, and each other's clocks, in one."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from chest_xray.errors import BadQuantization, ChestXrayError

Answer = TypeVar("Answer")

_SECONDS_TO_END = 10


def run_apart(
    work: Callable[..., Answer],
    *arguments: Any,
    seconds: float,
    environment: Mapping[str, str] | None = None,
) -> Answer:
    """Call a function in a fresh process and wait for what it returns.

    Args:
        work: A function of a module; what its library reads from the environment when imported, it
            must import itself.
        arguments: Plain values and arrays.
        seconds: After this time the process is ended.
        environment: Set in that process, before ``work`` is called.

    Raises:
        BadQuantization: No answer in time, or the process ended without one; the
            reason is in what it wrote to stderr.
        ChestXrayError: What ``work`` raised of this kind.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(
        target=_answer, args=(sender, dict(environment or {}), work, arguments), daemon=True
    )
    process.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise BadQuantization(f"{work.__name__} took longer than {seconds:g} s and was ended.")
        answer = receiver.recv()
        # Its own helpers end with it; a process that is killed leaves them behind.
        process.join(_SECONDS_TO_END)
    except EOFError as error:
        process.join()
        raise BadQuantization(
            f"The process of {work.__name__} ended without a result (exit code "
            f"{process.exitcode}); what it wrote above says why."
        ) from error
    finally:
        process.kill()
        process.join()
    if isinstance(answer, ChestXrayError):
        raise answer
    return answer


def _answer(
    sender: Connection, environment: dict[str, str], work: Callable[..., Any], arguments: tuple
) -> None:
    os.environ.update(environment)
    try:
        sender.send(work(*arguments))
    except ChestXrayError as error:
        sender.send(error)
