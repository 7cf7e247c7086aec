"""Reports that wait for the archive, on disk: what was promised survives a kill and a power cut."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from chest_xray.archiving.film import OUT_OF_RESOURCES, RefusedObject
from chest_xray.errors import BadArchive

_TABLE = """
CREATE TABLE IF NOT EXISTS films (
    id TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    pixels TEXT NOT NULL,
    syntax TEXT NOT NULL,
    report BLOB,
    attempts INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS waiting ON films (due) WHERE report IS NOT NULL;
"""


@dataclass(frozen=True)
class ReportedFilm:
    """A film that was reported, as the outbox remembers it.

    Attributes:
        id: ``film_id``.
        key: What logs call it.
        pixels: SHA-256 of its encoded pixels.
        syntax: UID of the transfer syntax in which these came.
    """

    id: str
    key: str
    pixels: str
    syntax: str


@dataclass(frozen=True)
class Waiting:
    """A report to be delivered: ``report`` is a DICOM file, ``attempts`` failed before."""

    id: str
    key: str
    report: bytes
    attempts: int


def film_id(sop_instance_uid: str, fingerprint: str) -> str:
    """A film as one model sees it, without a UID in clear, as machines write dates into these."""
    return hashlib.sha256(f"{sop_instance_uid} {fingerprint}".encode()).hexdigest()


class Outbox:
    """Films that were reported, and the reports that wait; safe to use from several threads.

    A report is removed once it was delivered. Of its film a row of hashes stays, so that a film
    that comes again is reported once.
    """

    def __init__(self, folder: Path, capacity: int) -> None:
        """Open it, or make it, for this process alone.

        Args:
            folder: Of its file; others than its owner are shut out of it.
            capacity: How many reports may wait.

        Raises:
            BadArchive: Another process uses it, or it is damaged or can't be written.
        """
        self._capacity = capacity
        self._lock = threading.Lock()
        path = folder / "outbox.sqlite"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            self._database = sqlite3.connect(
                path, timeout=1, isolation_level=None, check_same_thread=False
            )
            # Exclusive before the first write: a second process is refused, not mixed in.
            for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL"):
                self._database.execute(f"PRAGMA {pragma}")
            # Delivered reports leave no patient in free pages.
            self._database.execute("PRAGMA secure_delete=ON")
            self._database.executescript(_TABLE)
        except OSError as error:
            raise BadArchive(f"The queue {folder} can't be used: {error.strerror}.") from error
        except sqlite3.OperationalError as error:
            raise BadArchive(
                f"The queue {path} can't be used ({error}): another node may be using it; each "
                "needs a folder of its own that it can write."
            ) from error
        except sqlite3.DatabaseError as error:
            raise BadArchive(
                f"The queue {path} is damaged ({error}); move it away, and have the films whose "
                "reports are missing sent again."
            ) from error

    def refuse_where_full(self) -> None:
        """Raise ``RefusedObject`` with 0xA700 where no further report can wait."""
        if self.waiting() >= self._capacity:
            raise RefusedObject(OUT_OF_RESOURCES, f"{self._capacity} reports wait for the archive")

    def add(self, film: ReportedFilm, report: bytes) -> None:
        """Keep a report until it is delivered; nothing where the film was reported before.

        On return it is on the disk.

        Raises:
            RefusedObject: The disk is full.
        """
        values = (film.id, film.key, film.pixels, film.syntax, report)
        try:
            self._run(
                "INSERT OR IGNORE INTO films (id, key, pixels, syntax, report, due)"
                " VALUES (?, ?, ?, ?, ?, 0)",
                *values,
            )
        except sqlite3.OperationalError as error:
            raise RefusedObject(OUT_OF_RESOURCES, f"the queue can't be written: {error}") from error

    def find(self, id: str) -> ReportedFilm | None:
        """A film that was reported; None where it wasn't."""
        rows = self._run("SELECT id, key, pixels, syntax FROM films WHERE id = ?", id)
        return ReportedFilm(*rows[0]) if rows else None

    def due(self, now: float, count: int) -> list[Waiting]:
        """At most ``count`` reports that are to be sent by ``now``, seconds since 1970."""
        rows = self._run(
            "SELECT id, key, report, attempts FROM films"
            " WHERE report IS NOT NULL AND due <= ? ORDER BY due, rowid LIMIT ?",
            now,
            count,
        )
        return [Waiting(*row) for row in rows]

    def delivered(self, id: str) -> None:
        """Forget a report that the archive has."""
        self._run("UPDATE films SET report = NULL WHERE id = ?", id)

    def postpone(self, id: str, until: float) -> None:
        """Try a report again later."""
        self._run("UPDATE films SET due = ?, attempts = attempts + 1 WHERE id = ?", until, id)

    def waiting(self) -> int:
        """How many reports wait."""
        return int(self._run("SELECT COUNT(*) FROM films WHERE report IS NOT NULL")[0][0])

    def close(self) -> None:
        """Let another process use it."""
        with self._lock:
            self._database.close()

    def _run(self, statement: str, *values: object) -> list[tuple]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()
