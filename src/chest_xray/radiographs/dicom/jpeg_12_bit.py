"""A decoder of 12-bit JPEG (process 4) for pydicom, which gives GDCM only 8 bits of it.

GDCM 3.2 decodes 12 bits exactly as dcmtk does, as tests/radiographs/test_dicom_decoders.py shows.
It has the form of pydicom's decoding plug-ins: https://pydicom.github.io/pydicom/stable/guides/
decoding/decoder_plugins.html.
"""

from __future__ import annotations

from pydicom.pixels.decoders.base import DecodeRunner
from pydicom.uid import JPEGExtended12Bit

try:
    import gdcm
except ImportError:
    gdcm = None

PLUGIN = "gdcm_12_bit"
DECODER_DEPENDENCIES = {JPEGExtended12Bit: ("python-gdcm>=3.2",)}
_PIXEL_DATA = (0x7FE0, 0x0010)


def is_available(uid: str) -> bool:
    """Whether pixels of a transfer syntax can be decoded here."""
    return gdcm is not None and uid in DECODER_DEPENDENCIES


def decode_frame(frame: bytes, runner: DecodeRunner) -> bytes:
    """The stored values of a grey frame, two bytes for each.

    Args:
        frame: The compressed frame.
        runner: What pydicom knows of its pixels.
    """
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(frame)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(*_PIXEL_DATA))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((runner.columns, runner.rows, 1))
    image.SetDataElement(element)
    grey = gdcm.PhotometricInterpretation.GetPIType("MONOCHROME2")
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(grey))
    syntax = gdcm.TransferSyntax.GetTSType(str.__str__(runner.transfer_syntax))
    image.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    image.SetPixelFormat(
        gdcm.PixelFormat(
            1,
            runner.bits_allocated,
            runner.bits_stored,
            runner.bits_stored - 1,
            runner.pixel_representation,
        )
    )
    # Its bytes come as text.
    decoded: str = image.GetBuffer()
    return decoded.encode("utf-8", "surrogateescape")
