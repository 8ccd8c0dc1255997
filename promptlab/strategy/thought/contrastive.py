"""Contrastive chain of thought: each demonstration shows a wrong explanation beside the right one.

Chia et al., Contrastive Chain-of-Thought Prompting (2023): the wrong explanation is the right one
with its objects, numbers here, put in each other's place. Here it comes first and the answer last,
so that a reply ends as that of any chain of thought does.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.protocols import Program
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.types import Answer, Example, Question

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class ContrastiveCoT:
    """Ask as `inner` does, shown for each rationale what it would be with its numbers mixed up.

    A demonstration whose rationale has no number is shown as it is.

    Attributes:
        inner: Chain of thought, with the template's own words.
        wrong: What comes before a wrong explanation.
        right: What comes between it and the right one.
    """

    inner: ChainOfThought
    wrong: str = "A wrong explanation: "
    right: str = " The right explanation: "

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask once."""
        return (yield from self.inner.solve(question, [self.contrasted(demo) for demo in demos]))

    def contrasted(self, demo: Example) -> Example:
        """Put a wrong explanation before the right one."""
        mixed = mixed_up(demo.rationale)
        if not mixed:
            return demo
        return replace(demo, rationale=f"{self.wrong}{mixed}{self.right}{demo.rationale}")


def mixed_up(rationale: str) -> str:
    """Write each number where the one after it stood; nothing where there is none.

    Equal numbers stay equal; where there is one number alone, one more takes its place.
    """
    found = list(dict.fromkeys(_NUMBER.findall(rationale)))
    if not found:
        return ""
    others = [*found[1:], found[0]] if len(found) > 1 else [_one_more(found[0])]
    instead = dict(zip(found, others, strict=True))
    return _NUMBER.sub(lambda match: instead[match[0]], rationale)


def _one_more(number: str) -> str:
    """Add one to the last run of digits of a number."""
    head, digits = re.fullmatch(r"(.*?)(\d+)", number).groups()  # type: ignore[union-attr]
    plain = unicodedata.normalize("NFKC", digits)
    return f"{head}{int(plain) + 1:0{len(plain)}d}"
