"""Best of n: draw several answers, and take the one that a verifier finds best.

Cobbe et al., Training Verifiers to Solve Math Word Problems, 2021: the best of 100 draws, by how
likely a verifier finds each solution to be right. Lightman et al., Let's Verify Step by Step, 2023:
by the product of how likely each step is. The verifiers there are trained; here the role `judge` is
asked.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from promptlab.program import asked_of, parallel, redraw
from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.likelihood import with_likelihood
from promptlab.strategy.search.best import best
from promptlab.strategy.thought.first_asked import asking
from promptlab.strategy.voting.drawable import check_drawable
from promptlab.strategy.voting.rating import rating
from promptlab.strategy.voting.response import response
from promptlab.strategy.voting.vote import Vote, check_draws
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

By = Literal["verifier", "steps", "logprob"]

VERIFY = (
    "Below the question is a solution of it. Say how likely its answer is right, by a whole number "
    "from 0 (surely wrong) to 100 (surely right). Reply with the number alone."
)
VERIFY_STEP = (
    "Below the question is the beginning of a solution. Say how likely its last step is right, by "
    "a whole number from 0 (surely wrong) to 100 (surely right). Reply with the number alone."
)


@dataclass(frozen=True)
class BestOfN:
    """Draw `samples` answers, and take the best.

    A draw in which no answer was found is worth nothing, and nobody is asked about it. Where no
    draw is worth anything, or a model gives no log-probability for one, the draws vote.

    Attributes:
        inner: The strategy that is drawn again and again.
        by: `verifier` takes the draw to which the role gives the highest number; `steps` multiplies
            the numbers that it gives to the answer and to each line of the rationale before it;
            `logprob` takes the draw whose tokens have the highest geometric mean of probabilities.
        samples: How many draws.
        temperature: Of every draw.
        verify: What asks for the number.
        verify_step: What asks for the number of a step.
        steps: How many steps of a draw are verified at most: its first ones.
        role: Who verifies: `judge`, or the model under test.
        task: What is asked, which says when two answers are the same.
        template: How a number is asked for.
        sampling: How it is drawn.
    """

    inner: Strategy
    by: By = "verifier"
    samples: int = 100
    temperature: float = 0.7
    verify: str = VERIFY
    verify_step: str = VERIFY_STEP
    steps: int = 20
    role: str = "judge"
    task: Task = Task()
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=16)

    def __post_init__(self) -> None:
        """Check the settings of the draws."""
        check_drawable(self.inner)
        check_draws(self.samples, self.temperature)
        if self.by not in get_args(By) or self.steps < 1:
            raise ValueError(
                f"by is {self.by!r} and steps is {self.steps}; expected verifier, steps or "
                "logprob, and at least 1 step"
            )

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Draw and verify all answers side by side, then take the best."""
        scored = yield from parallel(
            self._scored(question, demos, draw) for draw in range(self.samples)
        )
        answers = [answer for answer, _ in scored]
        scores = [score for _, score in scored if score is not None]
        if len(scores) < len(answers):
            return Vote(task=self.task).winner(answers, question.id)
        return best(answers, scores, self.task)

    def _scored(
        self, question: Question, demos: Sequence[Example], draw: int
    ) -> Program[tuple[Answer, float | None]]:
        solved = self.inner.solve(question, demos)
        program = redraw(solved, temperature=self.temperature, draw=draw)
        answer, likelihood = yield from with_likelihood(program)
        if answer.outcome != "parsed":
            return answer, 0.0
        if self.by == "logprob":
            return answer, likelihood
        whole = response(answer, question, self.task, self.template)
        asked = [self._number(self.verify, question, whole)]
        asked += [
            self._number(self.verify_step, question, part) for part in self._beginnings(answer)
        ]
        return answer, math.prod((yield from parallel(asked)))

    def _beginnings(self, answer: Answer) -> list[str]:
        """Return a rationale up to each of its steps, where steps are verified."""
        lines = [line for line in answer.rationale.splitlines() if line.strip()]
        most = min(len(lines), self.steps) if self.by == "steps" else 0
        return ["\n".join(lines[: count + 1]) for count in range(most)]

    def _number(self, words: str, question: Question, solution: str) -> Program[float]:
        task = replace(asking(self.task, words), multiline=False)
        asked = rating(task, question, solution, self.template, self.sampling)
        return asked_of(self.role, asked)
