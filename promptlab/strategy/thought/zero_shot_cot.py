"""Zero-shot chain of thought: reason first, then say the answer.

Kojima et al., Large Language Models are Zero-Shot Reasoners, 2022, whose two stages these are.
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
from promptlab.types import Answer, Example, Generate, Prompt, Question, Sampling, Task


@dataclass(frozen=True)
class ZeroShotCoT:
    """Ask for reasoning by the template's `reason`, then for the answer by its `conclude`.

    Demonstrations are not shown: this is the strategy for having none.

    Attributes:
        task: What is asked.
        template: How it is written.
        sampling: How the reasoning is drawn.
        conclusion_tokens: The most new tokens of the second stage.
        long_tokens: The same where the answer has several lines, such as code, if `sampling` gives
            fewer.
        extract: Where in the second completion the answer stands: its first run of digits, as in
            the paper; `digits_only=False` reads words, fractions and calculations too.
        output: What the answer, the second completion, must be.
        reason: The beginning of the reply that makes a model reason; None for the template's.
    """

    task: Task
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=256)
    conclusion_tokens: int = 32
    long_tokens: int = 512
    extract: Extract = Extract(policy="first", digits_only=True)
    output: Output = Free()
    reason: str | None = None

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:  # noqa: ARG002
        """Ask twice."""
        reasoned = self.template.stopping(self.sampling, self.task, reasoned=True)
        reasoning = yield from generate(Generate(self._prompt(question), reasoned))
        reply = self.template.concluding(reasoning.text, self.task)
        lines = self.task.lines or self.output.lines
        short = dataclasses.replace(reasoned, max_tokens=self.conclusion_tokens)
        drawn = lengthened(reasoned, self.long_tokens, lines=True) if lines else short
        lead = self.template.announcing("")[1]
        form = self.output.form(self.task, question, self.template.written, lead)
        prompt = self._prompt(question, reply)
        conclusion = yield from generate(Generate(prompt, drawn, form=form))
        answer = self.output.read(conclusion, self.task, question, self.extract)
        return dataclasses.replace(answer, rationale=reasoning.text.strip(" ").rstrip())

    def _prompt(self, question: Question, reply: str = "") -> Prompt:
        if self.reason is None:
            return self.template.prompt(self.task, question, reasoning=True, reply=reply)
        return self.template.prompt(self.task, question, reply=self.reason + reply)
