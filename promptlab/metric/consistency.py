"""Consistency of draws: how far what is drawn again says the same.

Manakul et al., SelfCheckGPT, 2023 (https://arxiv.org/abs/2303.08896): what a model knows it says
again, and what it makes up comes out otherwise each time. It needs no gold answer. Theirs compares
each sentence of a reply with those of the other draws, by a model's embeddings in one variant; here
the words that they share stand in their place.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import ClassVar

from promptlab.metric.overlap.token_f1 import token_f1
from promptlab.types import Answer, Completion, Example

_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")


@dataclass(frozen=True)
class Consistency:
    """`consistency`, the share of the votes that the answer got; `text_consistency` of its reply.

    The first is nothing where there was no vote, the second where there were no two draws.
    """

    without_gold: ClassVar[bool] = True
    reads_draws: ClassVar[bool] = True

    def __call__(
        self,
        answer: Answer,
        example: Example,  # noqa: ARG002  its answer is not looked at
        draws: Sequence[Completion] = (),
    ) -> Mapping[str, float]:
        """Score the answer, from 0 to 1, by the replies that were drawn for one prompt."""
        share = answer.confidence
        votes = {} if share is None else {"consistency": share}
        texts = [each.text for each in draws if each.text.strip()]
        if len(texts) < 2 or answer.outcome != "parsed":
            return votes
        own = _own(texts, answer)
        others = texts[:own] + texts[own + 1 :]
        return {**votes, "text_consistency": text_consistency(texts[own], others)}


def text_consistency(reply: str, others: Sequence[str]) -> float:
    """Return how far other replies say what a reply says: the mean over its sentences.

    A sentence is worth, in each other reply, the token F1 of the sentence there that is most like
    it, and the mean over these.
    """
    said = [_sentences(other) for other in others]
    return fmean(
        fmean(max(token_f1(sentence, each) for each in some) for some in said)
        for sentence in _sentences(reply)
    )


def _own(texts: Sequence[str], answer: Answer) -> int:
    """Return which reply the answer was read from; the first where that cannot be seen."""
    part = answer.rationale.strip() or answer.text
    return next((place for place, text in enumerate(texts) if part in text), 0)


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _END.split(text) if part.strip()]
