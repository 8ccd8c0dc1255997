"""A domain or a problem of PDDL within a text that says more: `(define (domain …) …)`."""

import re

_DEFINE = r"\(\s*define\s*\(\s*{kind}\b"
_COMMENT = re.compile(r";[^\n]*")


def form(text: str, kind: str) -> str:
    """Return the first domain, or problem, with the brackets around it; empty where there is none.

    Where none is closed, the first reaches to the end. A bracket in a comment is none.

    Args:
        text: What holds it, as it was written.
        kind: `domain` or `problem`.
    """
    define = re.compile(_DEFINE.format(kind=kind), re.IGNORECASE)
    # What a comment hides counts only where there is nothing else: prose has semicolons, too.
    found = list(define.finditer(_uncommented(text))) or list(define.finditer(text))
    begun = [text[each.start() :] for each in found]
    closed = (each[:end] for each in begun if (end := _end(_uncommented(each))))
    return next(closed, begun[0] if begun else "")


def _uncommented(text: str) -> str:
    """Put blanks in the place of comments."""
    return _COMMENT.sub(lambda comment: " " * len(comment[0]), text)


def _end(text: str) -> int:
    """Return where the bracket that a text begins with is closed; 0 where it is not."""
    depth = 0
    for place, character in enumerate(text, 1):
        depth += (character == "(") - (character == ")")
        if not depth:
            return place
    return 0
