"""Models that are no networks, for what is done with models of any kind."""

import os
import signal
import time

import numpy as np

from chest_xray.deploying.new_radiographs import BatchPredictor
from chest_xray.radiographs.preprocessing import preprocessing_name

SIZE = 8
# A film of this level ends the process that scores it, once.
DEADLY = 100


class MeanLevel:
    """A model whose probability is the mean grey level; it counts the images it was asked about.

    As of a network, its last digits depend on the images that are scored together.
    """

    def __init__(self, model="a", threshold=0.5):
        self.facts = {
            "class_names": ["NORMAL", "PNEUMONIA"],
            "threshold": threshold,
            "image_size": SIZE,
            "intensity_normalization": "none",
            "preprocessing": preprocessing_name(SIZE, "none"),
        }
        self.model = model
        self.asked = 0

    def __call__(self, pixels):
        self.asked += len(pixels)
        company = 1e-12 * len(pixels) + 1e-14 * pixels.mean()
        return pixels.mean(axis=(1, 2)) / 255 + company, np.zeros((len(pixels), 1))


class Deadly(MeanLevel):
    """The same, slowly, and killed the first time that a certain film is scored."""

    def __init__(self, flag, seconds):
        super().__init__()
        self.flag, self.seconds = flag, seconds

    def __call__(self, pixels):
        time.sleep(self.seconds)
        if (pixels == DEADLY).all(axis=(1, 2)).any() and not self.flag.exists():
            self.flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(pixels)


def open_deadly(flag, seconds):
    """What a worker opens."""
    return BatchPredictor(Deadly(flag, seconds), None, None, threads=1)
