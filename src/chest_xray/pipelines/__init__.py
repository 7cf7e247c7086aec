"""The pipelines; they meet only in the catalog."""
