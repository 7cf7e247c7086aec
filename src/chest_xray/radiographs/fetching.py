"""Fetch the published radiographs from Kaggle."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import kagglehub
from kagglehub.exceptions import KaggleApiHTTPError
from requests.exceptions import RequestException

DATA_SET = "paultimothymooney/chest-xray-pneumonia"


def fetch(folder: Path) -> None:
    """Download the published set (about 2.4 GB) and copy it to ``folder``, which must not exist.

    Exits with one sentence where the folder exists, or Kaggle can't be reached.
    """
    if folder.exists():
        sys.exit(f"{folder} exists already; nothing was fetched.")
    partial = folder.with_name(f"{folder.name}.partial")
    try:
        fetched = Path(kagglehub.dataset_download(DATA_SET))
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(fetched / "chest_xray", partial)
        partial.rename(folder)
    except (KaggleApiHTTPError, RequestException, OSError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        sys.exit(
            f"Kaggle's {DATA_SET} can't be fetched ({reason}). Without an account "
            "or a network: copy the folder chest_xray from another machine (the set is also at "
            f"doi:10.17632/rscbjbr9sj.2) to {folder}, or run `make demo`, which needs no data."
        )


if __name__ == "__main__":
    fetch(Path(sys.argv[1]))
