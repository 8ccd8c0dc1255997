"""Freed memory that the process keeps for what it allocates next.

A forward pass allocates and frees the same tens of megabytes in every layer. The C library gives
them back to the system and asks for them anew, and the system clears every page again. So it is
told to keep some.
"""

import ctypes
import sys
from functools import cache

KEPT = 256 << 20
"""Most bytes that are free and kept: the working memory of a pass of some thousand tokens."""

MAPPED = 32 << 20
"""From how many bytes on a tensor gets pages of its own; what the C library itself goes up to."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


@cache
def keep_freed_memory() -> bool:
    """Tell the C library, once; returns whether it can be told, which is on Linux alone."""
    told = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if told is None:
        return False
    return bool(told(_MMAP_THRESHOLD, MAPPED)) and bool(told(_TRIM_THRESHOLD, KEPT))
