"""What the catalog itself refuses to save or load (its ``validator:`` key)."""

from __future__ import annotations

import pandas as pd

from chest_xray.radiographs.splitting import check_splits


class LeakFreeSplits:
    """Refuses splits with a group on two sides, but for the methods that allow it by name."""

    def validate(self, data: pd.DataFrame) -> pd.DataFrame:
        """Return the splits as they are, or raise ``BadSplit``."""
        check_splits(data)
        return data
