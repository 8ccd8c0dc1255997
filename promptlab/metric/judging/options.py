"""What a judge may say, and what each is worth: a grade of a scale, or which of two is better."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from promptlab.extract import Extract, read
from promptlab.extract.thinking import visible
from promptlab.text.escaping import in_line
from promptlab.types import Completion, Question, RequestFailed, Task

SHOWN = 80
"""Characters of a reply that are told."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_OUT_OF = re.compile(rf"({_NUMBER.pattern})\s*(?:/|out of|of)\s*(\d+)(?!\.?\d)")


@dataclass(frozen=True)
class Options:
    """The words that are a verdict.

    Attributes:
        kind: Whether they are numbers, or letters.
        words: As the judge writes them.
        values: What each is worth, from 0 to 1.
        told: How they are called in a message.
    """

    kind: Literal["number", "choice"]
    words: tuple[str, ...]
    values: tuple[float, ...]
    told: str

    def value(self, reply: Completion) -> float:
        """Read what a reply is worth.

        Raises:
            RequestFailed: it is no verdict.
        """
        value = self._number(reply) if self.kind == "number" else self._letter(reply)
        if value is None or not 0 <= value <= 1:
            raise RequestFailed(
                f"the judge says {in_line(reply.text[:SHOWN])!r}; expected {self.told}"
            )
        return value

    def _letter(self, reply: Completion) -> float | None:
        asked = Question("", "", self.words)
        found = read(reply, Task(answer="choice"), asked, Extract(policy="reply")).text
        return dict(zip(self.words, self.values, strict=True)).get(found)

    def _number(self, reply: Completion) -> float | None:
        found = out_of(reply.text, self.words[-1])
        if found is None:
            asked, policy = Task(answer="number"), Extract(policy="first")
            found = read(reply, asked, Question("", ""), policy).text
        lowest, highest = int(self.words[0]), int(self.words[-1])
        return (float(found) - lowest) / (highest - lowest) if found else None


def out_of(text: str, best: str) -> str | None:
    """Return the grade of a reply that says of how many, as in 4/5; none where that is not `best`.

    None where its first number is no such grade.
    """
    shown = unicodedata.normalize("NFKC", visible(text))
    first, grade = _NUMBER.search(shown), _OUT_OF.search(shown)
    if not first or not grade or first.start() != grade.start():
        return None
    return grade[1] if grade[2] == best else ""


def scale(worst: int, best: int) -> Options:
    """Return the grades of a scale."""
    words = tuple(map(str, range(worst, best + 1)))
    values = tuple(number / (best - worst) for number in range(best - worst + 1))
    return Options("number", words, values, f"a number from {worst} to {best}")


PREFERENCE = Options("choice", ("A", "B", "C"), (1.0, 0.0, 0.5), "A, B, or C if they are alike")
"""What the first answer is worth beside the second."""
