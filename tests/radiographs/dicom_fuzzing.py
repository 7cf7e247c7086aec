"""Damages DICOM files in many ways, and decodes them: python dicom_fuzzing.py COUNT.

Prints what came out as json. It runs in a process of its own, with a limit of memory, since a
decoder in C that believes a damaged file could crash or take all of it.
"""

import json
import re
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pydicom
from dicom_files import (
    compressed_by_pillow,
    encapsulated,
    phantom_film,
    scaled,
    table,
    written,
)
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

from chest_xray.radiographs.decoding import decode
from chest_xray.radiographs.dicom.headers import read_header

OTHERS = Path(pydicom.__file__).parent / "data" / "test_files"
SECONDS_PER_FILE = 30
ADDED_MEMORY = 3 * 2**30
MAX_BASE_BYTES = 400_000
SYNTAXES = [
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
    *(f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 57, 70, 80, 81, 90, 91, 93, 102, 201)),
    "1.2.840.10008.1.2.5",
    "1.2.840.113619.5.2",  # a private one
]


def bases():
    """Whole files of every kind that is read."""
    film = scaled(phantom_film(24), 12)
    window = {"WindowCenter": 900, "WindowWidth": 900}
    lut = table(16, 0, 12, np.arange(16, dtype=np.uint16).tobytes())
    for syntax in (
        ExplicitVRLittleEndian,
        ImplicitVRLittleEndian,
        ExplicitVRBigEndian,
        DeflatedExplicitVRLittleEndian,
        RLELossless,
    ):
        yield written(film, 12, syntax=syntax, elements=[lut], **window)
    frame = compressed_by_pillow(film, "JPEG2000", no_jp2=True)
    yield encapsulated(frame, film, 12, JPEG2000Lossless)
    for path in sorted(OTHERS.glob("*.dcm")):
        if path.stat().st_size < MAX_BASE_BYTES and decode(path).grey is not None:
            yield path.read_bytes()


def damaged(base, rng):
    data = bytearray(base)
    for _ in range(int(rng.integers(1, 3))):
        data = bytearray(DAMAGES[rng.integers(len(DAMAGES))](data, rng))
        if len(data) < 2:
            break
    return bytes(data)


def flip_bytes(data, rng):
    for place in rng.integers(0, len(data), int(rng.integers(1, 12))):
        data[place] = rng.integers(256)
    return data


def flip_in_header(data, rng):
    for place in rng.integers(0, min(len(data), 2500), int(rng.integers(1, 8))):
        data[place] = rng.integers(256)
    return data


def cut_off(data, rng):
    return data[: rng.integers(2, len(data) + 1)]


def cut_out(data, rng):
    start = int(rng.integers(len(data)))
    return data[:start] + data[start + int(rng.integers(1, 400)) :]


def repeat(data, rng):
    start = int(rng.integers(len(data)))
    return data[:start] + data[start : start + int(rng.integers(1, 2000))] * 3 + data[start:]


def zeros_from_here(data, rng):
    start = int(rng.integers(len(data)))
    return data[:start] + bytes(len(data) - start)


def lie_about_the_size(data, rng):
    """Rows, Columns, BitsAllocated and so on, wherever their tag occurs."""
    for tag in (b"\x28\x00\x10\x00", b"\x28\x00\x11\x00", b"\x28\x00\x00\x01", b"\x28\x00\x02\x00"):
        place = data.find(tag)
        if place >= 0 and rng.random() < 0.6 and place + 10 <= len(data):
            value = int(rng.choice([0, 1, 7, 255, 4096, 65535]))
            data[place + 8 : place + 10] = value.to_bytes(2, "little")
    return data


def lie_about_a_length(data, rng):
    place = int(rng.integers(max(1, len(data) - 8)))
    length = int(rng.choice([0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF]))
    data[place : place + 4] = length.to_bytes(4, "little")
    return data


def lie_about_the_syntax(data, rng):
    place = data.find(b"1.2.840.10008.1.2", 132)
    # The class of what is stored begins so too.
    if place < 0 or place > 600:
        return data
    syntax = SYNTAXES[rng.integers(len(SYNTAXES))].encode()
    end = place
    while end < len(data) and chr(data[end]) in "0123456789.\0":
        end += 1
    return data[:place] + syntax[: end - place].ljust(end - place, b"\0") + data[end:]


def lie_in_the_frame(data, rng):
    """Sizes within a frame of JPEG, JPEG-LS or JPEG 2000."""
    for marker in (b"\xff\xc0", b"\xff\xc1", b"\xff\xc3", b"\xff\xf7", b"\xff\x51"):
        place = data.find(marker)
        if place >= 0 and place + 16 < len(data):
            data[place + int(rng.integers(2, 16))] = rng.integers(256)
    return data


DAMAGES = [
    flip_bytes,
    flip_in_header,
    cut_off,
    cut_out,
    repeat,
    zeros_from_here,
    lie_about_the_size,
    lie_about_a_length,
    lie_about_the_syntax,
    lie_in_the_frame,
]


def check(path):
    """What decoding gives; AssertionError where it is neither a film nor one sentence."""
    decoded = decode(path)
    assert (decoded.grey is None) == bool(decoded.problem), decoded.problem
    assert "\n" not in decoded.problem, decoded.problem
    assert "Error" not in decoded.problem, decoded.problem
    assert "Traceback" not in decoded.problem, decoded.problem
    read_header(path)
    return "read" if decoded.grey is not None else re.sub(r"\d+", "n", decoded.problem)[:60]


def too_long(*_):
    raise SystemExit(f"a file took more than {SECONDS_PER_FILE} s")


def main(count):
    originals = list(bases())
    signal.signal(signal.SIGALRM, too_long)
    resource.setrlimit(resource.RLIMIT_AS, (resource_size() + ADDED_MEMORY,) * 2)
    outcomes, slowest = Counter(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "film.dcm")
        for number in range(count):
            rng = np.random.default_rng([27, number])
            # The last one names the file that ended the process.
            sys.stderr.write(f"at {number}\n")
            path.write_bytes(damaged(originals[rng.integers(len(originals))], rng))
            start = time.perf_counter()
            signal.alarm(SECONDS_PER_FILE)
            outcomes[check(path)] += 1
            signal.alarm(0)
            slowest = max(slowest, time.perf_counter() - start)
    found = {"outcomes": outcomes, "slowest_s": slowest, "peak_mb": peak_megabytes()}
    sys.stdout.write(json.dumps(found))


def peak_megabytes():
    """Of this process: on Linux getrusage counts what the one that started it had as well."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = (one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def resource_size():
    """The address space in use, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    main(int(sys.argv[1]))
