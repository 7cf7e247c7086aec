"""What a deployer calls: an image in, a probability and a decision out.

    predict = Predictor("quantized_onnx.onnx")
    predict("radiograph.jpeg")          # Prediction(probability=0.93, decision='PNEUMONIA')

Needs onnxruntime, numpy and Pillow (pydicom for DICOM files, joblib to count cores where no number
of threads is given), and neither torch nor Kedro. Research and teaching; not a medical device.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chest_xray.deploying.model_file import open_model
from chest_xray.errors import BadImage, BadModelFile
from chest_xray.radiographs.decoding import grey_levels, too_few_levels
from chest_xray.radiographs.new_files import decode_new

_DECODED_TYPES = (np.uint8, np.uint16)


@dataclass(frozen=True)
class Prediction:
    """``probability`` of the class looked for, calibrated, and the class it is ``decision``."""

    probability: float
    decision: str


class Predictor:
    """A deployable file, open. One call an image; safe to call from several threads.

    Attributes:
        facts: What the file says about itself (``model_file.Model``).
    """

    def __init__(self, path: Path | str, threads: int = 0) -> None:
        """Open the file.

        Args:
            path: A ``baseline_onnx``, ``tuned_onnx`` or ``quantized_onnx``.
            threads: At most so many; 0 for as many as this process may use cores (joblib's
                count, which knows the CPU quota of a container).

        Raises:
            BadModelFile: No file there, or a damaged one, or one of another version.
        """
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise BadModelFile(f"{path} can't be read: {error.strerror}.") from error
        self._model = open_model(data, threads, str(path))
        self.facts = self._model.facts

    def __call__(self, image: Path | str | NDArray[np.uint8] | NDArray[np.uint16]) -> Prediction:
        """Judge one radiograph.

        Args:
            image: The path of an image file (JPEG, PNG, DICOM and more), or what a decoder gave:
                uint8 or uint16, [height, width], or uint8 [height, width, 3].

        Raises:
            BadImage: A file that is no image, a damaged one, or an array of another kind.
        """
        grey = _from_array(image) if isinstance(image, np.ndarray) else _from_file(Path(image))
        probability = float(self._model.probabilities(grey[None])[0])
        called = probability >= self.facts["threshold"]
        return Prediction(probability, self.facts["class_names"][int(called)])


def _from_file(path: Path) -> NDArray[np.uint8]:
    decoded = decode_new(path)
    if decoded.grey is None:
        raise BadImage(f"{path}: {decoded.problem}; a whole image file of one frame is needed.")
    return decoded.grey


def _from_array(array: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint8]:
    colour = array.ndim == 3 and array.shape[2] == 3 and array.dtype == np.uint8
    if array.dtype not in _DECODED_TYPES or not array.size or not (array.ndim == 2 or colour):
        raise BadImage(
            f"An array of {array.dtype} {list(array.shape)} is no decoded image: uint8 or uint16 "
            "[height, width], or uint8 [height, width, 3], is needed."
        )
    if array.dtype == np.uint16 and (said := too_few_levels(array.max())):
        raise BadImage(f"An array has {said}; a DICOM file as it is can be given by its path.")
    return grey_levels(Image.fromarray(array))
