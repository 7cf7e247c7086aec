"""Fonts that travel with the project: Persian letters and digits look the same everywhere.

Vazirmatn 33.0.3 (https://github.com/rastikerdar/vazirmatn), its Arabic part as Fontsource ships it
(https://fontsource.org), under the SIL Open Font License 1.1 (``OFL.txt``).
"""

from importlib.resources import files

FONT_FOLDER = files("chest_xray.reporting.fonts")
# Files by language and weight. Latin letters come from what the reader has.
FONTS = {"fa": {"normal": "Vazirmatn-Regular.ttf", "bold": "Vazirmatn-Bold.ttf"}}
