"""Chest X-ray: from a folder of radiographs to a measured pneumonia classifier."""

import os

# onnxruntime 1.32 has telemetry: it keeps a session's name in the temporary folder and knows a
# server of its maker's, unless this is set before it is imported. Nothing is to leave the machine.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__version__ = "0.1.0"
