"""Versions of results in an environment's data folder, found without Kedro."""

from __future__ import annotations

from pathlib import Path, PurePath

from chest_xray.errors import MissingVersion

_SHOWN = 3


def lineage_path(entry: PurePath, version: str) -> PurePath:
    """The file that records what a version was made from: in its layer, apart from the versions.

    Args:
        entry: The catalog entry's ``filepath``, such as ``data/06_models/tuned_card.json``.
        version: Of it; ``stream`` for what has no versions.
    """
    return entry.parent / ".lineage" / entry.name / f"{version}.json"


def version_path(entry: Path, maker: str, version: str = "") -> Path:
    """The file of one version of a catalog entry.

    Args:
        entry: Its ``filepath``, such as ``data/06_models/tuned_card.json``.
        maker: The pipeline that makes it.
        version: Such as ``2026-11-27T18.05.07.423Z``; '' for the newest.

    Raises:
        MissingVersion: There is no such version, or none at all; it names those there are.
    """
    versions = {path.parent.name: path for path in sorted(entry.glob(f"*/{entry.name}"))}
    if version in versions or (versions and not version):
        return versions[version or max(versions)]
    wanted = f"version {version} of {entry.name}" if version else entry.name
    known = f"; there are {', '.join(sorted(versions)[-_SHOWN:])}" if versions else ""
    raise MissingVersion(
        f"There is no {wanted} at {entry.parent}{known}; kedro run --pipelines={maker} makes it."
    )
