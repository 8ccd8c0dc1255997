"""AUROC: how often a right answer was given with more confidence than a wrong one.

Hanley and McNeil, The Meaning and Use of the Area under a ROC Curve, 1982; as a score of
confidence, Hendrycks and Gimpel, 2017 (https://arxiv.org/abs/1610.02136). A tie counts one half.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence


def auroc(confidence: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the share of pairs in the right order; None where all are right, or all wrong."""
    pairs = list(zip(confidence, right, strict=True))
    wrong = sorted(share for share, came in pairs if not came)
    hits = [share for share, came in pairs if came]
    if not wrong or not hits:
        return None
    won = sum(bisect_left(wrong, share) + bisect_right(wrong, share) for share in hits)
    return won / 2 / (len(wrong) * len(hits))
