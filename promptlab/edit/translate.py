"""Translate first: the question is put into another language before it is asked.

Shi et al., Language Models are Multilingual Chain-of-Thought Reasoners (2023).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from promptlab.protocols import Template
from promptlab.types import Task


@dataclass(frozen=True)
class Translate:
    """Let the role `translator` translate each question before the strategy asks it.

    Attributes:
        language: Into which, as an instruction names it.
    """

    language: str = "English"

    def __call__(self, task: Task, template: Template) -> tuple[Task, Template]:
        """Return both as they are: what is changed is the strategy."""
        return task, template

    def around(self, strategy: Mapping[str, Any], template: Mapping[str, Any]) -> dict[str, Any]:
        """Return a strategy that translates and then goes on as the given one, all as plain data.

        Args:
            strategy: Asks the translated question.
            template: How the translation is asked for.
        """
        return {
            "_target_": "promptlab.strategy.translated.Translated",
            "language": self.language,
            "template": template,
            "inner": strategy,
        }
