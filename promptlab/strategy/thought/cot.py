"""Few-shot chain of thought: demonstrations show how they were solved.

Wei et al., Chain-of-Thought Prompting Elicits Reasoning in Large Language Models, 2022.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.extract import Extract
from promptlab.output.free import Free
from promptlab.output.output import Output
from promptlab.program import generate
from promptlab.protocols import Program, Template
from promptlab.strategy.long_answer import lengthened
from promptlab.template import QA
from promptlab.types import Answer, Example, Form, Generate, Prompt, Question, Sampling, Task


@dataclass(frozen=True)
class ChainOfThought:
    """Ask for reasoning and answer in one completion.

    A demonstration without a rationale shows its answer in the same words. Where the answer must be
    of a form, it is asked for apart: the reasoning is free and ends before the template's trigger,
    after which the second completion is the answer and nothing else.

    Attributes:
        task: What is asked.
        template: How it is written; its `reasoned` piece shows a worked demonstration.
        sampling: How the reasoning is drawn.
        long_tokens: The most new tokens of a reply that ends in an answer of several lines, such as
            code, if `sampling` gives fewer: 256 of reasoning and 512 of a program.
        extract: Where in the completion the answer stands.
        reasoning: Let every answer, and the reply, begin with the template's `reason`.
        output: What the answer must be.
    """

    task: Task
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=256)
    long_tokens: int = 768
    extract: Extract = Extract(policy="after")
    reasoning: bool = False
    output: Output = Free()

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask once, or twice where the answer must be of a form."""
        form = self.output.form(self.task, question, self.template.written, "")
        if form is not None:
            return (yield from self._in_two(question, demos, form))
        completion = yield from generate(Generate(self._prompt(question, demos), self._drawn()))
        triggers = (self.template.trigger, *self.extract.triggers)
        extract = dataclasses.replace(self.extract, triggers=triggers)
        return self.output.read(completion, self.task, question, extract)

    def _in_two(self, question: Question, demos: Sequence[Example], form: Form) -> Program[Answer]:
        """Ask for the reasoning, then for the answer."""
        drawn, trigger = self._drawn(), self.template.trigger
        free = dataclasses.replace(drawn, stop=(*drawn.stop, trigger))
        reasoned = yield from generate(Generate(self._prompt(question, demos), free))
        reply, lead = self.template.announcing(reasoned.text)
        led = dataclasses.replace(form, lead=lead)
        request = Generate(self._prompt(question, demos, reply), drawn, form=led)
        completion = yield from generate(request)
        extract = dataclasses.replace(self.extract, policy="reply")
        answer = self.output.read(completion, self.task, question, extract)
        return dataclasses.replace(answer, rationale=reasoned.text.strip())

    def _drawn(self) -> Sampling:
        sampling = self.template.stopping(self.sampling, self.task, reasoned=True)
        lines = self.task.lines or self.output.lines
        return lengthened(sampling, self.long_tokens, lines=lines)

    def _prompt(self, question: Question, demos: Sequence[Example], reply: str = "") -> Prompt:
        return self.template.prompt(
            *(self.task, question, demos),
            with_rationale=True,
            reasoning=self.reasoning,
            reply=reply,
        )
