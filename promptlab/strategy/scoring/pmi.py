"""How much more probable the question makes each word: pointwise mutual information.

Holtzman et al., Surface Form Competition, 2021: log p(word | prompt) - log p(word | premise). The
premise is the template's own question with nothing in it (`domain`, the authors' domain premise);
or nothing at all (`unconditional`, lm-evaluation-harness's `acc_mutual_info`); or the whole prompt,
demonstrations too, of the question "N/A" (`content_free`, direct++ of Min et al. 2022).
"""

import math
from typing import Literal, get_args

from promptlab.program import parallel, score
from promptlab.protocols import Program
from promptlab.strategy.scoring.logprob import logprob
from promptlab.strategy.scoring.normalise import Normalise, normalised
from promptlab.strategy.scoring.posed import EMPTY, Posed
from promptlab.types import Score

Against = Literal["domain", "unconditional", "content_free"]
AGAINST = get_args(Against)


def pmi(posed: Posed, normalise: Normalise, against: Against) -> Program[list[float]]:
    """Ask for the words after the prompt, as `logprob` does, and after the premise; in nats."""
    premise = _unconditional(posed, normalise)
    if against != "unconditional":
        other = posed.about("") if against == "domain" else posed.about("N/A", posed.demos)
        premise = logprob(other, normalise)
    given, before = yield from parallel([logprob(posed, normalise), premise])
    return [_gain(value, prior) for value, prior in zip(given, before, strict=True)]


def _unconditional(posed: Posed, normalise: Normalise) -> Program[list[float]]:
    scores = yield from score(Score(EMPTY, posed.continuations))
    return normalised(scores, posed.words, normalise)


def _gain(value: float, prior: float) -> float:
    return value - prior if math.isfinite(value) and math.isfinite(prior) else -math.inf
