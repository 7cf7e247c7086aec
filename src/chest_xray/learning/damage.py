"""What reading a damaged file of tensors raises."""

from __future__ import annotations

import pickle
import struct

# What torch.load raises for damaged files, which share no class of their own; an attempt to
# execute something, under weights_only, is an UnpicklingError.
DAMAGED = (
    pickle.UnpicklingError,
    RuntimeError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    struct.error,
)
