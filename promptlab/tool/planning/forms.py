"""The parts of a text of PDDL: its domain, its problem, and a plan, if one follows."""

import re
from typing import NamedTuple

_DEFINED = re.compile(r"^\(\s*define\s*\(\s*(domain|problem)\b", re.IGNORECASE)
_COMMENT = re.compile(r";[^\n]*")


class Forms(NamedTuple):
    """A domain and a problem, each a text of PDDL, and the steps of a plan, which may be none."""

    domain: str
    problem: str
    plan: str = ""


def forms(text: str) -> Forms:
    """Tell the parts of a text apart; a comment is no part.

    Raises:
        ValueError: it has not one domain and one problem, or its brackets do not match.
    """
    held: dict[str, list[str]] = {"domain": [], "problem": [], "plan": []}
    for part in bracketed(_COMMENT.sub("", text)):
        found = _DEFINED.match(part)
        held[found[1].lower() if found else "plan"].append(part)
    if len(held["domain"]) != 1 or len(held["problem"]) != 1:
        raise ValueError(
            f"there are {len(held['domain'])} domains and {len(held['problem'])} problems; "
            "expected one (define (domain …) …) and one (define (problem …) …)"
        )
    return Forms(held["domain"][0], held["problem"][0], "\n".join(held["plan"]))


def bracketed(text: str) -> list[str]:
    """List what stands in outermost brackets; what is outside of any is passed over.

    Raises:
        ValueError: a bracket is open at the end, or closed that was not open.
    """
    found, depth, start = [], 0, 0
    for place, character in enumerate(text):
        if character == "(":
            start, depth = (place, 1) if not depth else (start, depth + 1)
        elif character == ")":
            depth -= 1
            if depth < 0:
                raise ValueError("a bracket is closed that was not open")
            if not depth:
                found.append(text[start : place + 1])
    if depth:
        raise ValueError(f"{depth} brackets are open at the end")
    return found
