"""The HTTP service and its page: radiographs in, answers of one deployable file out.

Needs the extra ``serve``; heat maps need the extra ``heat-maps`` too. Research and teaching; not a
medical device.
"""

import os

# onnxruntime 1.32 has telemetry: it keeps a session's name in the temporary folder and knows a
# server of its maker's, unless this is set before it is imported. Nothing is to leave the machine.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
