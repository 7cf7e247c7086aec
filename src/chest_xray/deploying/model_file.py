"""The deployable file: one ONNX file that says what it is, and can tell when it was damaged.

Needs the standard library and onnxruntime only: whoever deploys reads files with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

# onnxruntime gives its errors no public name.
from onnxruntime.capi import onnxruntime_pybind11_state as runtime_errors

from chest_xray.errors import BadModelFile
from chest_xray.machine.cores import available_cores

if TYPE_CHECKING:
    import onnx

# What the file takes and gives, and the keys of its metadata; a change of any is a new format.
FORMAT = "chest-xray 4"
INPUT, OUTPUT, DISTANCE = "images", "probability", "distance"
FLOAT, INT8 = "float", "int8"
# A fact of files whose decisions are three-way: the probabilities ``negative`` and ``positive``.
TWO_THRESHOLDS = "two_thresholds"
# A serialized ModelProto with one entry of metadata, but for the 64 digits at its end. Protobuf
# merges messages that are written one after the other, so the hash of all before it is metadata
# for every reader of ONNX.
_SEAL = b"\x72\x4a\x0a\x06sha256\x12\x40"
_DIGITS = 64
_ERRORS_ONLY = 3


def seal(model: onnx.ModelProto, facts: Mapping[str, Any]) -> bytes:
    """The bytes of a file: the model, facts about it as metadata, the hash of both at the end."""
    for entries in (model.metadata_props, model.graph.metadata_props):
        del entries[:]
    model.doc_string = ""
    for key, value in ({"format": FORMAT} | dict(facts)).items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, json.dumps(value)
    body = model.SerializeToString()
    return body + _SEAL + hashlib.sha256(body).hexdigest().encode()


def check_seal(data: bytes, place: str) -> None:
    """Refuse a file that isn't, to the byte, what was written.

    Raises:
        BadModelFile: No deployable file of this project, or one that was damaged or changed.
    """
    end = len(data) - len(_SEAL) - _DIGITS
    if end < 0 or data[end:-_DIGITS] != _SEAL:
        raise BadModelFile(
            f"{place} is no whole deployable file of this project (cut off, or another kind of "
            "file); copy it again, or let `kedro run --pipelines=quantization` write it."
        )
    if hashlib.sha256(data[:end]).hexdigest().encode() != data[-_DIGITS:]:
        raise BadModelFile(
            f"{place} is not what was once written: its hash differs, so it was damaged or "
            "changed; copy it again, or let `kedro run --pipelines=quantization` write it."
        )


@dataclass(frozen=True)
class Model:
    """An open deployable file.

    Attributes:
        session: onnxruntime's, on the CPU.
        facts: What the file says about itself: ``class_names, threshold, temperature,
            image_size, intensity_normalization, preprocessing, backbone, data_hash, splits_hash,
            weights_hash, licence, precision, film_ranges`` (``unusual.FilmRanges``); an int8 file
            also ``quantization``, a recalibrated one ``recalibration`` and, where both were found,
            ``two_thresholds`` (``negative, positive``).
    """

    session: onnxruntime.InferenceSession
    facts: dict[str, Any]

    def probabilities(self, images: NDArray[np.uint8], batch_size: int = 32) -> NDArray[np.float64]:
        """Calibrated probabilities, float64 [n], of images of one size, uint8 [n, h, w]."""
        return self._run([OUTPUT], images, batch_size)[0]

    def answers(
        self, images: NDArray[np.uint8], batch_size: int = 32
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The same, and each image's distance from the training images, float64 [n].

        In units of the limit beyond which hardly any image like them lies
        (``evaluating.out_of_distribution``).
        """
        probability, distance = self._run([OUTPUT, DISTANCE], images, batch_size)
        return probability, distance

    def _run(
        self, outputs: list[str], images: NDArray[np.uint8], batch_size: int
    ) -> list[NDArray[np.float64]]:
        batches = (
            images[first : first + batch_size, None] for first in range(0, len(images), batch_size)
        )
        answers = [self.session.run(outputs, {INPUT: batch}) for batch in batches]
        return [np.concatenate(one).astype(np.float64) for one in zip(*answers, strict=True)]


def open_model(data: bytes, threads: int = 0, place: str = "The file") -> Model:
    """Open a deployable file.

    Args:
        data: Its bytes.
        threads: At most so many; 0 for as many as this process may use cores.
        place: What to call it where something is wrong.

    Raises:
        BadModelFile: Damaged, changed, of another version, or not for this onnxruntime.
    """
    check_seal(data, place)
    session = open_session(data, threads, place)
    metadata = session.get_modelmeta().custom_metadata_map
    facts = {key: json.loads(value) for key, value in metadata.items() if key != "sha256"}
    if facts.get("format") != FORMAT:
        raise BadModelFile(
            f"{place} has the format '{facts.get('format')}', and this version of chest_xray reads "
            f"'{FORMAT}'; `kedro run --pipelines=data_processing,training,tuning,quantization` of "
            "this version makes it again."
        )
    return Model(session, facts)


def open_session(
    data: bytes, threads: int = 0, place: str = "The file"
) -> onnxruntime.InferenceSession:
    """A session of onnxruntime on the CPU; ``BadModelFile`` where it can't run the model."""
    options = onnxruntime.SessionOptions()
    # onnxruntime's own 0 starts one for each core of the machine, whatever a container may use.
    options.intra_op_num_threads = threads or available_cores()
    options.log_severity_level = _ERRORS_ONLY
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except (
        runtime_errors.Fail,
        runtime_errors.InvalidGraph,
        runtime_errors.InvalidProtobuf,
        runtime_errors.NotImplemented,
        runtime_errors.RuntimeException,
    ) as error:
        raise BadModelFile(
            f"onnxruntime {onnxruntime.__version__} can't run {place} "
            f"({str(error).splitlines()[0][:160]}); a newer onnxruntime may."
        ) from error
