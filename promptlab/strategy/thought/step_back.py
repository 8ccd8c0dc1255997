"""Step-back prompting: answer a more general question first, and the one asked in its light.

Zheng et al., Take a Step Back: Evoking Reasoning via Abstraction in Large Language Models, 2023.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.thought.first_asked import informed, written
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

ABSTRACT = (
    "Your task is to step back and paraphrase a question to a more generic step-back question, "
    "which is easier to answer."
)
GROUND = (
    "Your response should be comprehensive and not contradicted with the following context if they "
    "are relevant. Otherwise, ignore them if they are not relevant."
)


@dataclass(frozen=True)
class StepBack:
    """Ask the model for a more general question, then that question alone, then the one asked.

    Where either of the first two replies is empty, the question is asked as it is.

    Attributes:
        inner: Answers the question, whose context then ends with the general one and its answer.
        abstract: The instruction that asks for the general question.
        opening: How that reply begins.
        ground: What stands above the general question and its answer.
        template: How both are asked for.
        sampling: How both are drawn.
    """

    inner: Strategy
    abstract: str = ABSTRACT
    opening: str = " Stepback Question:"
    ground: str = GROUND
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=256)

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for the general question, for its answer, and for the answer."""
        task = Task(self.abstract)
        prompt = self.template.prompt(task, question, reply=self.opening)
        general = yield from written(prompt, self.template.stopping(self.sampling, task))
        principle = (yield from self._answered(question, general)) if general else ""
        told = informed(question, self.ground, general, principle) if principle else question
        return (yield from self.inner.solve(told, demos))

    def _answered(self, question: Question, general: str) -> Program[str]:
        task = Task(multiline=True)
        prompt = self.template.prompt(task, replace(question, text=general, choices=(), context=""))
        return written(prompt, self.template.stopping(self.sampling, task))
