"""Replies as they come: whoever answers tells whoever listens or counts, where it can."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

from promptlab.types import Generate

Hear: TypeAlias = Callable[[Generate, str], None]
"""Told a request and its reply so far, again and again as it grows."""

Count: TypeAlias = Callable[[int], None]
"""Told how many more replies are there."""

_COUNT: ContextVar[Count | None] = ContextVar("count", default=None)
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


@contextmanager
def counting(count: Count) -> Iterator[None]:
    """Be told of replies as they come, before the batch that they are of is whole."""
    token = _COUNT.set(count)
    try:
        yield
    finally:
        _COUNT.reset(token)


def replied(replies: int = 1) -> None:
    """Tell whoever counts that so many more replies are there."""
    count = _COUNT.get()
    if count is not None and replies:
        count(replies)
