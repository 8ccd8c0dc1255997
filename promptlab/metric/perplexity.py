"""Perplexity of a corpus: how surprised a model is by texts, per token, per byte and per word.

Jelinek et al., Perplexity, a Measure of the Difficulty of Speech Recognition Tasks, 1977. Bits per
byte compare models whose tokens differ (Gao et al., The Pile, 2020,
https://arxiv.org/abs/2101.00027).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log

from promptlab.types import Scores

_LARGEST = 700.0
"""Nats whose exponential is still a number."""


@dataclass(frozen=True)
class Corpus:
    """Texts, and what a model finds of them.

    Attributes:
        texts: How many.
        logprob: Of all of them, in nats.
        tokens: That were scored.
        bytes: In UTF-8.
        words: Between white space.
    """

    texts: int
    logprob: float
    tokens: int
    bytes: int
    words: int

    @property
    def per_token(self) -> float:
        """Perplexity for each token."""
        return _perplexity(self.logprob, self.tokens)

    @property
    def per_byte(self) -> float:
        """Perplexity for each byte."""
        return _perplexity(self.logprob, self.bytes)

    @property
    def per_word(self) -> float:
        """Perplexity for each word."""
        return _perplexity(self.logprob, self.words)

    @property
    def bits_per_byte(self) -> float:
        """Bits that a byte takes."""
        return -self.logprob / self.bytes / log(2)


def corpus(texts: Sequence[str], scores: Sequence[Scores]) -> Corpus:
    """Add up what a model said of texts.

    Raises:
        ValueError: there is no text, or none that has a token.
    """
    tokens = sum(sum(each.lengths) for each in scores)
    if not tokens:
        raise ValueError("the texts have no tokens; expected text to be scored")
    return Corpus(
        len(texts),
        sum(sum(each.logprobs) for each in scores),
        tokens,
        sum(len(text.encode("utf-8", "surrogatepass")) for text in texts),
        sum(len(text.split()) for text in texts),
    )


def _perplexity(logprob: float, n: int) -> float:
    """Return the exponential of the mean surprise; infinite where it is too large, or n is 0."""
    return exp(-logprob / n) if n and -logprob / n < _LARGEST else inf
