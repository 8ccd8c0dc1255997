"""Matthews correlation: how far answers and gold answers go together beyond what their counts make.

Matthews, 1975; for several classes Gorodkin, Comparing Two K-category Assignments by a
K-category Correlation Coefficient, 2004, as `sklearn.metrics.matthews_corrcoef` has it. An answer
that was not read is a class of its own that is never right.
"""

from collections import Counter
from collections.abc import Iterable
from math import sqrt


def mcc(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the correlation of (answer, gold) pairs, from -1 to 1; 0 where either never varies."""
    pairs = [(answer, right) for answer, right in pairs if right]
    n, hits = len(pairs), sum(answer == right for answer, right in pairs)
    said = Counter(answer for answer, _ in pairs)
    gold = Counter(right for _, right in pairs)
    together = hits * n - sum(said[name] * gold[name] for name in gold)
    spread = (n * n - sum(count**2 for count in counts.values()) for counts in (said, gold))
    one, other = spread
    return together / sqrt(one * other) if one * other else 0.0
