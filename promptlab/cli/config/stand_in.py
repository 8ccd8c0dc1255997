"""Text that is no config, kept out of its reach: while `${…}` is resolved, marks stand in for it.

OmegaConf reads every text that it holds: `${oc.env:KEY}` becomes a key, `???` is missing. That is
for what a user writes in yaml, never for what a data set says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MARK = re.compile("\ufdd0([0-9]+)\ufdd1")
"""Two characters that Unicode keeps out of text, for uses such as this."""


@dataclass(frozen=True)
class StandIns:
    """The texts that are hidden, each behind a mark."""

    texts: list[str] = field(default_factory=list)

    def hide(self, value: Any) -> Any:
        """Put a mark in the place of every text in plain data."""
        if isinstance(value, str):
            self.texts.append(value)
            return f"\ufdd0{len(self.texts) - 1}\ufdd1"
        if isinstance(value, Mapping):
            return {key: self.hide(item) for key, item in value.items()}
        return [self.hide(each) for each in value] if isinstance(value, (list, tuple)) else value

    def show(self, value: Any) -> Any:
        """Put the texts back, wherever their marks have come to stand."""
        if isinstance(value, str):
            return MARK.sub(self._text, value)
        if isinstance(value, dict):
            return {key: self.show(item) for key, item in value.items()}
        return [self.show(each) for each in value] if isinstance(value, list) else value

    def _text(self, mark: re.Match[str]) -> str:
        number = int(mark[1])
        return self.texts[number] if number < len(self.texts) else mark[0]


def literal(text: str) -> str:
    """Write a text so that a config which holds it says it as it is."""
    return re.sub(r"(\\*)\$\{", r"\1\1\\${", text)
