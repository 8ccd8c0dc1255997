"""The log-probability of each word as the continuation of the prompt (Brown et al. 2020)."""

from promptlab.program import score
from promptlab.protocols import Program
from promptlab.strategy.scoring.normalise import Normalise, normalised
from promptlab.strategy.scoring.posed import Posed
from promptlab.types import Score


def logprob(posed: Posed, normalise: Normalise) -> Program[list[float]]:
    """Ask once, for all words; in nats."""
    scores = yield from score(Score(posed.prompt, posed.continuations))
    return normalised(scores, posed.words, normalise)
