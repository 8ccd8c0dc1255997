"""Self-verification: the model checks its own answers, and the one that stands best wins.

Weng et al., Large Language Models are Better Reasoners with Self-Verification, 2023: five answers
are drawn and each is checked ten times, by hiding a number of the question and asking for it again
in the light of the answer (`by=mask`). The plainer check asks whether the solution is correct.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from promptlab.extract import key, same
from promptlab.extract.mention import Mention
from promptlab.extract.number.numbers import mentions
from promptlab.program import asked_of, parallel, redraw
from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.search.best import best
from promptlab.strategy.search.verdict import CHECK, verdict
from promptlab.strategy.thought.first_asked import asking
from promptlab.strategy.voting.drawable import check_drawable
from promptlab.strategy.voting.response import response
from promptlab.strategy.voting.vote import check_draws, drawn
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

By = Literal["check", "mask"]

REBUILD = "The answer to it is {answer}. What is the value of X?"


@dataclass(frozen=True)
class SelfVerify:
    """Draw several answers, have each distinct one checked, and take the one that stands best.

    An answer's score is the share of its checks in which it stands. Where all draws agree, nobody
    is asked to check.

    Attributes:
        inner: The strategy that is drawn again and again; with `mask` it answers for the hidden
            numbers, too.
        by: `check` asks whether the solution is correct; `mask` hides one number of the question
            after another, and sees whether the answer leads back to it.
        samples: How many answers are drawn.
        checks: How often each is checked; with `mask`, for each number.
        temperature: Of every draw, and of every check.
        check: What asks whether a solution is correct.
        rebuild: What stands below a question with a hidden number, X; `{answer}` is the answer.
        most: How many numbers are hidden at most: the first ones.
        role: Who checks by `check`: the model under test, or `judge`.
        task: What is asked, which says when two answers are the same.
        template: How it is asked whether a solution is correct.
        sampling: How that is drawn.
    """

    inner: Strategy
    by: By = "check"
    samples: int = 5
    checks: int = 10
    temperature: float = 0.7
    check: str = CHECK
    rebuild: str = REBUILD
    most: int = 5
    role: str = "model"
    task: Task = Task()
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=8)

    def __post_init__(self) -> None:
        """Check the settings of the draws and of the checks."""
        check_drawable(self.inner)
        check_draws(self.samples, self.temperature)
        check_draws(self.checks, self.temperature, "checks")
        if self.by not in get_args(By) or self.most < 1:
            raise ValueError(
                f"by is {self.by!r} and most is {self.most}; expected check or mask, and at least 1"
            )
        if self.by == "mask" and self.task.answer != "number":
            raise ValueError(
                f"by=mask asks for the numbers of a question, and this is a {self.task.answer!r} "
                "task; expected a number task, or strategy.by=check"
            )

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Draw all answers in one batch, check the distinct ones in another, take the best."""
        draws = range(self.samples)
        answers = yield from drawn(self.inner, question, demos, self.temperature, draws)
        first: dict[str, Answer] = {}
        for answer in answers:
            if answer.outcome == "parsed":
                first.setdefault(key(answer.text, self.task), answer)
        if len(first) < 2:
            return best(answers, [1.0] * len(answers), self.task)
        checked = yield from parallel(
            self._share(question, demos, answer) for answer in first.values()
        )
        shares = dict(zip(first, checked, strict=True))
        scores = [shares.get(key(answer.text, self.task), 0.0) for answer in answers]
        return best(answers, scores, self.task)

    def _share(
        self, question: Question, demos: Sequence[Example], answer: Answer
    ) -> Program[float]:
        """Return the share of an answer's checks in which it stands."""
        stands = [
            redraw(check, temperature=self.temperature, draw=draw)
            for draw in range(self.checks)
            for check in self._checks(question, demos, answer)
        ]
        held = yield from parallel(stands)
        return sum(held) / len(held) if held else 0.0

    def _checks(
        self, question: Question, demos: Sequence[Example], answer: Answer
    ) -> list[Program[bool]]:
        if self.by == "check":
            return [self._is_right(question, answer)]
        numbers = [found for found in mentions(question.text, Question("", "")) if found.value]
        return [self._leads_back(question, demos, answer, found) for found in numbers[: self.most]]

    def _is_right(self, question: Question, answer: Answer) -> Program[bool]:
        task = replace(asking(self.task, self.check), multiline=False)
        solution = response(answer, question, self.task, self.template)
        asked = verdict(task, question, solution, self.template, self.sampling)
        return (yield from asked_of(self.role, asked)) is True

    def _leads_back(
        self, question: Question, demos: Sequence[Example], answer: Answer, number: Mention
    ) -> Program[bool]:
        """Hide a number, and say whether it is found again."""
        hidden = f"{question.text[: number.start]}X{question.text[number.end :]}"
        told = self.rebuild.replace("{answer}", answer.text)
        again = yield from self.inner.solve(replace(question, text=f"{hidden}\n{told}"), demos)
        return again.outcome == "parsed" and same(again.text, number.value, self.task)
