"""ESC, early-stopping self-consistency: draw in batches, and stop when one batch agrees.

Li et al., Escape Sky-high Cost: Early-stopping Self-Consistency for Multi-step Reasoning, 2024.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.program import parallel, redraw
from promptlab.protocols import Program, Strategy
from promptlab.strategy.vote import Ties, Vote, check_draws
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
        """Refuse batches that cannot be drawn."""
        if self.max_samples < 1:
            raise ValueError(f"max_samples is {self.max_samples}; expected at least 1")
        if not 1 <= self.batch <= self.max_samples:
            raise ValueError(
                f"batch is {self.batch}; expected 1 to max_samples, which is {self.max_samples}"
            )
        check_draws(self.max_samples, self.temperature)
        self._vote()

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Draw batch by batch until one agrees, or else vote."""
        answers: list[Answer] = []
        while len(answers) < self.max_samples:
            end = min(len(answers) + self.batch, self.max_samples)
            drawn = yield from parallel(
                redraw(self.inner.solve(question, demos), temperature=self.temperature, draw=draw)
                for draw in range(len(answers), end)
            )
            answers += drawn
            if len(drawn) == self.batch and self._vote().unanimous(drawn):
                return Answer(drawn[0].text, drawn[0].rationale, self._vote().tally(answers))
        return self._vote().winner(answers, question.id)

    def _vote(self) -> Vote:
        return Vote(self.ties, task=self.task)


def expected_draws(probabilities: Sequence[float], batch: int = 5, max_samples: int = 40) -> float:
    """Return the mean number of draws for answers drawn independently with these probabilities.

    Args:
        probabilities: of the distinct answers; what is missing to 1 is draws without an answer.
        batch: draws in a batch.
        max_samples: a multiple of the batch.
    """
    agreeing: float = sum(probability**batch for probability in probabilities)
    batches = max_samples // batch
    ending = [(done + 1) * agreeing * (1 - agreeing) ** done for done in range(batches - 1)]
    return batch * (sum(ending) + batches * (1 - agreeing) ** (batches - 1))
