"""A vote among answers: which are counted as one, who wins, and with how many votes."""

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
class Vote:
    """The plurality of the answers that were found.

    Answers are counted in the task's canonical form, so that 3.50 and 3.5 are one.

    Attributes:
        ties: Who wins among the most voted: the one drawn `first`, a `random` one, or nobody
            (`abstain`).
        quorum: The share of all answers that the winner needs; below it the vote abstains.
        task: What is asked, which says when two answers are the same.
    """

    ties: Ties = "first"
    quorum: float = 0.0
    task: Task = Task()

    def __post_init__(self) -> None:
        """Check how ties are broken."""
        if self.ties not in ("first", "random", "abstain"):
            raise ValueError(f"ties is {self.ties!r}; expected first, random or abstain")

    def winner(
        self, answers: Sequence[Answer], salt: str = "", weights: Sequence[float] = ()
    ) -> Answer:
        """Return the plurality's answer with its first rationale; `salt` decides random ties.

        Each answer weighs one, or what `weights` says, unless none of those weighs anything.
        """
        votes = self.tally(answers, weights)
        if not votes:
            outcome = answers[0].outcome if answers else "unparsed"
            why = next((answer.why for answer in answers if answer.why), "")
            return Answer("", outcome=outcome, why=why)
        most = votes[0][1]
        winner = self._break([text for text, count in votes if count == most], salt)
        if winner is None or most < self.quorum * len(answers):
            return Answer("", votes=votes, outcome="abstained")
        rationale = next(answer.rationale for answer in answers if answer.text == winner)
        return Answer(winner, rationale, votes)

    def tally(
        self, answers: Sequence[Answer], weights: Sequence[float] = ()
    ) -> tuple[tuple[str, float], ...]:
        """Count the parsed answers: most votes first, then in the order in which they were drawn.

        Answers that the task says are the same are counted as the first of them is written.
        """
        written: dict[str, str] = {}
        counts: dict[str, float] = {}
        each = weights if any(weights) else [1.0] * len(answers)
        for answer, weight in zip(answers, each, strict=True):
            if answer.outcome == "parsed":
                text = written.setdefault(key(answer.text, self.task), answer.text)
                counts[text] = counts.get(text, 0.0) + weight
        return tuple(sorted(counts.items(), key=lambda vote: -vote[1]))

    def unanimous(self, answers: Sequence[Answer]) -> bool:
        """Say whether every draw found an answer, and the same one."""
        return (
            all(answer.outcome == "parsed" for answer in answers) and len(self.tally(answers)) == 1
        )

    def _break(self, tied: Sequence[str], salt: str) -> str | None:
        if len(tied) == 1 or self.ties == "first":
            return tied[0]
        return random.Random(salt).choice(tied) if self.ties == "random" else None  # noqa: S311


def drawn(
    inner: Strategy, question: Question, demos: Sequence[Example], temperature: float, draws: range
) -> Program[list[Answer]]:
    """Solve a question once for each number of a draw, all in one batch."""
    return parallel(
        redraw(inner.solve(question, demos), temperature=temperature, draw=draw) for draw in draws
    )


def check_draws(samples: int, temperature: float, name: str = "samples") -> None:
    """Check that draws can be voted on; `name` is the setting that counts them."""
    if samples < 1:
        raise ValueError(f"{name} is {samples}; expected at least 1")
    if temperature == 0 and samples > 1:
        raise ValueError(f"temperature is 0, so all draws are equal; expected more, or {name}=1")
