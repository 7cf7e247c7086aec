"""Kedro's side: hooks, configuration, lineage, the study as a notebook sees it."""
