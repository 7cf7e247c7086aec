"""Which decoder reads which transfer syntax, and what to install where it is missing.

Each syntax has one decoder, whatever else is installed, so that a file gives the same levels
everywhere. All are plug-ins of pydicom, which has others too: GDCM is not used, since some damaged
files make it end the process.
"""

from __future__ import annotations

import pydicom
from pydicom.pixels.decoders.base import Decoder
from pydicom.uid import HTJ2K as HTJ2K_LOSSY
from pydicom.uid import JPEG2000 as JPEG2000_LOSSY
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    RLELossless,
)

from chest_xray.radiographs.decoded import UNREADABLE
from chest_xray.radiographs.dicom import jpeg_plugin
from chest_xray.radiographs.dicom.elements import UnsupportedDicom, named
from chest_xray.radiographs.dicom.jpeg_plugin import JPEG_LOSSLESS, JPEG_LS

JPEG = (JPEGBaseline8Bit, JPEGExtended12Bit)
JPEG_2000 = (JPEG2000Lossless, JPEG2000_LOSSY)
HTJ2K = (HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K_LOSSY)

_PLUGINS = {
    **dict.fromkeys((*JPEG, *JPEG_2000), "pillow"),
    **dict.fromkeys((*JPEG_LOSSLESS, *JPEG_LS), jpeg_plugin.PLUGIN),
    **dict.fromkeys(HTJ2K, "pylibjpeg"),
    RLELossless: "pydicom",
}
# Of the extra `dicom`; the others come with the project.
_PACKAGES = {
    jpeg_plugin.PLUGIN: "imagecodecs",
    "pylibjpeg": "pylibjpeg-openjpeg",
}

for _syntax in jpeg_plugin.DECODER_DEPENDENCIES:
    pydicom.pixels.get_decoder(_syntax).add_plugin(
        jpeg_plugin.PLUGIN, (jpeg_plugin.__name__, jpeg_plugin.decode_frame.__name__)
    )


def check_syntax(syntax: UID) -> None:
    """Check that something reads pixels of a transfer syntax, installed or not.

    Raises:
        UnsupportedDicom: Nothing does, with what would.
    """
    if syntax.is_encapsulated and syntax not in _PLUGINS:
        raise UnsupportedDicom(
            f"compressed as {syntax.name} ({named('TransferSyntaxUID')}), which is not read here; "
            "uncompressed (Explicit VR Little Endian) or as JPEG 2000 it would be"
        )


def plugin_for(syntax: UID, bits: int, samples: int) -> str:
    """The name of pydicom's plug-in that decodes such pixels, '' where they are not compressed.

    Args:
        syntax: One that ``check_syntax`` accepts.
        bits: That are stored for each sample.
        samples: 1 for grey, 3 for colours.

    Raises:
        UnsupportedDicom: Its package is not installed, or it reads others of this syntax only.
    """
    if not syntax.is_encapsulated:
        return ""
    plugin = _PLUGINS[syntax]
    if syntax in JPEG_2000 and samples > 1 and bits > 8:
        plugin = "pylibjpeg"
    if syntax in JPEG and bits != 8:
        if syntax == JPEGBaseline8Bit or samples > 1:
            raise UnsupportedDicom(
                f"compressed as {syntax.name} of {bits} bits ({named('BitsStored')}) in "
                f"{samples} samples, of which 8 bits are read, and in grey up to 12 of "
                f"{JPEGExtended12Bit.name}"
            )
        plugin = jpeg_plugin.PLUGIN
    if plugin not in pydicom.pixels.get_decoder(syntax).available_plugins:
        raise UnsupportedDicom(
            f"{UNREADABLE} yet: compressed as {syntax.name} of {bits} bits "
            f"({named('TransferSyntaxUID')}), which {_PACKAGES[plugin]} reads: "
            "the extra dicom has it (make install, or pip install '.[dicom]' in the project)"
        )
    return plugin


def decoder_of(syntax: UID) -> Decoder:
    """pydicom's decoder; a deflated file was unpacked as a whole while it was read."""
    plain = ExplicitVRLittleEndian if syntax == DeflatedExplicitVRLittleEndian else syntax
    return pydicom.pixels.get_decoder(plain)
