"""What steps are worth: how a tree of thoughts is judged.

Yao et al., Tree of Thoughts: Deliberate Problem Solving with Large Language Models, 2023, whose
weights of sure, likely and impossible these are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from promptlab.program import asked_of, parallel, redraw
from promptlab.protocols import Program, Template
from promptlab.strategy.search.thoughts import Steps
from promptlab.strategy.thought.first_asked import asking, informed, written
from promptlab.strategy.voting.vote import check_draws
from promptlab.template import QA
from promptlab.types import Question, Sampling, Task

By = Literal["value", "vote"]

VALUE = (
    "Judge whether the steps below can lead to the solution: think briefly, and end with one word, "
    "sure, likely or impossible."
)
VOTE = (
    "Here are several ways to go about the question. Decide which of them is the most promising, "
    'and end with "The best choice is X", where X is its number.'
)


def _worth() -> dict[str, float]:
    return {"sure": 20.0, "likely": 1.0, "impossible": 0.001}


@dataclass(frozen=True)
class Judgement:
    """Say of each of several states, which are steps, what it is worth.

    Attributes:
        by: `value` has each judged by itself, in words that have weights; `vote` shows all of them,
            and counts how often each is called the best.
        value: What asks for a word.
        vote: What asks for a number.
        worth: The words, and what each adds; a reply with none of them adds nothing.
        repeat: How often each is judged, or all are voted on.
        choice: What stands before the number of a state, there and in the reply.
        heading: What stands above the steps.
        role: Who judges: the model under test, or `judge`.
        template: How it is asked.
        sampling: How it is drawn.
    """

    by: By = "value"
    value: str = VALUE
    vote: str = VOTE
    worth: Mapping[str, float] = field(default_factory=_worth)
    repeat: int = 3
    choice: str = "Choice"
    heading: str = "Steps so far:"
    role: str = "model"
    template: Template = QA
    sampling: Sampling = Sampling(temperature=0.7, max_tokens=128)

    def __post_init__(self) -> None:
        """Check the settings."""
        object.__setattr__(self, "worth", dict(self.worth))
        if self.by not in get_args(By) or not self.worth or not all(map(str.strip, self.worth)):
            raise ValueError(
                f"by is {self.by!r} and worth is {self.worth}; expected value or vote, and words "
                "with what each is worth"
            )
        check_draws(self.repeat, self.sampling.temperature, "repeat")

    def of(self, task: Task, question: Question, states: Sequence[Steps]) -> Program[list[float]]:
        """Return what each state is worth: all are judged in one batch."""
        if self.by == "vote":
            return (yield from self._voted(task, question, states))
        judged = yield from parallel(
            self._drawn(asking(task, self.value), informed(question, self.heading, *steps), draw)
            for steps in states
            for draw in range(self.repeat)
        )
        each = list(map(self.read_value, judged))
        rows = range(0, len(each), self.repeat)
        return [sum(each[start : start + self.repeat]) for start in rows]

    def read_value(self, reply: str) -> float:
        """Return what the last of the words in a reply is worth."""
        said = {word.casefold(): worth for word, worth in self.worth.items()}
        words = "|".join(sorted(map(re.escape, said), key=len, reverse=True))
        # A word of letters stands by itself: "unlikely" is not "likely".
        found = re.findall(rf"(?<![a-z])(?:{words})(?![a-z])", reply.casefold())
        return said[found[-1]] if found else 0.0

    def read_vote(self, reply: str, count: int) -> int | None:
        """Return which state a reply calls the best: 0 is the first."""
        after = reply.casefold().rpartition(self.choice.casefold())[2]
        found = re.search(r"\d{1,9}", after)
        number = int(found[0]) if found else 0
        return number - 1 if 1 <= number <= count else None

    def _voted(
        self, task: Task, question: Question, states: Sequence[Steps]
    ) -> Program[list[float]]:
        """Count how often each state is called the best; one alone is so without asking."""
        if len(states) < 2:
            return [float(self.repeat)] * len(states)
        shown = [
            "\n".join((f"{self.choice} {number}:", *steps))
            for number, steps in enumerate(states, 1)
        ]
        told = informed(question, *shown)
        replies = yield from parallel(
            self._drawn(asking(task, self.vote), told, draw) for draw in range(self.repeat)
        )
        votes = [self.read_vote(reply, len(states)) for reply in replies]
        return [float(votes.count(number)) for number in range(len(states))]

    def _drawn(self, task: Task, told: Question, draw: int) -> Program[str]:
        sampling = self.template.stopping(self.sampling, task)
        asked = written(self.template.prompt(task, told), sampling)
        return redraw(asked_of(self.role, asked), temperature=sampling.temperature, draw=draw)
