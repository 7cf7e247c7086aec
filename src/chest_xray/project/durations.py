"""How long nodes took in the last run of the same settings, and how long the rest takes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from chest_xray.machine.atomic_files import replacing

# Settings whose last run is remembered: a run of new radiographs is one of other parameters.
_KEPT_SETTINGS = 10
# Of a run that is so many times faster or slower than the last one, nothing is foretold.
_UNLIKE = 2.0
# Nodes that took less than this altogether do not tell whether it is.
_TELLING_SECONDS = 10.0


class Durations:
    """Seconds of each node, remembered beside the logs of an environment.

    A run with other parameters takes another time, so that each set of them has its own memory.

    Args:
        path: The json file.
        parameters: Of the run: what json can write.
    """

    def __init__(self, path: Path, parameters: Mapping[str, Any]) -> None:
        self._path = path
        text = json.dumps(parameters, sort_keys=True, default=str)
        self._settings = hashlib.sha256(text.encode()).hexdigest()
        self._kept = self._read()
        self._before = self._kept.pop(self._settings, {})
        self._now: dict[str, float] = {}

    def _read(self) -> dict[str, dict[str, float]]:
        try:
            kept = json.loads(self._path.read_text())
            return {
                settings: {name: float(seconds) for name, seconds in nodes.items()}
                for settings, nodes in kept.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            # Nothing is remembered: then nodes are counted.
            return {}

    def took(self, name: str, seconds: float) -> None:
        """Remember how long a node of this run took."""
        self._now[name] = seconds

    def save(self) -> None:
        """Keep them for the next run; those of nodes that this one had not are kept too."""
        others = list(self._kept.items())[1 - _KEPT_SETTINGS :]
        kept = dict(others) | {self._settings: self._before | self._now}
        # A full disk has a message of its own; without this memory nodes are counted.
        with suppress(OSError), replacing(self._path) as partial:
            partial.write_text(json.dumps(kept, indent=1))

    def left(self, running: Mapping[str, float], waiting: Iterable[str]) -> str:
        """How long until the run ends, in words; '' where nothing is known of a node.

        It is unclear where a node takes more than twice as long as it did, or the nodes so far took
        less than half or more than twice as long together.

        Args:
            running: The seconds so far of the nodes that are running.
            waiting: The names of those that were not begun.
        """
        names = [*running, *waiting]
        if any(name not in self._before for name in names):
            return ""
        slow = any(_slower(seconds, self._before[name]) for name, seconds in running.items())
        if slow or not self._is_like_before():
            return "time left unclear: the last run had another speed"
        seconds = sum(max(0.0, self._before[name] - running.get(name, 0.0)) for name in names)
        return f"about {in_words(seconds)} left" if seconds >= 1 else ""

    def _is_like_before(self) -> bool:
        known = [name for name in self._now if name in self._before]
        now = sum(self._now[name] for name in known)
        before = sum(self._before[name] for name in known)
        return not _slower(now, before) and not _slower(before, now)


def _slower(now: float, before: float) -> bool:
    return now >= _TELLING_SECONDS and now > _UNLIKE * before


def in_words(seconds: float) -> str:
    """A duration as ``0.3 s``, ``34 s``, ``5 min`` or ``2 h 10 min``."""
    if seconds < 1:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
