"""Token F1, as SQuAD has it: how many words the answer shares with the gold answer.

Rajpurkar et al., 2016 (https://arxiv.org/abs/1606.05250). Case, punctuation and articles do not
count; Chinese is compared character by character (as in CMRC 2018).
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from promptlab.text.unicode import HAN, without_punctuation
from promptlab.types import Answer, Example

_TOKEN = re.compile(rf"[{HAN}]|[^\s{HAN}]+")
_ARTICLES = {"a", "an", "the"}


@dataclass(frozen=True)
class TokenF1:
    """The best F1 of the answer's tokens against the gold answer and its aliases."""

    def __call__(self, answer: Answer, example: Example) -> float:
        """Score the answer, from 0 to 1."""
        if answer.outcome != "parsed":
            return 0.0
        gold = [right for right in (example.answer, *example.aliases) if right]
        return max((token_f1(answer.text, right) for right in gold), default=0.0)


def token_f1(predicted: str, gold: str) -> float:
    """Return the F1 of two texts' tokens; without any ("+", "the"), texts are compared whole."""
    left, right = tokens(predicted), tokens(gold)
    if not left or not right:
        return float(predicted.strip() == gold.strip())
    shared = sum((Counter(left) & Counter(right)).values())
    return 2 * shared / (len(left) + len(right))


def tokens(text: str) -> list[str]:
    """Split a text into the tokens that are compared."""
    bare = without_punctuation(unicodedata.normalize("NFKC", text).lower())
    return [token for token in _TOKEN.findall(bare) if token not in _ARTICLES]
