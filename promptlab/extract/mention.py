"""A mention: one place in a text that names a possible answer, and the answer it names."""

from typing import NamedTuple


class Mention(NamedTuple):
    """Characters `start` to `end` of a text name the answer `value`, in canonical form."""

    start: int
    end: int
    value: str
