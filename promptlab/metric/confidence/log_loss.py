"""Log loss: the mean surprise, in nats, that an answer was right or wrong.

Good, Rational Decisions, 1952, of the two outcomes, as `sklearn.metrics.log_loss` has it. Certainty
that fails would cost without bound, so a confidence is kept the smallest step of a float from 0
and 1, as scikit-learn keeps it.
"""

import sys
from collections.abc import Sequence
from math import log

NEAR = sys.float_info.epsilon


def log_loss(confidence: Sequence[float], right: Sequence[bool]) -> float:
    """Return the loss, 0 or more."""
    kept = (min(max(share, NEAR), 1 - NEAR) for share in confidence)
    pairs = zip(kept, right, strict=True)
    return -sum(log(share if came else 1 - share) for share, came in pairs) / len(right)
