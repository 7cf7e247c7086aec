"""Which command makes which result."""

from __future__ import annotations

from collections.abc import Iterator

from kedro.framework.project import pipelines
from kedro.pipeline.node import Node

# In the order in which each finds what it needs.
STUDY = (
    "data_processing",
    "training",
    "error_analysis",
    "tuning",
    "quantization",
    "interpretability",
)
PHANTOMS = "phantoms"


def maker_of(name: str) -> str:
    """The pipeline that makes a result, the six before all others; '' where none does."""
    known = [*STUDY, *(title for title in pipelines if title not in (*STUDY, "__default__"))]
    return next((title for title in known if name in pipelines[title].all_outputs()), "")


def node_that_makes(name: str) -> str:
    """The node that makes what is passed on in memory; '' where none does."""
    return next((node.name for node in _nodes() if name in node.outputs), "")


def node_of(name: str) -> Node:
    """The node that makes a result.

    Raises:
        KeyError: None does.
    """
    found = next((node for node in _nodes() if name in node.outputs), None)
    if found is None:
        raise KeyError(f"no node makes {name}")
    return found


def _nodes() -> Iterator[Node]:
    return (node for pipeline in pipelines.values() for node in pipeline.nodes)


def run_command(pipeline: str, env: str | None = None) -> str:
    """What a person types to run a pipeline in an environment; None for Kedro's default one."""
    chosen = f" --env={env}" if env else ""
    return f"kedro run{chosen} --pipelines={pipeline}"


def command_for(name: str, env: str | None = None) -> str:
    """What a person types to have a result made."""
    return run_command(maker_of(name) or STUDY[0], env)
