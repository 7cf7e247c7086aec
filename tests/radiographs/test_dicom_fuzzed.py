"""Whatever is done to a DICOM file, it is read or gets one sentence, in bounded time and memory."""

import json
import subprocess
import sys
from pathlib import Path

from conftest import examples

# Half of what the fuzzing process may take more than it has at its start.
MAX_MEGABYTES = 1_500
MAX_SECONDS = 20


def test_damaged_files_get_one_sentence_and_end_no_process():
    """500 files, and 5,000 in `make test-long`, with little more memory than films need."""
    count = examples(500)
    script = Path(__file__).with_name("dicom_fuzzing.py")
    ended = subprocess.run([sys.executable, script, str(count)], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-3000:]
    found = json.loads(ended.stdout)
    assert sum(found["outcomes"].values()) == count
    assert found["outcomes"]["read"] > count / 10
    assert found["slowest_s"] < MAX_SECONDS
    assert found["peak_mb"] < MAX_MEGABYTES
