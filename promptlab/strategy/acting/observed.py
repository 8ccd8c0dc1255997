"""What tools have said, as a strategy shows it: cut where it is long, its passages counted."""

import re
from dataclasses import replace

from promptlab.types import Passage, Question

_NUMBERED = re.compile(r"(?:^|\s)\[(\d{1,2})\] ")


def cut(observed: str, longest: int) -> str:
    """Return the beginning of what is too long, and say that it is."""
    return observed if len(observed) <= longest else f"{observed[:longest].rstrip()} … (cut)"


def seen(question: Question, said: str) -> Question:
    """Return the question with as many passages as tools have numbered, which may be cited."""
    numbers = map(int, _NUMBERED.findall(said))
    more = max(numbers, default=0) - len(question.passages)
    return replace(question, passages=(*question.passages, *[Passage("", "")] * more))
