"""Direct prompting: ask, and read the answer. Few-shot where there are demonstrations.

Brown et al., Language Models are Few-Shot Learners, 2020.
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
from promptlab.types import Answer, Example, Generate, Question, Sampling, Task


@dataclass(frozen=True)
class Direct:
    """Ask for the answer alone.

    Attributes:
        task: What is asked.
        template: How it is written.
        sampling: How the answer is drawn.
        long_tokens: The most new tokens of an answer of several lines, such as code, if `sampling`
            gives fewer.
        extract: Where in the completion the answer stands.
        output: What the reply must be.
    """

    task: Task
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=32)
    long_tokens: int = 512
    extract: Extract = Extract(policy="reply")
    output: Output = Free()

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask once."""
        prompt = self.template.prompt(self.task, question, demos)
        form = self.output.form(self.task, question, self.template.written, self.template.lead)
        completion = yield from generate(Generate(prompt, self._drawn(), form=form))
        if self.task.lines:
            completion = dataclasses.replace(completion, text=self.template.begun(completion.text))
        return self.output.read(completion, self.task, question, self.extract)

    def _drawn(self) -> Sampling:
        """Let the reply end where an answer of the task's kind does."""
        lines = self.task.lines or self.output.lines
        sampling = self.template.stopping(self.sampling, self.task, reasoned=lines)
        return lengthened(sampling, self.long_tokens, lines=lines)
