"""Draw the packages of chest_xray and what they import: ``python docs/draw_architecture.py``.

Packages and imports come from the code (grimp), their order from the layers of import-linter in
pyproject.toml. An arrow that follows from others is left out: where reporting imports learning and
learning imports radiographs, reporting may import radiographs too. The picture's description holds
all imports as text; tests/test_docs.py compares it with the code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

PROJECT = Path(__file__).parents[1]
PICTURE = PROJECT / "docs" / "images" / "architecture.svg"
ROOT = "chest_xray"
WIDTH, HEIGHT = 1.9, 0.62
ROW, COLUMN = 1.08, 2.3
# An arrow over so many layers has a corner, and so passes the boxes between.
LONG = 2
KEDRO, PIPELINES, LIBRARY = "#e8e8e8", "#cfe3f6", "#dcefdc"
# Each package's column, colour and a few words; its layer is that of import-linter.
PACKAGES = {
    "project": (0.25, KEDRO, "hooks, study, pages"),
    "datasets": (2.75, KEDRO, "Kedro datasets"),
    "pipelines": (1.5, PIPELINES, "nodes and edges"),
    "archiving": (2.5, LIBRARY, "DICOM reports, node"),
    "reporting": (1.5, LIBRARY, "figures, tables, text"),
    "tuning": (0.5, LIBRARY, "hyperparameter search"),
    "explaining": (1.5, LIBRARY, "heat maps and their tests"),
    "deploying": (2.5, LIBRARY, "export, int8, predictor"),
    "evaluating": (1.5, LIBRARY, "predictions, calibration"),
    "learning": (1.5, LIBRARY, "network, fit loop"),
    "phantoms": (-0.5, LIBRARY, "synthetic radiographs"),
    "radiographs": (1.5, LIBRARY, "files, pixels, splits"),
    "statistics": (2.5, LIBRARY, "intervals, paired tests"),
    "parameters": (0.5, LIBRARY, "typed models of conf/"),
    "machine": (2.0, LIBRARY, "cores, memory, files"),
    "errors": (1.5, LIBRARY, "one-sentence messages"),
}
# Kedro's own modules beside the packages, which are not drawn.
MODULES = {"__main__", "cli", "settings", "pipeline_registry"}

Imports = Mapping[str, set[str]]


def layers() -> list[list[str]]:
    """The packages, layer by layer from the top, as import-linter has them."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    rows = next(one["layers"] for one in contracts if one["type"] == "layers")
    return [re.split(r"\s*[:|]\s*", row) for row in rows]


def imports() -> dict[str, set[str]]:
    """By package, the other packages that it imports."""
    import grimp

    graph = grimp.build_graph(ROOT, cache_dir=None)
    found: dict[str, set[str]] = {}
    for module in graph.find_descendants(ROOT):
        own = module.split(".")[1]
        others = {
            one.split(".")[1]
            for one in graph.find_modules_directly_imported_by(module)
            if "." in one
        }
        found.setdefault(own, set()).update(others - {own})
    return found


def described(found: Imports) -> str:
    """All imports between the packages as text, one sentence per package."""
    return " ".join(
        f"{package}: {', '.join(sorted(found[package] & PACKAGES.keys())) or '-'}."
        for package in sorted(PACKAGES)
    )


def without_implied(found: Imports) -> dict[str, set[str]]:
    """The imports that don't follow from others."""

    def reached(package: str) -> set[str]:
        return found[package].union(*map(reached, found[package]))

    return {
        package: others - set().union(*map(reached, others)) for package, others in found.items()
    }


def draw(rows: list[list[str]], found: Imports) -> Figure:
    """The packages as boxes, layer by layer, and an arrow for each import that is not implied."""
    places = {
        package: (COLUMN * PACKAGES[package][0], -ROW * level)
        for level, row in enumerate(rows)
        for package in row
        if package not in MODULES
    }
    left, right = (edge(x for x, _ in places.values()) for edge in (min, max))
    width, height = right - left + WIDTH + 0.4, ROW * len(rows)
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(left - WIDTH / 2 - 0.2, right + WIDTH / 2 + 0.2)
    axes.set_ylim(ROW / 2 - height, ROW / 2)
    for package, place in places.items():
        _box(axes, package, place)
    for package, others in sorted(without_implied(found).items()):
        for other in sorted(others & places.keys()):
            if package in places:
                _arrow(axes, places[package], places[other])
    return figure


def _box(axes: Axes, package: str, place: tuple[float, float]) -> None:
    x, y = place
    _, colour, text = PACKAGES[package]
    box = FancyBboxPatch(
        (x - WIDTH / 2, y - HEIGHT / 2),
        WIDTH,
        HEIGHT,
        boxstyle="round,pad=0,rounding_size=0.08",
        facecolor=colour,
        edgecolor="#555555",
        zorder=2,
    )
    axes.add_patch(box)
    axes.text(x, y + 0.1, package, ha="center", va="center", weight="bold", size=11, zorder=3)
    axes.text(x, y - 0.14, text, ha="center", va="center", size=8.5, zorder=3)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    (x, y), (to_x, to_y) = start, end
    side = WIDTH / 2 if to_x > x else -WIDTH / 2
    below, above = (x, y - HEIGHT / 2), (to_x, to_y + HEIGHT / 2)
    start, end, bend = below, above, "arc3,rad=0"
    if y == to_y:
        start, end = (x + side, y), (to_x - side, to_y)
    elif x != to_x and y - to_y >= LONG * ROW:
        # Down first from the side of the picture, sideways first from its middle.
        if y == 0:
            end, bend = (to_x - side, to_y), "angle,angleA=90,angleB=0"
        else:
            start, bend = (x + side, y), "angle,angleA=0,angleB=90"
    arrow = FancyArrowPatch(
        start,
        end,
        arrowstyle="-|>",
        connectionstyle=bend,
        mutation_scale=12,
        color="#555555",
        linewidth=1,
        shrinkA=0,
        shrinkB=0,
        zorder=1,
    )
    axes.add_patch(arrow)


def main() -> None:
    """Write the picture."""
    found = imports()
    with mpl.rc_context({"svg.hashsalt": ROOT}):
        metadata = {"Date": None, "Description": described(found)}
        draw(layers(), found).savefig(PICTURE, metadata=metadata, facecolor="white")
    print(PICTURE.relative_to(PROJECT))  # noqa: T201


if __name__ == "__main__":
    main()
