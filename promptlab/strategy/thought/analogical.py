"""Analogical prompting: recall like problems and their solutions, then solve the one asked.

Yasunaga et al., Large Language Models as Analogical Reasoners, 2023. The paper asks for both in one
reply; here the problems come first, so that any strategy can solve the question after them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.thought.first_asked import informed, written
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

RECALL = (
    "Recall three relevant and distinct problems. For each problem, describe it and explain the "
    "solution."
)


@dataclass(frozen=True)
class Analogical:
    """Let the model write its own examples, and show them before the question.

    A reply that is empty leaves the question as it is.

    Attributes:
        inner: Solves the question, whose context then ends with the problems.
        recall: The instruction that asks for the problems.
        opening: How that reply begins, and what stands above the problems.
        template: How the problems are asked for.
        sampling: How they are drawn; nothing but `stop` and `max_tokens` ends them.
    """

    inner: Strategy
    recall: str = RECALL
    opening: str = " Relevant problems:"
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=512)

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for the problems, then for the answer."""
        prompt = self.template.prompt(Task(self.recall), question, reply=self.opening)
        # Problems may be written as the template writes questions, where its replies would end.
        problems = yield from written(prompt, self.sampling)
        told = informed(question, self.opening.strip(), problems) if problems else question
        return (yield from self.inner.solve(told, demos))
