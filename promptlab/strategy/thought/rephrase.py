"""Rephrase and respond: put the question in better words, then answer it.

Deng et al., Rephrase and Respond: Let Large Language Models Ask Better Questions for Themselves,
2023, whose words these are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.program import asked_of
from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.thought.first_asked import written
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

ONE = "Rephrase and expand the question, and respond."
FIRST = (
    "Given the above question, rephrase and expand it to help you do better answering. Maintain "
    "all information in the original question."
)
SECOND = "Use your answer for the rephrased question to answer the original question."


@dataclass(frozen=True)
class Rephrase:
    """Rephrase and answer in one reply, or let the role `writer` rephrase first.

    The writer is the model under test, unless a run names another. A rephrasing that is empty
    leaves the question as it is.

    Attributes:
        inner: Answers; in one step its reply holds the rephrased question, too.
        steps: 1, or 2.
        one: What follows the question in one step.
        first: What follows it where its rephrasing is asked for.
        second: What follows both questions where the answer is.
        original: What stands before the question there.
        rephrased: What stands before its rephrasing.
        template: How the rephrasing is asked for.
        sampling: How it is drawn.
    """

    inner: Strategy
    steps: int = 2
    one: str = ONE
    first: str = FIRST
    second: str = SECOND
    original: str = "(original)"
    rephrased: str = "(rephrased)"
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=256)

    def __post_init__(self) -> None:
        """Check the number of steps."""
        if self.steps not in (1, 2):
            raise ValueError(f"steps is {self.steps}; expected 1 or 2")

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for the rephrasing and the answer, together or one after the other."""
        if self.steps == 1:
            return (yield from self.inner.solve(_following(question, self.one), demos))
        task = Task(multiline=True)
        prompt = self.template.prompt(task, _following(question, self.first))
        asked = written(prompt, self.template.stopping(self.sampling, task))
        rephrasing = yield from asked_of("writer", asked)
        both = f"{self.original} {question.text}\n{self.rephrased} {rephrasing}\n{self.second}"
        told = replace(question, text=both) if rephrasing else question
        return (yield from self.inner.solve(told, demos))


def _following(question: Question, words: str) -> Question:
    return replace(question, text=f"{question.text}\n{words}")
