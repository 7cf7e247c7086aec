"""Old versions of results, removed but for those that newer results were made from."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from chest_xray.machine.versions import lineage_path
from chest_xray.project.lineage import ROOTS, Lineage, made_from

# As Kedro names the versions of a run; below the layers, as one data folder may lie in another.
_VERSION = re.compile(r"\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d\.\d{3}Z")
_LAYERS = "0[2-8]_*"


@dataclass(frozen=True)
class Version:
    """One version of one result.

    Attributes:
        entry: The folder of all versions, named like the result's file.
        name: Such as ``2026-11-27T18.05.07.423Z``.
    """

    entry: Path
    name: str

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.entry / self.name

    @property
    def lineage_file(self) -> Path:
        """Where it is kept what the version was made from."""
        return Path(lineage_path(self.entry, self.name))

    @property
    def lineage(self) -> Lineage:
        """What it was made from; empty for a version that keeps nothing of it."""
        return _lineage(self.lineage_file)

    def bytes(self) -> int:
        """How much room it takes."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def remove(self) -> None:
        """Remove it, and then what it was made from."""
        shutil.rmtree(self.folder)
        self.lineage_file.unlink(missing_ok=True)


@dataclass(frozen=True)
class Cleaned:
    """What was removed: ``versions``, ``bytes``; ``needed``: older versions that are kept."""

    versions: int
    bytes: int
    needed: int


def clean_old(folder: Path, keep: int) -> Cleaned:
    """Remove all but the newest versions of every result, and what these were made from.

    Args:
        folder: An environment's ``data_root``, which no run may be using.
        keep: How many versions of each result stay, at least 1.
    """
    versions = list(all_versions(folder))
    newest = newest_versions(versions, keep)
    needed = needed_versions(versions, newest, _streams(folder))
    old = [one for one in versions if one not in newest and one not in needed]
    freed = sum(one.bytes() for one in old)
    for one in old:
        one.remove()
    return Cleaned(len(old), freed, len(needed))


def all_versions(folder: Path) -> Iterator[Version]:
    """Every version of every result below a ``data_root``."""
    for layer in sorted(folder.glob(_LAYERS)):
        for path in sorted(layer.rglob("*Z")):
            if _VERSION.fullmatch(path.name) and (path / path.parent.name).exists():
                yield Version(path.parent, path.name)


def newest_versions(versions: Iterable[Version], keep: int) -> set[Version]:
    """The newest ones of each result."""
    by_entry: dict[Path, list[Version]] = {}
    for one in versions:
        by_entry.setdefault(one.entry, []).append(one)
    return {
        one for ones in by_entry.values() for one in sorted(ones, key=lambda one: one.name)[-keep:]
    }


def needed_versions(
    versions: Iterable[Version], kept: Iterable[Version], streams: Iterable[Lineage]
) -> set[Version]:
    """The versions that kept results were made from, and those that these were made from.

    Args:
        versions: All that there are.
        kept: What stays in any case.
        streams: What the unversioned results were made from.

    Returns:
        Of ``versions``, without ``kept``; of equal ones the newest.
    """
    # By catalog name and hash, as lineages have it.
    roots: dict[tuple[str, str], list[Version]] = {}
    for one in sorted(versions, key=lambda one: one.name):
        root = one.entry.name.partition(".")[0]
        made = one.lineage.get(root)
        if root in ROOTS and made:
            roots.setdefault((root, made), []).append(one)
    stay = set(kept)
    needed: set[Version] = set()
    to_follow = [*streams, *(one.lineage for one in stay)]
    while to_follow:
        for origin in to_follow.pop().items():
            there = roots.get(origin, [])
            if there and not stay.intersection(there):
                stay.add(there[-1])
                needed.add(there[-1])
                to_follow.append(there[-1].lineage)
    return needed


def _streams(folder: Path) -> Iterator[Lineage]:
    return (_lineage(path) for path in folder.glob(f"{_LAYERS}/**/.lineage/*/stream.json"))


def _lineage(path: Path) -> Lineage:
    return made_from(json.loads(path.read_text())) if path.exists() else {}
