"""What a deployer calls: an image in, a probability and a decision out.

    predict = Predictor("quantized_onnx.onnx")
    predict("radiograph.jpeg")          # Prediction(probability=0.93, decision='PNEUMONIA',
                                        #            warnings=('too_dark',), distance=0.41,
                                        #            called='PNEUMONIA')

Needs onnxruntime, numpy and Pillow (pydicom for DICOM files, joblib to count cores where no number
of threads is given), and neither torch, pandas nor Kedro. Research and teaching; not a medical
device.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from chest_xray.deploying.model_file import TWO_THRESHOLDS, open_model
from chest_xray.errors import BadImage, BadModelFile
from chest_xray.radiographs.bit_depth import grey_of_levels
from chest_xray.radiographs.colours import looks_coloured
from chest_xray.radiographs.decoded import Decoded
from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.image_files import grey_levels
from chest_xray.radiographs.unusual import UNLIKE, FilmRanges

# The decision on films that a person reads first.
TO_A_PERSON = "to_a_person"
_DECODED_TYPES = (np.uint8, np.uint16)


@dataclass(frozen=True)
class Prediction:
    """What a model says of one radiograph.

    Attributes:
        probability: Of the class looked for, calibrated.
        decision: ``called``, or ``to_a_person`` (to be read by a person) where the film is unlike
            the training films, or the probability lies between the two thresholds of the file, if
            it has two (``recalibrating``).
        warnings: In what it differs from the training films, as in the pipeline's
            ``predictions_table``: ``unlike_training_images``, ``coloured`` and names of
            ``unusual.FILM_TYPES``. On such films the probability was never tested.
        distance: From the training films in the network's features, 0 or more; films beyond 1 are
            unlike them.
        called: The class it is at the model's threshold.
    """

    probability: float
    decision: str
    warnings: tuple[str, ...]
    distance: float
    called: str


class Predictor:
    """A deployable file, open. One call an image; safe to call from several threads.

    Attributes:
        facts: What the file says about itself (``model_file.Model``).
    """

    def __init__(self, path: Path | str, threads: int = 0, bits_stored: int | None = None) -> None:
        """Open the file.

        Args:
            path: A ``baseline_onnx``, ``tuned_onnx`` or ``quantized_onnx``.
            threads: At most so many; 0 for as many as this process may use cores (joblib's
                count, which knows the CPU quota of a container).
            bits_stored: How many bits (8 to 16) of a file or an array of 16 bits hold its grey
                levels; None where they fill them, which is looked at. Files and arrays of 8 bits,
                and DICOM files, don't depend on it.

        Raises:
            ValueError: ``bits_stored`` is no such number.
            BadModelFile: No file there, or a damaged one, or one of another version.
        """
        if bits_stored is not None and not 8 <= bits_stored <= 16:
            raise ValueError(f"bits_stored is {bits_stored}; 8 to 16, or None, is allowed.")
        self._bits_stored = bits_stored
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise BadModelFile(f"{path} can't be read: {error.strerror}.") from error
        self._model = open_model(data, threads, str(path))
        self.facts = self._model.facts
        self._ranges = FilmRanges.from_json(self.facts["film_ranges"])

    def __call__(
        self, image: Path | str | Decoded | NDArray[np.uint8] | NDArray[np.uint16]
    ) -> Prediction:
        """Classify one radiograph.

        Args:
            image: The path of an image file (JPEG, PNG, DICOM and more), or what a decoder gave:
                uint8 or uint16, [height, width], or uint8 [height, width, 3]. Of an array nothing
                tells the quality of the JPEG that it came from, so none is warned of. Or what
                ``decode`` and ``decode_bytes`` give of a file, which is as good as its path.

        Raises:
            BadImage: A file that is no image, a damaged one, or an array of another kind.
        """
        if isinstance(image, np.ndarray):
            grey, facts = _from_array(image, self._bits_stored)
        elif isinstance(image, Decoded):
            grey, facts = _whole(image, "The file")
        else:
            grey, facts = _whole(decode(Path(image), self._bits_stored), str(image))
        probability, distance = (float(one[0]) for one in self._model.answers(grey[None]))
        called = self.facts["class_names"][int(probability >= self.facts["threshold"])]
        unlike = (UNLIKE,) if distance > 1 else ()
        return Prediction(
            probability,
            decision=TO_A_PERSON if unlike else self._decided(probability, called),
            warnings=unlike + self._ranges.warnings(grey, facts),
            distance=distance,
            called=called,
        )

    def _decided(self, probability: float, called: str) -> str:
        """The decision by one threshold or by two."""
        if TWO_THRESHOLDS not in self.facts:
            return called
        negative, positive = self.facts["class_names"]
        limits = self.facts[TWO_THRESHOLDS]
        if probability >= limits["positive"]:
            return str(positive)
        return str(negative) if probability < limits["negative"] else TO_A_PERSON


def _whole(decoded: Decoded, place: str) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    if decoded.grey is None:
        raise BadImage(f"{place}: {decoded.problem}; a whole image file of one frame is needed.")
    return decoded.grey, decoded.facts


def _from_array(
    array: NDArray[np.uint8] | NDArray[np.uint16], bits_stored: int | None
) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    colour = array.ndim == 3 and array.shape[2] == 3 and array.dtype == np.uint8
    if array.dtype not in _DECODED_TYPES or not array.size or not (array.ndim == 2 or colour):
        raise BadImage(
            f"An array of {array.dtype} {list(array.shape)} is no decoded image: uint8 or uint16 "
            "[height, width], or uint8 [height, width, 3], is needed."
        )
    grey: NDArray[np.uint8] | None
    if array.dtype == np.uint16:
        grey, _, problem = grey_of_levels(array, bits_stored)
        if grey is None:
            raise BadImage(
                f"An array of uint16 is like a file: {problem}. A DICOM file as it is can be given "
                "by its path."
            )
    else:
        grey = grey_levels(Image.fromarray(array))
    facts = {"height": array.shape[0], "width": array.shape[1], "jpeg_quality": 0}
    return grey, facts | {"coloured": colour and looks_coloured(Image.fromarray(array))}
