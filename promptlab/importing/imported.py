"""What was read of another tool's file: prompts, records, checks, and what was left behind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OPENING = re.compile(r"\{(?=[{%#])")


@dataclass
class Imported:
    """What a file came to, filled in as it is read.

    Attributes:
        prompts: The texts of prompt files, by their names with suffixes.
        pool: Records to demonstrate.
        test: Records to ask.
        question: The field of a record that is its question.
        checks: What must hold of every reply.
        overrides: What else is typed: how replies are drawn, or which model was named.
        left: What was left behind, and why.
    """

    prompts: dict[str, str] = field(default_factory=dict)
    pool: list[dict[str, Any]] = field(default_factory=list)
    test: list[dict[str, Any]] = field(default_factory=list)
    question: str = "question"
    checks: list[Mapping[str, Any]] = field(default_factory=list)
    overrides: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def shows_demonstrations(self) -> bool:
        """Whether any of the prompts has a place for them."""
        return any("demonstration" in text for text in self.prompts.values())

    def add_prompt(self, name: str, suffix: str, text: str) -> None:
        """Keep a prompt under a name that no other has."""
        stem = re.sub(r"[^\w.-]+", "_", name).strip("._")[:40] or "prompt"
        number, known = 1, {each.rpartition(".")[0] for each in self.prompts}
        while (stem if number == 1 else f"{stem}_{number}") in known:
            number += 1
        self.prompts[f"{stem if number == 1 else f'{stem}_{number}'}{suffix}"] = text


def literal(text: str) -> str:
    """Write a text so that a template says it as it is."""
    return OPENING.sub("{{ '{' }}", text)


def as_one_text(text: str) -> str:
    """Write a template of one text so that nothing in it is taken for a heading or front matter."""
    first = text.lstrip("\n").partition("\n")[0].strip()
    is_heading = first in ("system:", "user:", "assistant:")
    return f"{{{{ '' }}}}{text}" if is_heading or first.startswith("---") else text
