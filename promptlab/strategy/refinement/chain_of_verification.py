"""Chain of verification: an answer is checked by questions that are answered apart from it.

Dhuliawala et al., Chain-of-Verification Reduces Hallucination in Large Language Models, 2023, in
its factored form: whoever answers a question sees neither the answer nor the other questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from promptlab.program import asked_of, parallel
from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.decomposition.least_to_most import simpler_questions
from promptlab.strategy.decomposition.simpler_task import asked_as
from promptlab.strategy.refinement.attempt import attempted
from promptlab.strategy.thought.first_asked import informed, said, written
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

PLAN = (
    "Here are a question and an answer to it. Which questions would show whether the facts and "
    "steps in the answer are right? Write them one a line, each so that it is understood by "
    "itself, and nothing else."
)


@dataclass(frozen=True)
class ChainOfVerification:
    """Answer, plan questions that verify the answer, answer each, and answer again.

    A reply that holds no questions, and a second answer that is none, leave the first answer.

    Attributes:
        inner: Answers; the second time the question's context ends with the answer before, the
            questions and their answers.
        step: Answers the questions, as free text: `direct`, or another for that kind.
        plan: The instruction that asks for the questions.
        most: How many of them are asked; further ones are left out.
        earlier: What stands before the answer that is verified.
        found: What stands above the questions and their answers.
        role: Who plans: the model under test, or `writer`.
        template: How the questions are asked for.
        sampling: How they are drawn.
        task: What the question itself is asked as; those that verify are not.
    """

    inner: Strategy
    step: Strategy
    plan: str = PLAN
    most: int = 5
    earlier: str = "An earlier answer:"
    found: str = "What was found when it was checked:"
    role: str = "model"
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=256)
    task: Task = Task()

    def __post_init__(self) -> None:
        """Check the number."""
        if self.most < 1:
            raise ValueError(f"most is {self.most}; expected at least 1")

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Answer, verify, and answer in the light of that."""
        first = yield from self.inner.solve(question, demos)
        said = attempted(first, self.task)
        planned = (yield from self._planned(question, said)) if said else []
        if not planned:
            return first
        known = yield from parallel(self._known(question, asked) for asked in planned)
        told = informed(question, f"{self.earlier} {said}", self.found, *known)
        again = yield from self.inner.solve(told, demos)
        return again if again.outcome == "parsed" else first

    def _planned(self, question: Question, said: str) -> Program[list[str]]:
        task = Task(self.plan, multiline=True)
        shown = informed(question, f"{self.earlier} {said}")
        asked = written(
            self.template.prompt(task, shown), self.template.stopping(self.sampling, task)
        )
        reply = yield from asked_of(self.role, asked)
        return simpler_questions(reply, question)[: self.most]

    def _known(self, question: Question, asked: str) -> Program[str]:
        """Answer one question, seen apart from the others; return both."""
        answer = yield from self._step.solve(replace(question, text=asked, choices=()), ())
        return f"{asked} {said(answer)}"

    @cached_property
    def _step(self) -> Strategy:
        return asked_as(self.step, self.task, Task())
