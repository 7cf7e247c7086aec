"""A model to hand on: its deployable file with what one needs to use it, as a folder and a zip."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chest_xray.deploying.model_file import open_model
from chest_xray.errors import BadExport
from chest_xray.machine.atomic_files import replacing

MODEL, CARD, EXAMPLE, ZIP = "model.onnx", "card.json", "predict.py", "model.zip"
LICENCE, WEIGHTS_LICENCE, CHECKSUMS = "LICENSE", "LICENSE-MODEL", "SHA256SUMS"
# Of every entry of the zip, so that the same model gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
# After `pip install .` in the project's folder: neither PyTorch nor Kedro.
_EXAMPLE = """\
import sys; from pathlib import Path
from chest_xray.deploying.predictor import Predictor
predict = Predictor(Path(__file__).with_name("model.onnx"))
for name in sys.argv[1:]:  # Radiographs. Research and teaching; not a medical device.
    print(name, predict(name))
"""


def files_to_hand_on(
    file: bytes, card: Mapping[str, Any], metrics: Mapping[str, Any], licence: str
) -> dict[str, bytes]:
    """What is handed on, by name.

    Args:
        file: A deployable file.
        card: Of the model that it was made from.
        metrics: Of the file, on the test part.
        licence: The text of this project's, under which the example is.

    Returns:
        ``model.onnx``; ``card.json`` (``file``: the file's facts, ``training``: the card,
        ``test_metrics``); ``LICENSE`` of the example and ``LICENSE-MODEL`` of the weights;
        ``predict.py``, the example; ``SHA256SUMS`` of these, as ``sha256sum --check`` reads it.

    Raises:
        BadModelFile: The file is damaged, or of another version.
    """
    facts = open_model(file, threads=1).facts
    described = {"file": facts, "training": dict(card), "test_metrics": dict(metrics)}
    files = {
        MODEL: file,
        CARD: (json.dumps(described, indent=2, ensure_ascii=False) + "\n").encode(),
        LICENCE: licence.encode(),
        WEIGHTS_LICENCE: f"{facts['licence']}\n".encode(),
        EXAMPLE: _EXAMPLE.encode(),
    }
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    return {**files, CHECKSUMS: "".join(sums).encode()}


def hand_on(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a folder, with a zip of them beside them, all or nothing.

    Args:
        files: As ``files_to_hand_on`` gives them.
        folder: It must be new, or empty.

    Raises:
        BadExport: It is neither, or can't be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadExport(f"{folder} is there already; --to needs a new or an empty folder.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with replacing(folder) as partial:
            partial.mkdir()
            for name, data in {**files, ZIP: _zipped(files)}.items():
                (partial / name).write_bytes(data)
    except OSError as error:
        raise BadExport(f"{folder} can't be written: {error.strerror}.") from error


def _zipped(files: Mapping[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(f"model/{name}", _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return whole.getvalue()
