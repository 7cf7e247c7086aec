"""A bounded queue before the model: so many requests and bytes at once, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, TypeVar

from chest_xray.serving.refusals import Refused, busy

T = TypeVar("T")


class WaitingRoom:
    """The requests that a worker process works on, and the one thread that computes for them.

    One thread for each process: onnxruntime and Pillow use one core each, and there is a process
    for each core.

    Attributes:
        requests: How many have a place.
        held_bytes: Of their uploads.
    """

    def __init__(self, max_requests: int, max_bytes: int, on_change: Callable[[int], None]) -> None:
        """Open it.

        Args:
            max_requests: More are refused.
            max_bytes: Of uploads, likewise.
            on_change: Told of each new number of requests.
        """
        self._max_requests, self._max_bytes = max_requests, max_bytes
        self._on_change = on_change
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="model")
        self.requests = self.held_bytes = 0

    def place(self) -> Place:
        """A place for one request, for ``async with``.

        Raises:
            Refused: All places are taken.
        """
        if self.requests >= self._max_requests:
            raise busy(f"The service is full: {self.requests} requests are being worked on.")
        return Place(self)

    def enter(self) -> None:
        """Count one request more."""
        self.requests += 1
        self._on_change(self.requests)

    def leave(self, held_bytes: int) -> None:
        """Count one request, and its bytes, less."""
        self.requests -= 1
        self.held_bytes -= held_bytes
        self._on_change(self.requests)

    def hold(self, size: int) -> None:
        """Count bytes that are kept.

        Raises:
            Refused: They are more than may be held at once.
        """
        if self.held_bytes + size > self._max_bytes:
            raise busy("The service is full: it holds as many bytes of uploads as it may.")
        self.held_bytes += size

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Compute something after all that was submitted before."""
        return self._thread.submit(work)

    def close(self) -> None:
        """Wait for what has begun."""
        self._thread.shutdown(cancel_futures=True)


class Place:
    """One request's place; given back when nothing is computed for it any more."""

    def __init__(self, room: WaitingRoom) -> None:
        self._room = room
        self._held = 0
        self._running: Future[Any] | None = None

    async def __aenter__(self) -> Place:
        self._room.enter()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._running is None or self._running.done():
            self._room.leave(self._held)
            return
        # A thread can't be stopped: what took too long keeps its place until it has ended.
        loop = asyncio.get_running_loop()
        self._running.add_done_callback(
            lambda _: loop.call_soon_threadsafe(self._room.leave, self._held)
        )

    def hold(self, size: int) -> None:
        """Count bytes of this request's upload."""
        self._room.hold(size)
        self._held += size

    async def compute(self, work: Callable[[], T], seconds: float) -> T:
        """The result of some work, in the room's thread.

        Raises:
            Refused: It took longer than so many seconds, waiting included.
        """
        future = self._room.submit(work)
        self._running = future
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), seconds)
        except TimeoutError as error:
            raise Refused(504, "The answer took longer than the service allows.") from error
