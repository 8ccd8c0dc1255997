"""Universal self-consistency: the model picks the most consistent of its own draws.

Chen et al., Universal Self-Consistency for Large Language Model Generation, 2023, whose words these
are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.thought.first_asked import written
from promptlab.strategy.voting.drawable import check_drawable
from promptlab.strategy.voting.response import response
from promptlab.strategy.voting.vote import Ties, Vote, check_draws, drawn
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

INTRODUCE = "I have generated the following responses to the question:"
SELECT = (
    "Evaluate these responses. Select the most consistent response based on majority consensus. "
    'Start your answer with "The most consistent response is Response X" (without quotes).'
)


@dataclass(frozen=True)
class UniversalSelfConsistency:
    """Draw several answers, number them, and ask the model for a number.

    Draws in which no answer was found are not shown, and nobody is asked about fewer than two
    others. Where the reply names no draw, the draws vote.

    Attributes:
        inner: The strategy that is drawn again and again.
        samples: How many draws.
        temperature: Of every draw.
        introduce: What stands before the question.
        response: What stands before the number of a draw, there and in the reply.
        select: What asks for the number, after the draws.
        ties: Who wins among the most voted where the draws vote.
        task: What is asked, which says when two answers are the same.
        template: How the number is asked for.
        sampling: How it is drawn.
    """

    inner: Strategy
    samples: int = 8
    temperature: float = 0.7
    introduce: str = INTRODUCE
    response: str = "Response"
    select: str = SELECT
    ties: Ties = "first"
    task: Task = Task()
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=32)

    def __post_init__(self) -> None:
        """Check the settings of the draws."""
        check_drawable(self.inner)
        check_draws(self.samples, self.temperature)
        self._vote()

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Draw all answers in one batch, then ask for the best."""
        draws = range(self.samples)
        answers = yield from drawn(self.inner, question, demos, self.temperature, draws)
        found = [answer for answer in answers if answer.outcome == "parsed"]
        voted = self._vote().winner(answers, question.id)
        if len(found) < 2:
            return voted
        picked = self.picked((yield from self._asked(question, found)), len(found))
        return voted if picked is None else replace(found[picked], votes=voted.votes)

    def picked(self, reply: str, count: int) -> int | None:
        """Return the number that a reply gives after `response`, or else its first number."""
        named = re.search(rf"{re.escape(self.response)}\W{{0,3}}(\d{{1,9}})", reply, re.IGNORECASE)
        first = named or re.search(r"(\d{1,9})", reply)
        number = int(first[1]) if first else count
        return number if number < count else None

    def _asked(self, question: Question, found: Sequence[Answer]) -> Program[str]:
        shown = [
            f"{self.response} {number}: {response(answer, question, self.task, self.template)}"
            for number, answer in enumerate(found)
        ]
        text = "\n\n".join((f"{self.introduce} {question.text}", *shown, self.select))
        task = Task()
        prompt = self.template.prompt(task, replace(question, text=text))
        return written(prompt, self.template.stopping(self.sampling, task))

    def _vote(self) -> Vote:
        return Vote(self.ties, task=self.task)
