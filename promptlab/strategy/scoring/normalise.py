"""Compare continuations of different lengths.

The sum and the mean per token as in Brown et al. 2020; per character as in lm-evaluation-harness's
`acc_norm`, per byte as in its `acc_bytes`.
"""

import math
from collections.abc import Sequence
from typing import Literal

from promptlab.types import Scores

Normalise = Literal["sum", "token", "character", "byte"]


def normalised(scores: Scores, words: Sequence[str], by: Normalise) -> list[float]:
    """Divide log-probabilities by the lengths of the words; what is not a number is impossible."""
    lengths = {
        "sum": [1] * len(words),
        "token": scores.lengths,
        "character": [len(word) for word in words],
        "byte": [len(word.encode("utf-8", "surrogatepass")) for word in words],
    }[by]
    pairs = zip(scores.logprobs, lengths, strict=True)
    return [
        -math.inf if math.isnan(logprob) else logprob / max(length, 1) for logprob, length in pairs
    ]
