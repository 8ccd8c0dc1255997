"""Complexity: the members whose solutions have the most steps.

Fu et al., Complexity-Based Prompting for Multi-Step Reasoning (2023).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.protocols import Select, Selection, Step
from promptlab.selection.narrowed import Choice, affordable, check_budget, narrow
from promptlab.text.steps import steps
from promptlab.types import Example


@dataclass(frozen=True)
class Complexity:
    """Choose the `budget` members with the most steps; demonstrations come from these alone.

    A step is a line of the rationale that is not blank. Members without a rationale come after all
    others, the longest question first. Of equally complex ones the lower index comes first.

    Attributes:
        inner: Takes the demonstrations for a question from the chosen ones; `first` takes the most
            complex, the same for every question, as the paper does.
        budget: How many are chosen; None for the whole pool, the most complex first.
    """

    inner: Selection
    budget: int | None = None

    def __post_init__(self) -> None:
        """Check the budget."""
        if self.budget is not None:
            check_budget(self.budget, self.inner)

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Choose, and fit the inner selection; raise `ValueError` where the pool is too small."""
        return narrow(self, pool, self.inner)

    def choose(self, pool: Sequence[Example]) -> Sequence[Choice]:
        """Choose the most complex members, the most complex first."""
        if not any(steps(example.rationale) for example in pool):
            warnings.warn(
                "no example of the pool has a rationale, so that the longest questions are taken "
                "for the most complex; dataset.fields.rationale= names the field that holds one",
                stacklevel=2,
            )
        count = len(pool) if self.budget is None else affordable(self.budget, pool)
        ranked = sorted(range(len(pool)), key=lambda index: complexity(pool[index]), reverse=True)
        return [Choice(index, _why(pool[index])) for index in ranked[:count]]


def complexity(example: Example) -> tuple[int, int]:
    """Return what is compared: the steps; where there are none, the length of the question."""
    told = steps(example.rationale)
    return told, 0 if told else len(example.question.text)


def _why(example: Example) -> str:
    told = steps(example.rationale)
    if not told:
        return f"no rationale, and a question of {len(example.question.text)} characters"
    return f"{told} {'step' if told == 1 else 'steps'}"
