"""Decoders of lossless and 12-bit JPEG, and of JPEG-LS, for pydicom; imagecodecs brings them.

They are libjpeg-turbo and CharLS, and let other threads go on while they work. For the former,
pydicom has GDCM, which ends the process where some files are damaged (GDCM 3.2.6), and
pylibjpeg-libjpeg, whose licence is the GPL; for the latter pyjpegls, during which all other threads
wait. A plug-in has pydicom's form:
https://pydicom.github.io/pydicom/stable/guides/decoding/decoder_plugins.html.
"""

from __future__ import annotations

from importlib.util import find_spec

from pydicom.pixels.decoders.base import DecodeRunner
from pydicom.uid import (
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
)

PLUGIN = "imagecodecs"
JPEG_LOSSLESS = (JPEGLossless, JPEGLosslessSV1)
JPEG_LS = (JPEGLSLossless, JPEGLSNearLossless)
DECODER_DEPENDENCIES = dict.fromkeys(
    (JPEGExtended12Bit, *JPEG_LOSSLESS, *JPEG_LS), ("imagecodecs>=2025.11",)
)


def is_available(uid: str) -> bool:
    """Whether pixels of a transfer syntax can be decoded here."""
    return find_spec(PLUGIN) is not None and uid in DECODER_DEPENDENCIES


def decode_frame(frame: bytes, runner: DecodeRunner) -> bytes:
    """The stored values of a frame: a byte for each where up to 8 bits are coded, else two.

    Args:
        frame: The compressed frame.
        runner: What pydicom knows of its pixels, and is told how they came out.

    Raises:
        ValueError: It can't be decoded, or codes more bits than its file has room for.
    """
    import imagecodecs

    try:
        if runner.transfer_syntax in JPEG_LS:
            values = imagecodecs.jpegls_decode(frame)
        else:
            # Colours stay as they are coded: pydicom transforms them by what the file calls them.
            colours = "RGB" if runner.samples_per_pixel > 1 else "GRAYSCALE"
            values = imagecodecs.jpeg8_decode(frame, colorspace=colours, outcolorspace=colours)
    except (imagecodecs.Jpeg8Error, imagecodecs.JpeglsError) as error:
        raise ValueError(str(error)) from error
    coded = 8 * values.itemsize
    if coded > runner.bits_allocated:
        raise ValueError(f"{coded} bits are coded, where the file has {runner.bits_allocated}")
    runner.set_option("bits_allocated", coded)
    if runner.samples_per_pixel > 1:
        runner.set_option("planar_configuration", 0)
    decoded: bytes = values.tobytes()
    return decoded
