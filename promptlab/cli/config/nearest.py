"""The valid words most like a word that is not one of them."""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """Name the valid words most like this one, or list them all where none is like it."""
    valid = sorted(set(known))
    like = difflib.get_close_matches(word, valid, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(like)}?" if like else f"expected one of {', '.join(valid)}"
