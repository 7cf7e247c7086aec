"""Phantoms: synthetic chest radiographs whose patients, films, lesions and defects are known.

Real radiographs come without a truth to test against. Phantoms have one: `plan_phantoms` writes
down what each file shows and what is wrong with it, and `draw_phantom` draws just that, so that
demo and tests need no download and what a pipeline claims to have found can be checked.
"""

from chest_xray.phantoms.drawing import Phantom, draw_phantom, encode_jpeg, encode_lesion_png
from chest_xray.phantoms.plans import PlantedDefects, plan_phantoms
from chest_xray.phantoms.tables import radiograph_table

__all__ = [
    "Phantom",
    "PlantedDefects",
    "draw_phantom",
    "encode_jpeg",
    "encode_lesion_png",
    "plan_phantoms",
    "radiograph_table",
]
