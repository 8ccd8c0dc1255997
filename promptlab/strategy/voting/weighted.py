"""A weighted vote: a draw counts as much as it is likely, as the model is sure, or as a judge is.

Wang et al., Self-Consistency Improves Chain of Thought Reasoning in Language Models, 2023, weigh
draws by their normalised probability; Li et al., Making Language Models Better Reasoners with
Step-Aware Verifier, 2023, by a verifier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from promptlab.program import asked_of, parallel, redraw
from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.likelihood import with_likelihood
from promptlab.strategy.voting.drawable import check_drawable
from promptlab.strategy.voting.rating import rating
from promptlab.strategy.voting.response import response
from promptlab.strategy.voting.vote import Ties, Vote, check_draws
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

By = Literal["logprob", "rating", "verifier"]

RATE = (
    "Say how sure you are that the last answer to the question is right, by a whole number from 0 "
    "(surely wrong) to 100 (surely right). Reply with the number alone."
)
VERIFY = (
    "Check the solution of the question step by step in your mind, and say how likely its answer "
    "is right, by a whole number from 0 (surely wrong) to 100 (surely right). Reply with the "
    "number alone."
)


@dataclass(frozen=True)
class Weighted:
    """Self-consistency in which draws have weights from 0 to 1.

    A draw in which no answer was found weighs nothing, and nobody is asked about it; a reply that
    is no number from 0 to 100 makes a draw weigh nothing, too (0.9 is taken for 90). Where a model
    gives no log-probability for a draw, or no draw weighs anything, each draw has one vote.

    Attributes:
        inner: The strategy that is drawn again and again.
        by: `logprob` weighs by the geometric mean of the probabilities of a draw's tokens,
            `rating` by the number that the model gives, `verifier` by the number that the role
            `judge` gives.
        samples: How many draws.
        temperature: Of every draw.
        rate: The instruction that asks the model for the number.
        verify: The instruction that asks the judge.
        ties: Who wins among the heaviest, as in self-consistency.
        task: What is asked, which says when two answers are the same.
        template: How a number is asked for.
        sampling: How it is drawn.
    """

    inner: Strategy
    by: By = "logprob"
    samples: int = 5
    temperature: float = 0.7
    rate: str = RATE
    verify: str = VERIFY
    ties: Ties = "first"
    task: Task = Task()
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=16)

    def __post_init__(self) -> None:
        """Check the settings of the vote."""
        check_drawable(self.inner)
        check_draws(self.samples, self.temperature)
        if self.by not in ("logprob", "rating", "verifier"):
            raise ValueError(f"by is {self.by!r}; expected logprob, rating or verifier")
        self._vote()

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Draw and weigh all answers side by side, then vote."""
        weighed = yield from parallel(
            self._weighed(question, demos, draw) for draw in range(self.samples)
        )
        answers = [answer for answer, _ in weighed]
        weights = [weight for _, weight in weighed if weight is not None]
        known = weights if len(weights) == len(weighed) else ()
        return self._vote().winner(answers, question.id, known)

    def _weighed(
        self, question: Question, demos: Sequence[Example], draw: int
    ) -> Program[tuple[Answer, float | None]]:
        solved = self.inner.solve(question, demos)
        program = redraw(solved, temperature=self.temperature, draw=draw)
        answer, likelihood = yield from with_likelihood(program)
        if answer.outcome != "parsed":
            return answer, 0.0
        if self.by == "logprob":
            return answer, likelihood
        return answer, (yield from self._number(question, answer))

    def _number(self, question: Question, answer: Answer) -> Program[float]:
        solution = response(answer, question, self.task, self.template)
        task = Task(self.rate if self.by == "rating" else self.verify)
        asked = rating(task, question, solution, self.template, self.sampling)
        return asked_of("judge" if self.by == "verifier" else "model", asked)

    def _vote(self) -> Vote:
        return Vote(self.ties, task=self.task)
