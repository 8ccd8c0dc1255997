"""Chain of draft: reason in a few words a step, and give the answer after a separator.

Xu et al., Chain of Draft: Thinking Faster by Writing Less, 2025, whose words these are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.protocols import Program
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.thought.instructed import instructed
from promptlab.template import Template
from promptlab.types import Answer, Example, Question

DRAFT = (
    "Think step by step, but only keep a minimum draft for each thinking step, with 5 words at "
    "most. Return the answer at the end of the response after a separator ####."
)


@dataclass(frozen=True)
class ChainOfDraft:
    """Chain of thought that is told to be brief.

    Demonstrations show their rationales as they are, and give their answers after the separator.

    Attributes:
        inner: Chain of thought, which the task's instruction tells how.
        draft: What is added to that instruction.
        separator: What stands before every answer, as `draft` says.
    """

    inner: ChainOfThought
    draft: str = DRAFT
    separator: str = "####"

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask once, or twice where the answer must be of a form."""
        task = instructed(self.inner.task, self.draft)
        triggers = (self.separator, *self.inner.extract.triggers)
        extract = replace(self.inner.extract, triggers=triggers)
        template = self.inner.template
        # A prompt that is a file of its own shows answers as that file has it.
        if isinstance(template, Template):
            template = replace(template, trigger=self.separator)
        inner = replace(self.inner, task=task, template=template, extract=extract)
        return inner.solve(question, demos)
