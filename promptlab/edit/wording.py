"""The instruction in other words, or in another language.

Zhao et al., A Survey of Large Language Models (2023), section 6.1: in English, whatever the data.
"""

from dataclasses import dataclass, replace

from promptlab.protocols import Template
from promptlab.types import Task


@dataclass(frozen=True)
class Wording:
    """Say the instruction otherwise.

    Attributes:
        instruction: What is said; it may name the `{labels}`. '' says nothing.
    """

    instruction: str

    def __call__(self, task: Task, template: Template) -> tuple[Task, Template]:
        """Return the task with the other instruction."""
        return replace(task, instruction=self.instruction), template
