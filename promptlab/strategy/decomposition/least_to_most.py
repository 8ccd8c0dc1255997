"""Least-to-most: simpler questions first, each in the light of those before it.

Zhou et al., Least-to-Most Prompting Enables Complex Reasoning in Large Language Models (2023), with
an instruction in the place of the paper's examples of how to take a problem apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from promptlab.program import asked_of
from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.decomposition.simpler_task import asked_as
from promptlab.strategy.thought.first_asked import informed, said, written
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

TAKE_APART = (
    "Which simpler questions have to be answered first to answer this one? Write them in their "
    "order, one a line, and nothing else."
)
_MARK = re.compile(
    r"^\s*(?:[-*•·]|[(（]?\d{1,2}[.．)）:：、](?!\d)|第[一二三四五六七八九十]+[、:：,，])\s*"
)


@dataclass(frozen=True)
class LeastToMost:
    """Ask for simpler questions, then each of them, then the one asked.

    Each is asked with the question itself and the answers so far in its context; a reply that is no
    question leaves the one asked as it is.

    Attributes:
        inner: Answers the question, whose context then ends with the simpler ones and their
            answers.
        step: Answers the simpler ones, as free text: `direct`, or another for that kind.
        take_apart: The instruction that asks for the simpler questions.
        most: How many of them are asked; further ones are left out.
        role: Who takes the question apart: the model under test, or `writer`.
        template: How the simpler questions are asked for.
        sampling: How they are drawn.
        task: What the question itself is asked as; simpler ones are not.
    """

    inner: Strategy
    step: Strategy
    take_apart: str = TAKE_APART
    most: int = 5
    role: str = "model"
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=256)
    task: Task = Task()

    def __post_init__(self) -> None:
        """Check the number."""
        if self.most < 1:
            raise ValueError(f"most is {self.most}; expected at least 1")

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for simpler questions, for their answers, and for the answer."""
        task = Task(self.take_apart, multiline=True)
        prompt = self.template.prompt(task, question)
        sampling = self.template.stopping(self.sampling, task)
        reply = yield from asked_of(self.role, written(prompt, sampling))
        known: list[str] = []
        for simpler in simpler_questions(reply, question)[: self.most]:
            told = informed(question, question.text, *known)
            asked = replace(told, text=simpler, choices=())
            answer = yield from self._step.solve(asked, ())
            known += [simpler, said(answer)]
        told = informed(question, *known) if known else question
        return (yield from self.inner.solve(told, demos))

    @cached_property
    def _step(self) -> Strategy:
        return asked_as(self.step, self.task, Task())


def simpler_questions(reply: str, question: Question) -> list[str]:
    """List the questions of a reply, a line each, without their marks; none is the one asked."""
    lines = (_MARK.sub("", line, count=1).strip() for line in reply.splitlines())
    different = dict.fromkeys(line for line in lines if line.endswith(("?", "？")))
    return [line for line in different if line != question.text.strip()]
