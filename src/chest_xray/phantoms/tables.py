"""What a hospital could know of its films, as a table beside them."""

import pandas as pd

_COLUMNS = ("source", "age", "lesion_side", "lesion_lobe", "lesion_opacity")


def radiograph_table(truth: pd.DataFrame) -> pd.DataFrame:
    """The table of a set of phantoms.

    Classes and patients stay out of it: folders and names tell them, and what was planted in these
    stays planted.

    Args:
        truth: what `plan_phantoms` gives.

    Returns:
        One row per file: `image`, its path below the set's folder, and `source`, `age`,
        `lesion_side`, `lesion_lobe` and `lesion_opacity`, empty and 0 in a healthy chest.
    """
    return truth[["file", *_COLUMNS]].rename(columns={"file": "image"})
