"""Shannon entropy: how far a model is from committing to one answer."""

import math
from collections.abc import Iterable


def entropy(weights: Iterable[float]) -> float:
    """Return the entropy, in nats, of a distribution given by its weights; 0 where there is none.

    Shannon, A Mathematical Theory of Communication (1948).
    """
    known = [weight for weight in weights if weight > 0]
    total = sum(known)
    return -sum(weight / total * math.log(weight / total) for weight in known)
