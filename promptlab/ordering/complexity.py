"""From the demonstration with the fewest reasoning steps to the one with the most.

Steps are counted as Fu et al., Complexity-Based Prompting for Multi-Step Reasoning (2023), count
them: the lines of a rationale.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.text.steps import steps
from promptlab.types import Example, Question


@dataclass(frozen=True)
class Complexity:
    """Sort by steps, then by the length of the question; among equals the better ranked is first.

    Attributes:
        most: Whether the demonstration with the most steps stands `last`, near the question, or
            `first`.
    """

    most: str = "last"

    def __post_init__(self) -> None:
        """Check where the most stands."""
        if self.most not in ("last", "first"):
            raise ValueError(f"most is {self.most!r}; expected last or first")

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:  # noqa: ARG002 (an ordering is given it)
        """Return the demonstrations by their steps."""
        return tuple(sorted(demos, key=_complexity, reverse=self.most == "first"))


def _complexity(demo: Example) -> tuple[int, int]:
    return steps(demo.rationale), len(demo.question.text)
