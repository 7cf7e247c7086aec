"""kedro viz draws layers only where they form no circle, and shows them by their names."""

import pytest
from conftest import PROJECT
from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

LAYERS = [
    "00 folders of this project",
    "01 radiographs as they came",
    "02 what is in the files",
    "03 splits and pixels",
    "06 models",
    "07 what models say",
    "08 metrics figures and tables",
]


@pytest.fixture(scope="module")
def layer_of():
    """The layer of a catalog entry, or None."""
    bootstrap_project(PROJECT)
    with KedroSession.create(project_path=PROJECT, env="test") as session:
        catalog = session.load_context().catalog

        def found(name):
            metadata = getattr(catalog[name], "metadata", None) if name in catalog else None
            return (metadata or {}).get("kedro-viz", {}).get("layer")

        yield found


def test_layers_are_named_in_words_and_follow_each_other(layer_of):
    edges = {
        (layer_of(name), layer_of(output))
        for node in pipelines["__default__"].nodes
        for output in node.outputs
        for name in node.inputs
    }
    named = [edge for edge in edges if all(edge)]
    assert {layer for edge in named for layer in edge} == set(LAYERS)
    for first, then in named:
        assert LAYERS.index(first) <= LAYERS.index(then)
