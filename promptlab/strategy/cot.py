"""Few-shot chain of thought: demonstrations show how they were solved.

Wei et al., Chain-of-Thought Prompting Elicits Reasoning in Large Language Models, 2022.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.extract import Extract, read
from promptlab.program import generate
from promptlab.protocols import Program, Template
from promptlab.template import QA
from promptlab.types import Answer, Example, Generate, Question, Sampling, Task


@dataclass(frozen=True)
class ChainOfThought:
    """Ask for reasoning and answer in one completion.

    A demonstration without a rationale shows its answer in the same words.

    Attributes:
        task: What is asked.
        template: How it is written; its `reasoned` piece shows a worked demonstration.
        sampling: How the reasoning is drawn.
        extract: Where in the completion the answer stands.
        reasoning: Let every answer, and the reply, begin with the template's `reason`.
    """

    task: Task
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=256)
    extract: Extract = Extract(policy="after")
    reasoning: bool = False

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask once."""
        prompt = self.template.prompt(
            self.task, question, demos, with_rationale=True, reasoning=self.reasoning
        )
        sampling = self.template.stopping(self.sampling, self.task, reasoned=True)
        completion = yield from generate(Generate(prompt, sampling))
        triggers = (self.template.trigger, *self.extract.triggers)
        extract = dataclasses.replace(self.extract, triggers=triggers)
        return read(completion, self.task, question, extract)
