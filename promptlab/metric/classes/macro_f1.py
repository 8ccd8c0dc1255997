"""Macro F1: the mean over classes of F1, so that a rare class counts as much as a common one.

An answer that was not read is a wrong answer and never a class of its own: it lowers the recall of
the class it should have been. The classes are those of the gold answers and of the read ones, as
`sklearn.metrics.f1_score(average="macro")` has them.
"""

from collections import Counter
from collections.abc import Iterable


def macro_f1(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the macro F1 of (answer, gold) pairs; an empty answer was not read. 0 for no pairs.

    An empty gold answer is none that could be met.
    """
    pairs = list(pairs)
    predicted = Counter(answer for answer, _ in pairs if answer)
    gold = Counter(right for _, right in pairs if right)
    hits = Counter(right for answer, right in pairs if answer and answer == right)
    classes = predicted.keys() | gold.keys()
    scores = [2 * hits[name] / (predicted[name] + gold[name]) for name in sorted(classes)]
    return sum(scores) / len(scores) if scores else 0.0
