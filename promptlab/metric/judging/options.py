"""What a judge may say, and what each is worth: a grade of a scale, or which of two is better."""

from dataclasses import dataclass
from typing import Literal

from promptlab.extract import Extract, read
from promptlab.text.escaping import in_line
from promptlab.types import Completion, Question, RequestFailed, Task

SHOWN = 80
"""Characters of a reply that are told."""


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
        choices = self.words if self.kind == "choice" else ()
        question = Question("", "", choices)
        policy = Extract(policy="first" if self.kind == "number" else "reply")
        found = read(reply, Task(answer=self.kind), question, policy).text
        value = self._number(found) if self.kind == "number" else self._letter(found)
        if value is None or not 0 <= value <= 1:
            raise RequestFailed(
                f"the judge says {in_line(reply.text[:SHOWN])!r}; expected {self.told}"
            )
        return value

    def _letter(self, found: str) -> float | None:
        return dict(zip(self.words, self.values, strict=True)).get(found)

    def _number(self, found: str) -> float | None:
        lowest, highest = int(self.words[0]), int(self.words[-1])
        return (float(found) - lowest) / (highest - lowest) if found else None


def scale(worst: int, best: int) -> Options:
    """Return the grades of a scale."""
    words = tuple(map(str, range(worst, best + 1)))
    values = tuple(number / (best - worst) for number in range(best - worst + 1))
    return Options("number", words, values, f"a number from {worst} to {best}")


PREFERENCE = Options("choice", ("A", "B", "C"), (1.0, 0.0, 0.5), "A, B, or C if they are alike")
"""What the first answer is worth beside the second."""
