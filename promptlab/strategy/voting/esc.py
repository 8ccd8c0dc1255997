"""ESC, early-stopping self-consistency: draw in batches, and stop when one batch agrees.

Li et al., Escape Sky-high Cost: Early-stopping Self-Consistency for Multi-step Reasoning, 2024.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.protocols import Program, Strategy
from promptlab.strategy.voting.drawable import check_drawable
from promptlab.strategy.voting.vote import Ties, Vote, check_draws, drawn
from promptlab.types import Answer, Example, Question, Task


@dataclass(frozen=True)
class ESC:
    """Self-consistency that ends with the first batch of draws whose answers are all the same.

    That batch's answer is the answer, whatever the batches before it said; where no batch
    agrees, all draws vote. Draw number i is the draw number i of self-consistency. A batch that
    holds a draw without an answer does not agree, nor does a last one that `max_samples` cut short.

    Attributes:
        inner: The strategy that is drawn again and again.
        batch: How many draws are asked for at a time.
        max_samples: The most draws of one question.
        temperature: Of every draw.
        ties: Who wins among the most voted where no batch agrees, as in self-consistency.
        task: What is asked, which says when two answers are the same.
    """

    inner: Strategy
    batch: int = 5
    max_samples: int = 40
    temperature: float = 0.7
    ties: Ties = "first"
    task: Task = Task()

    def __post_init__(self) -> None:
        """Check the settings of the batches."""
        check_drawable(self.inner)
        check_draws(self.max_samples, self.temperature, "max_samples")
        if not 1 <= self.batch <= self.max_samples:
            raise ValueError(
                f"batch is {self.batch}; expected 1 to max_samples, which is {self.max_samples}"
            )
        self._vote()

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Draw batch by batch until one agrees, or else vote."""
        answers: list[Answer] = []
        while len(answers) < self.max_samples:
            end = min(len(answers) + self.batch, self.max_samples)
            draws = range(len(answers), end)
            batch = yield from drawn(self.inner, question, demos, self.temperature, draws)
            answers += batch
            if len(batch) == self.batch and self._vote().unanimous(batch):
                return Answer(batch[0].text, batch[0].rationale, self._vote().tally(answers))
        return self._vote().winner(answers, question.id)

    def _vote(self) -> Vote:
        return Vote(self.ties, task=self.task)
