"""The Kedro datasets that the ecosystem lacks, and nothing more."""
