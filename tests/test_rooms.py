"""The rooms keep apart: what computes knows no Kedro, and pipelines meet only in the catalog."""

import ast

import pytest
from conftest import PROJECT

SOURCE = PROJECT / "src" / "chest_xray"
LIBRARY = ("deploying", "explaining", "learning", "phantoms", "radiographs", "reporting")
PIPELINES = sorted(path.name for path in (SOURCE / "pipelines").iterdir() if path.is_dir())


def imported(folder):
    """What the modules of a folder import, by module."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{path} imports relatively"
                yield path, node.module


@pytest.mark.parametrize("room", LIBRARY)
def test_a_library_room_imports_no_kedro_and_no_pipeline(room):
    found = list(imported(SOURCE / room))
    assert found
    foreign = [
        (path.name, name) for path, name in found
        if name.split(".")[0].startswith("kedro") or name.startswith("chest_xray.pipelines")
    ]  # fmt: skip
    assert not foreign


@pytest.mark.parametrize("pipeline", [name for name in PIPELINES if not name.startswith("_")])
def test_a_pipeline_imports_no_other(pipeline):
    own = f"chest_xray.pipelines.{pipeline}"
    foreign = [
        (path.name, name) for path, name in imported(SOURCE / "pipelines" / pipeline)
        if name.startswith("chest_xray.pipelines.") and not f"{name}.".startswith(f"{own}.")
    ]  # fmt: skip
    assert not foreign
