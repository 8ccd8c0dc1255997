"""How long the members of a pool are in tokens.

What is counted is what `Example.length` counts characters of, each text by itself, and nothing that
a template writes around them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from promptlab.protocols import CountTokens
from promptlab.types import Example


@dataclass(frozen=True)
class TokenCounts:
    """The tokens of one pool's members; nothing is loaded or counted before it is needed.

    Attributes:
        tokenizer: Counts.
        examples: The members, in the pool's order.
    """

    tokenizer: CountTokens | None
    examples: Sequence[Example]

    @cached_property
    def each(self) -> list[int]:
        """Tokens of each member; texts that several share are read once."""
        assert self.tokenizer  # noqa: S101  checked where tokens are bounded
        members = [_texts(example) for example in self.examples]
        texts = list(dict.fromkeys(chain.from_iterable(members)))
        counts = dict(zip(texts, self.tokenizer(texts), strict=True))
        return [sum(counts[text] for text in member) for member in members]


def check_tokens(tokens: int | None, tokenizer: CountTokens | None) -> None:
    """Check a bound in tokens, which needs a tokenizer that counts them.

    Raises:
        ValueError: it is below 1, or there is no tokenizer.
    """
    if tokens is None:
        return
    if tokens < 1:
        raise ValueError(f"tokens is {tokens}; expected at least 1 token, or null")
    if tokenizer is None:
        raise ValueError(
            f"tokens is {tokens}, and nothing counts them: set selection.tokenizer.name to "
            "smollm2, gemma3, a model's folder or its name on the hub"
        )


def _texts(example: Example) -> list[str]:
    """All that a member may show, without what is empty."""
    asked = example.question
    shown = (asked.context, asked.text, *asked.choices, example.rationale, example.answer)
    return [text for text in shown if text]
