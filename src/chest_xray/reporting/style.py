"""What all figures share."""

from __future__ import annotations

from matplotlib.figure import Figure

# Okabe and Ito's colours, which the colour-blind can tell apart
# (https://jfly.uni-koeln.de/color/).
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#777777"
CLASS_COLOURS = (BLUE, ORANGE)


def new_figure(width: float = 8.0, height: float = 4.5) -> Figure:
    """An empty figure, inches, whose axes never overlap; drawn without a screen."""
    return Figure(figsize=(width, height), dpi=120, layout="constrained")


def plain(name: str) -> str:
    """A person's name of a file, class or subtype as text, in which dollars begin no formula."""
    return name.replace("$", r"\$")
