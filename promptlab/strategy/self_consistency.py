"""Self-consistency: draw several answers, and let them vote.

Wang et al., Self-Consistency Improves Chain of Thought Reasoning in Language Models, 2023.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from promptlab.extract import key
from promptlab.program import parallel, redraw
from promptlab.protocols import Program, Strategy
from promptlab.types import Answer, Example, Question, Task

Ties = Literal["first", "random", "abstain"]


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
        """Refuse a vote that cannot be held."""
        if self.samples < 1:
            raise ValueError(f"samples is {self.samples}; expected at least 1")
        if self.temperature == 0 and self.samples > 1:
            raise ValueError(
                "temperature is 0, so all draws are equal; expected more, or samples=1"
            )
        if self.ties not in ("first", "random", "abstain"):
            raise ValueError(f"ties is {self.ties!r}; expected first, random or abstain")

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Draw all answers in one batch, then vote."""
        answers = yield from parallel(
            redraw(self.inner.solve(question, demos), temperature=self.temperature, draw=draw)
            for draw in range(self.samples)
        )
        return self.vote(answers, question.id)

    def vote(self, answers: Sequence[Answer], salt: str = "") -> Answer:
        """Return the plurality's answer with its first rationale; `salt` decides random ties."""
        votes = tally(answers, self.task)
        if not votes:
            return Answer("", outcome=answers[0].outcome if answers else "unparsed")
        most = votes[0][1]
        winner = self._break([text for text, count in votes if count == most], salt)
        if winner is None or most < self.quorum * len(answers):
            return Answer("", votes=votes, outcome="abstained")
        rationale = next(answer.rationale for answer in answers if answer.text == winner)
        return Answer(winner, rationale, votes)

    def _break(self, tied: Sequence[str], salt: str) -> str | None:
        if len(tied) == 1 or self.ties == "first":
            return tied[0]
        return random.Random(salt).choice(tied) if self.ties == "random" else None  # noqa: S311


def tally(answers: Sequence[Answer], task: Task = Task()) -> tuple[tuple[str, float], ...]:
    """Count the parsed answers: most votes first, then in the order in which they were drawn.

    Answers that the task says are the same are counted as the first of them is written.
    """
    written: dict[str, str] = {}
    counts: dict[str, float] = {}
    for answer in answers:
        if answer.outcome == "parsed":
            text = written.setdefault(key(answer.text, task), answer.text)
            counts[text] = counts.get(text, 0.0) + 1.0
    return tuple(sorted(counts.items(), key=lambda vote: -vote[1]))
