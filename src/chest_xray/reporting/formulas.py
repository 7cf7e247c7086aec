"""Formulas of the notebooks as pictures in the page, which so needs nothing from elsewhere."""

from __future__ import annotations

import base64
import re
from io import BytesIO

from chest_xray.reporting import html

_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)
_POINTS_PER_EM = 9.5


def with_formulas(markdown: str) -> str:
    """Markdown whose formulas, between dollar signs, are pictures."""
    return _FORMULA.sub(_as_picture, markdown)


def _as_picture(found: re.Match[str]) -> str:
    if found[1] is not None:
        return html.formula_paragraph(formula(found[1]))
    return formula(found[2])


def formula(tex: str) -> str:
    """A formula as a picture, left to right whatever is around it; its TeX is its text."""
    from matplotlib.mathtext import math_to_image

    picture = BytesIO()
    line = " ".join(tex.split())
    math_to_image(f"${line}$", picture, format="svg")
    svg = picture.getvalue().decode()
    width, height = (
        float(svg.partition(f'{side}="')[2].partition("pt")[0]) / _POINTS_PER_EM
        for side in ("width", "height")
    )
    return html.formula_picture(line, base64.b64encode(svg.encode()).decode(), width, height)
