"""Self-consistency: draw several answers, and let them vote.

Wang et al., Self-Consistency Improves Chain of Thought Reasoning in Language Models, 2023.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.protocols import Program, Strategy
from promptlab.strategy.voting.drawable import check_drawable
from promptlab.strategy.voting.vote import Ties, Vote, check_draws, drawn
from promptlab.types import Answer, Example, Question, Task


@dataclass(frozen=True)
class SelfConsistency:
    """Solve `samples` times with any inner strategy, and answer what most draws answered.

    Answers are counted in the task's canonical form, so that 3.50 and 3.5 are one. A draw in which
    no answer was found does not vote.

    Attributes:
        inner: The strategy that is drawn again and again.
        samples: How many draws.
        temperature: Of every draw.
        ties: Who wins among the most voted: the one drawn `first`, a `random` one (the question
            decides), or nobody (`abstain`).
        quorum: The share of all draws that the winner needs; below it the answer is abstained.
        task: What is asked, which says when two answers are the same.
    """

    inner: Strategy
    samples: int = 5
    temperature: float = 0.7
    ties: Ties = "first"
    quorum: float = 0.0
    task: Task = Task()

    def __post_init__(self) -> None:
        """Check the settings of the vote."""
        check_drawable(self.inner)
        check_draws(self.samples, self.temperature)
        self._vote()

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Draw all answers in one batch, then vote."""
        draws = range(self.samples)
        answers = yield from drawn(self.inner, question, demos, self.temperature, draws)
        return self._vote().winner(answers, question.id)

    def _vote(self) -> Vote:
        return Vote(self.ties, self.quorum, self.task)
