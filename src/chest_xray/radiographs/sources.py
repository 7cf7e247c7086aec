"""Where films come from: several folders in one study, and the source of each film."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd
import yaml

from chest_xray.errors import BadRadiographs

_FILE_KINDS = (".yml", ".yaml")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SourceRule:
    """What gives a film its source where neither the table nor a list of folders does.

    Attributes:
        pattern: A regular expression with a group ``source``, held against the path below the
            folder of radiographs; '' for none.
        name: Of all films that nothing else gives a source.
    """

    pattern: str = ""
    name: str = "inside"

    def of(self, path: PurePosixPath) -> str:
        """The source of a file by its path below the folder of radiographs."""
        found = re.search(self.pattern, path.as_posix()) if self.pattern else None
        return (found["source"] if found else "") or self.name


def source_folders(radiographs: Path) -> dict[str, Path]:
    """The folders of a study by the name of their source; '' is the one folder without a list.

    Args:
        radiographs: A folder, or a YAML file that lists several: ``name: folder`` on each line,
            relative folders beginning where the file lies.

    Raises:
        BadRadiographs: The file is no such list, or a folder in it doesn't exist.
    """
    # Of a path that can't be reached, the listing says why.
    if not os.path.isfile(radiographs):  # noqa: PTH113
        return {"": radiographs}
    if radiographs.suffix.lower() not in _FILE_KINDS:
        raise BadRadiographs(
            f"The radiographs {radiographs} are neither a folder nor a list of folders; a list is "
            "a file that ends in .yml, with 'name: folder' on each line."
        )
    try:
        text = radiographs.read_text(encoding="utf8")
        listed, twice = yaml.safe_load(text), _named_twice(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadRadiographs(
            f"The list of folders {radiographs} is no YAML "
            f"({' '.join(str(error).split())}); it needs 'name: folder' on each line."
        ) from error
    if not isinstance(listed, dict) or not listed:
        raise BadRadiographs(
            f"The list of folders {radiographs} needs 'name: folder' on each line, one for each "
            "source."
        )
    if twice:
        raise BadRadiographs(
            f"The list of folders {radiographs} names the source {twice} twice; it needs one "
            "folder for each name."
        )
    folders = {}
    for name, folder in listed.items():
        source = str(name)
        if "/" in source or not source.strip(" .") or not isinstance(folder, str):
            raise BadRadiographs(
                f"The list of folders {radiographs} has '{name}: {folder}'; it needs the name of a "
                "source, without a slash, and a folder."
            )
        folders[source] = radiographs.parent / Path(folder).expanduser()
        if not folders[source].is_dir():
            raise BadRadiographs(
                f"The list of folders {radiographs} names {folders[source]} for {source}, and "
                "there is no such folder."
            )
    return folders


def _named_twice(text: str) -> str:
    """The first key that a YAML mapping has twice, of which PyYAML drops one; '' for none."""
    mapping = yaml.compose(text, Loader=yaml.SafeLoader)
    keys = [key.value for key, _ in mapping.value] if isinstance(mapping, yaml.MappingNode) else []
    return next((str(key) for place, key in enumerate(keys) if key in keys[:place]), "")


def log_shared_patients(listing: pd.DataFrame) -> None:
    """Say how many patient ids occur in several sources: each counts as one patient.

    That can only make parts of a split more independent, never less.

    Args:
        listing: ``patient_id, source``.
    """
    sources = listing.groupby("patient_id")["source"].nunique()
    shared = sources.index[sources > 1]
    if len(shared):
        logger.info(
            "%d patient ids, such as %s, occur in several sources and count as one patient each; "
            "where they are different people, give them different ids in radiograph_table.",
            len(shared),
            shared[0],
        )
