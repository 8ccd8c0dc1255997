"""One at a time: threads that ask one machine's models take turns.

Weights, their caches and tokenizers are not made for several threads at once, and these would only
share the same cores.
"""

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_TURN = RLock()


def in_turn(function: Callable[P, T]) -> Callable[P, T]:
    """Let one thread at a time be in any of the functions that are decorated so."""

    @wraps(function)
    def waited(*args: P.args, **kwargs: P.kwargs) -> T:
        with _TURN:
            return function(*args, **kwargs)

    return waited
