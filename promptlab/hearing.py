"""A reply as it is written: whoever answers tells whoever listens, where it can."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

from promptlab.types import Generate

Hear: TypeAlias = Callable[[Generate, str], None]
"""Told a request and its reply so far, again and again as it grows."""

_HEAR: ContextVar[Hear | None] = ContextVar("hear", default=None)


@contextmanager
def listening(hear: Hear) -> Iterator[None]:
    """Listen to what is written meanwhile; replies that are written side by side are not told."""
    token = _HEAR.set(hear)
    try:
        yield
    finally:
        _HEAR.reset(token)


def hears() -> Hear | None:
    """Return who listens, if anybody does."""
    return _HEAR.get()
