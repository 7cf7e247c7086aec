"""Versions of results as they lie in an environment's data folder, for those who have no Kedro."""

from __future__ import annotations

from pathlib import Path

from chest_xray.errors import MissingVersion

# Beside the file of each version: what it was made from, by catalog name.
LINEAGE = "lineage.json"
_SHOWN = 3


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
    there = f"; there are {', '.join(sorted(versions)[-_SHOWN:])}" if versions else ""
    raise MissingVersion(
        f"There is no {wanted} at {entry.parent}{there}; kedro run --pipelines={maker} makes it."
    )
