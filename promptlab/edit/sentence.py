"""A sentence before or after the instruction: a role, an audience, a stress, a form.

The advice is collected in Zhao et al., A Survey of Large Language Models (2023), section 6.1.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from promptlab.edit.language import is_chinese
from promptlab.protocols import Template
from promptlab.types import Task

Place = Literal["before", "after"]


@dataclass(frozen=True)
class Sentence:
    """Say something more in the instruction.

    Attributes:
        place: `before` or `after` the instruction.
        en: The words.
        zh: The words where the instruction or the template is Chinese.
    """

    place: Place
    en: str
    zh: str

    def __post_init__(self) -> None:
        """Check the place and the words."""
        if self.place not in get_args(Place):
            raise ValueError(f"place is {self.place!r}; expected before or after")
        if not self.en.strip() or not self.zh.strip():
            raise ValueError("en or zh is blank; expected the words that are said")

    def __call__(self, task: Task, template: Template) -> tuple[Task, Template]:
        """Return the task with the sentence in its instruction."""
        chinese = is_chinese(task, template)
        words, gap = (self.zh, "") if chinese else (self.en, " ")
        if not task.instruction:
            return replace(task, instruction=words), template
        both = (words, task.instruction) if self.place == "before" else (task.instruction, words)
        return replace(task, instruction=gap.join(both)), template
