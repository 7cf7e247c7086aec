"""What conf/*/globals.yml hold."""

from __future__ import annotations

from chest_xray.parameters.fields import ParameterGroup, Seed, Text


class Globals(ParameterGroup):
    """What conf/*/globals.yml hold: every environment's other files refer to it."""

    data_root: Text
    radiographs_path: Text
    radiograph_table: Text
    lesion_masks: Text
    seed: Seed
    image_size: int
    class_names: list[str]
