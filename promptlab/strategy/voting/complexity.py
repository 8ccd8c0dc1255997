"""Complexity-based consistency: let only the draws with the longest chains vote.

Fu et al., Complexity-Based Prompting for Multi-Step Reasoning, 2023: of 50 draws, the 40 whose
rationales have the most steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.protocols import Program, Strategy
from promptlab.strategy.voting.drawable import check_drawable
from promptlab.strategy.voting.vote import Ties, Vote, check_draws, drawn
from promptlab.text.steps import steps
from promptlab.types import Answer, Example, Question, Task

SHARE = (4, 5)
"""Of all chains, which vote: 40 of 50 in the paper."""


@dataclass(frozen=True)
class Complexity:
    """Self-consistency among the draws that reason longest.

    A step is a line of the rationale that is not blank; of draws with as many steps the earlier one
    votes. A draw in which no answer was found is none of them.

    Attributes:
        inner: The strategy that is drawn again and again.
        samples: How many draws.
        among: How many of them vote; None for four fifths.
        temperature: Of every draw.
        ties: Who wins among the most voted, as in self-consistency.
        task: What is asked, which says when two answers are the same.
    """

    inner: Strategy
    samples: int = 50
    among: int | None = None
    temperature: float = 0.7
    ties: Ties = "first"
    task: Task = Task()

    def __post_init__(self) -> None:
        """Check the settings of the vote."""
        check_drawable(self.inner)
        check_draws(self.samples, self.temperature)
        if not 1 <= self.voters <= self.samples:
            raise ValueError(
                f"among is {self.among}; expected 1 to samples, which is {self.samples}"
            )
        self._vote()

    @property
    def voters(self) -> int:
        """How many of the longest chains vote."""
        return max(1, SHARE[0] * self.samples // SHARE[1]) if self.among is None else self.among

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Draw all answers in one batch, then let the longest vote."""
        draws = range(self.samples)
        answers = yield from drawn(self.inner, question, demos, self.temperature, draws)
        return self._vote().winner(self.longest(answers) or answers, question.id)

    def longest(self, answers: Sequence[Answer]) -> list[Answer]:
        """Return the draws that vote, in the order in which they were drawn."""
        found = [answer for answer in answers if answer.outcome == "parsed"]
        ranked = sorted(range(len(found)), key=lambda draw: -steps(found[draw].rationale))
        return [found[draw] for draw in sorted(ranked[: self.voters])]

    def _vote(self) -> Vote:
        return Vote(self.ties, task=self.task)
