"""A page that stands alone: its style and pictures are in it, and nothing is fetched."""

from __future__ import annotations

import base64
import html
import re
from io import BytesIO

from chest_xray.reporting.html import DIRECTION
from chest_xray.reporting.languages import Language

# Noto's Persian letters where they are installed, else what the system has for Persian.
STYLE = """
body { margin: 0; background: white; color: #1a1a1a; line-height: 1.6;
       font-family: "Noto Sans", "Vazirmatn", "Noto Naskh Arabic", "Segoe UI", Tahoma, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1, h2, h3 { line-height: 1.25; margin-top: 2em; }
h1 { margin-top: 0.7em; }
h2 { border-bottom: 1px solid #ccc; padding-bottom: 0.2em; }
figure { margin: 1.5em 0; text-align: center; }
figcaption, .note { color: #555; font-size: 0.9em; }
table { border-collapse: collapse; margin: 1.2em 0; font-size: 0.88em; text-align: start; }
caption { font-weight: bold; text-align: start; padding-bottom: 0.4em; }
th, td { border: 1px solid #ddd; padding: 0.25em 0.6em; vertical-align: top; }
th { background: #f3f5f7; }
table.report { display: block; overflow-x: auto; font-variant-numeric: tabular-nums; }
td span[lang], th span[lang] { unicode-bidi: isolate; }
code, pre, .highlight { direction: ltr; unicode-bidi: isolate; text-align: left;
       font-family: "Noto Sans Mono", "DejaVu Sans Mono", Consolas, monospace; }
code { font-size: 0.88em; background: #f3f5f7; padding: 0 0.2em; }
pre { background: #f7f8fa; padding: 0.7em 1em; overflow-x: auto; font-size: 0.82em;
       line-height: 1.4; }
img.formula { vertical-align: middle; }
p.formula { text-align: center; }
.missing { border-inline-start: 4px solid #D55E00; background: #fdf3ec; padding: 0.5em 1em; }
.output_area, .jp-OutputArea { margin: 0; }
"""
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)
_POINTS_PER_EM = 9.5


def page(title: str, body: str, language: Language, style: str = "") -> str:
    """A whole page in the direction of its language; ``style`` is added to the common one."""
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{DIRECTION[language]}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{html.escape(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def with_formulas(markdown: str) -> str:
    """Markdown whose formulas, between dollar signs, are pictures."""
    return _FORMULA.sub(_as_picture, markdown)


def _as_picture(found: re.Match[str]) -> str:
    if found[1] is not None:
        return f'<p class="formula" dir="ltr">{formula(found[1])}</p>'
    return formula(found[2])


def formula(tex: str) -> str:
    """A formula as a picture, left to right whatever is around it; its TeX is its text."""
    from matplotlib.mathtext import math_to_image

    picture = BytesIO()
    said = " ".join(tex.split())
    math_to_image(f"${said}$", picture, format="svg")
    drawn = picture.getvalue().decode()
    width, height = (
        float(drawn.partition(f'{side}="')[2].partition("pt")[0]) for side in ("width", "height")
    )
    source = base64.b64encode(drawn.encode()).decode()
    return (
        f'<img class="formula" alt="{html.escape(said)}" '
        f'style="width: {width / _POINTS_PER_EM:.2f}em; height: {height / _POINTS_PER_EM:.2f}em" '
        f'src="data:image/svg+xml;base64,{source}">'
    )
