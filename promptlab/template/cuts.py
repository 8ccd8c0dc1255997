"""Where in a prompt its demonstrations begin, and where the last of them ends."""

from collections.abc import Sequence
from itertools import accumulate

from promptlab.types import Cut, Message


def in_document(message: int, before: int, shown: Sequence[str], separator: str) -> tuple[Cut, ...]:
    """Say it of a document in which each demonstration is followed by a separator.

    Args:
        message: The number of the message that holds the document.
        before: How many characters of it stand before the first demonstration; fewer than none
            where the document's first ones were taken away.
        shown: The demonstrations as they are written.
        separator: What follows each.
    """
    if not shown:
        return ()
    ends = accumulate((len(text) + len(separator) for text in shown), initial=before)
    return tuple((message, max(0, end)) for end in ends)


def in_turns(before: int, shown: Sequence[Sequence[Message]]) -> tuple[Cut, ...]:
    """Say it of turns, of which each demonstration has some.

    Args:
        before: How many turns come before the first demonstration.
        shown: The turns of each.
    """
    if not shown:
        return ()
    return tuple((number, 0) for number in accumulate(map(len, shown), initial=before))
