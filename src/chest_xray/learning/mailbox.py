"""What passes between the workers of a training and the process that started them.

Needs neither torch nor Ray, so that the process in which Ray keeps it starts at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from chest_xray.errors import ChestXrayError


@dataclass(frozen=True)
class MailboxStatus:
    """Of a mailbox.

    Attributes:
        epochs: How many lie behind the state in it; ``taken``: behind the driver's.
        groups: Of how many workers each group was that has begun.
        problem: What ended the training, if something has.
    """

    epochs: int = 0
    taken: int = 0
    groups: tuple[int, ...] = ()
    problem: ChestXrayError | None = None


class Mailbox:
    """The last whole epoch in pieces, and what the workers have to say; an actor of Ray's."""

    def __init__(self) -> None:
        """Begin with nothing in it."""
        self._arriving: list[bytes] = []
        self._pieces: list[bytes] = []
        self._status = MailboxStatus()

    def begin(self) -> None:
        """Forget a state that was not sent to its end."""
        self._arriving = []

    def add(self, piece: bytes) -> None:
        """Take the next piece of a state."""
        self._arriving.append(piece)

    def close(self, epochs: int) -> None:
        """The state after so many epochs is here."""
        self._pieces, self._arriving = self._arriving, []
        self._status = replace(self._status, epochs=epochs)

    def piece(self, number: int) -> bytes | None:
        """The piece of this number, from 0, of the last whole state; None after the last."""
        return self._pieces[number] if number < len(self._pieces) else None

    def take(self, epochs: int) -> None:
        """The driver has the state after so many epochs."""
        self._status = replace(self._status, taken=epochs)

    def join(self, workers: int) -> None:
        """So many workers have begun together."""
        self._status = replace(self._status, groups=(*self._status.groups, workers))

    def fail(self, problem: ChestXrayError) -> None:
        """The training can't go on, for this reason."""
        self._status = replace(self._status, problem=problem)

    def status(self) -> MailboxStatus:
        """What has happened so far."""
        return self._status
