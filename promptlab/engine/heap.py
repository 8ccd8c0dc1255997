"""Freed memory: what the process keeps for what it allocates next, and what it gives back at once.

A forward pass allocates and frees the same tens of megabytes in every layer. The C library gives
them back to the system and asks for them anew, and the system clears every page again. So it is
told to keep some.

Keys and values are another thing: they live long and change their size a little each time, so that
what one leaves free is too small for the next, and the heap grows to several times what is held.
They get pages of their own.
"""

import ctypes
import math
import mmap
import sys
from collections.abc import Sequence
from functools import cache

import torch
from torch import Tensor

KEPT = 256 << 20
"""Most bytes that are free and kept: the working memory of a pass of some thousand tokens."""

MAPPED = 32 << 20
"""From how many bytes on a tensor gets pages of its own; what the C library itself goes up to."""

TOP = 48 << 20
"""Bytes that are left at the top of the heap when what is free is given back."""

PAGED = 1 << 16
"""From how many bytes on keys or values of a layer get pages of their own."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


@cache
def keep_freed_memory() -> bool:
    """Configure the C library, once; return whether that is possible: on Linux alone."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return False
    return bool(mallopt(_MMAP_THRESHOLD, MAPPED)) and bool(mallopt(_TRIM_THRESHOLD, KEPT))


def give_back() -> bool:
    """Give back what is free in the midst of the heap; returns whether anything was.

    Passes of many shapes leave holes that fit none of the next. Takes some milliseconds: for work
    that takes a second.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    return trim is not None and bool(trim(TOP))


def paged(shape: Sequence[int], like: Tensor) -> Tensor:
    """Zeros of another tensor's kind; on a CPU the system has their pages back once they are freed.

    Args:
        shape: of what is made.
        like: whose dtype and device it has.
    """
    size = math.prod(shape) * like.itemsize
    if like.device.type != "cpu" or size < PAGED:
        return like.new_zeros(tuple(shape))
    return torch.frombuffer(mmap.mmap(-1, size), dtype=like.dtype).view(*shape)
