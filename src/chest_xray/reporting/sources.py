"""The source of a function or class, read from its file without importing what it imports."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path


def source_of(name: str) -> str:
    """The source of a function or class of this package.

    Args:
        name: With its module, as ``chest_xray.learning.fitting.fit``.

    Raises:
        KeyError: There is none of this name.
    """
    module, _, own = name.rpartition(".")
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise KeyError(f"there is no module {module}")
    text = Path(spec.origin).read_text(encoding="utf8")
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == own:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            return "\n".join(text.splitlines()[first - 1 : node.end_lineno])
    raise KeyError(f"{module} has no function or class {own}")
