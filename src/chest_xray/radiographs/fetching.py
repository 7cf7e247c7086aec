"""Fetch the published radiographs from Kaggle."""

from __future__ import annotations

import shutil
from pathlib import Path

import kagglehub
from kagglehub.exceptions import KaggleApiHTTPError
from requests.exceptions import RequestException

from chest_xray.errors import BadRadiographs
from chest_xray.machine.atomic_files import replacing

DATA_SET = "paultimothymooney/chest-xray-pneumonia"


def fetch(folder: Path) -> None:
    """Download the published set (about 2.4 GB) and copy it to ``folder``, which must not exist.

    Raises:
        BadRadiographs: The folder exists, or Kaggle can't be reached.
    """
    if folder.exists():
        raise BadRadiographs(f"{folder} exists already; nothing was fetched.")
    try:
        fetched = Path(kagglehub.dataset_download(DATA_SET))
        folder.parent.mkdir(parents=True, exist_ok=True)
        with replacing(folder) as partial:
            shutil.copytree(fetched / "chest_xray", partial)
    except (KaggleApiHTTPError, RequestException, OSError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise BadRadiographs(
            f"Kaggle's {DATA_SET} can't be fetched ({reason}). Without an account "
            "or a network: copy the folder chest_xray from another machine (the set is also at "
            f"doi:10.17632/rscbjbr9sj.2) to {folder}, or run `make demo`, which needs no data."
        ) from error
