"""Adaptive-Consistency: draw answers until it is clear enough who wins the vote.

Aggarwal et al., Let's Sample Step by Step: Adaptive-Consistency for Efficient Reasoning and Coding
with LLMs, 2023.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from promptlab.protocols import Program, Strategy
from promptlab.strategy.confidence import Confidence, beta, dirichlet, fewest
from promptlab.strategy.voting.drawable import check_drawable
from promptlab.strategy.voting.vote import Ties, Vote, check_draws, drawn
from promptlab.types import Answer, Example, Question, Task

RULES: dict[str, Confidence] = {"beta": beta, "dirichlet": dirichlet}


@dataclass(frozen=True)
class AdaptiveConsistency:
    """Self-consistency that stops when the leading answer leads with enough confidence.

    Draw number i is the draw number i of self-consistency, so both share a store of completions. A
    draw in which no answer was found is counted against `max_samples`, but neither votes nor
    brings the end nearer.

    Attributes:
        inner: The strategy that is drawn again and again.
        max_samples: The most draws of one question.
        threshold: The probability of leading at which drawing ends; 1 draws all.
        rule: What is compared: the two most voted answers (`beta`), or the five most voted
            (`dirichlet`).
        batch: How many draws are asked for at a time, at least. At 1 none is drawn in vain, and
            yet draws before whose end nothing could stop are asked for at once.
        temperature: Of every draw.
        ties: Who wins among the most voted, as in self-consistency.
        task: What is asked, which says when two answers are the same.
    """

    inner: Strategy
    max_samples: int = 40
    threshold: float = 0.95
    rule: Literal["beta", "dirichlet"] = "beta"
    batch: int = 1
    temperature: float = 0.7
    ties: Ties = "first"
    task: Task = Task()

    def __post_init__(self) -> None:
        """Check the settings of the vote."""
        check_drawable(self.inner)
        check_draws(self.max_samples, self.temperature, "max_samples")
        if not 0 < self.threshold <= 1:
            raise ValueError(
                f"threshold is {self.threshold}; expected a probability above 0 and at most 1"
            )
        if self.rule not in RULES:
            raise ValueError(f"rule is {self.rule!r}; expected {' or '.join(RULES)}")
        if self.batch < 1:
            raise ValueError(f"batch is {self.batch}; expected at least 1")
        self._vote()

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Draw in batches until the rule or `max_samples` ends it, then vote."""
        answers: list[Answer] = []
        while more := self.wanted(answers):
            draws = range(len(answers), len(answers) + more)
            answers += yield from drawn(self.inner, question, demos, self.temperature, draws)
        return self._vote().winner(answers, question.id)

    def wanted(self, answers: Sequence[Answer]) -> int:
        """Return how many draws to ask for next; 0 is the end."""
        left = self.max_samples - len(answers)
        confidence = RULES[self.rule]
        counts = [int(count) for _, count in self._vote().tally(answers)]
        if left == 0 or confidence(counts) >= self.threshold:
            return 0
        return min(left, max(self.batch, fewest(confidence, counts, self.threshold, left)))

    def _vote(self) -> Vote:
        return Vote(self.ties, task=self.task)
