"""Measures of a selection, by definitions that ask no model.

- `asked`: how many questions have demonstrations: the next measures but `labels_apart` and
  `coverage` are means over these alone, and `vote` over those of them whose answer is known.
- `shown`: the share of the pool that is shown for any question; what was remembered of earlier
  runs, and is no member of it, does not count.
- `labels_apart`: how far the labels shown are from the pool's: half the sum of the differences of
  their shares (total variation), 0 to 1.
- `label_entropy`: how many labels a question's demonstrations have, as an entropy, mean; 1 where
  each label is shown equally often, 0 where all have one. Of one demonstration, or one label,
  there is nothing to say.
- `vote`: the share of questions whose demonstrations have the right label most often (of equally
  frequent ones, the first): the accuracy of a k-nearest-neighbours vote.
- `nearness`: the cosine of a question to its nearest demonstration, mean.
- `coverage`: the cosine of a member of the pool to the nearest that is shown at all, mean.
- `redundancy`: the cosine of two demonstrations of a question, mean over pairs and questions.
- `tokens`: of a question's first prompt, mean.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import log
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from promptlab.analysis.inspection.chosen import Chosen
from promptlab.types import Example

LABELLED = ("label", "yes_no", "choice")
"""Kinds of answers that are a closed set."""
BLOCK = 1000
"""Members that are compared with all others at a time."""
Vectors = Mapping[str, NDArray[np.float32]]
"""Unit vectors of members and of all others that are shown, or of questions, by id."""


def measures(chosen: Chosen, pool: Vectors, test: Vectors) -> dict[str, float]:
    """Measure what was chosen; what cannot be said of these data is left out."""
    known = {
        "asked": float(len(_pairs(chosen))),
        "shown": len(chosen.members - chosen.others.keys()) / len(chosen.dataset.pool),
        **_labels(chosen),
        "nearness": _mean([_nearest(asked, demos, pool, test) for asked, demos in _pairs(chosen)]),
        "coverage": _coverage(chosen, pool),
        "redundancy": _mean(
            [
                float(pool[one.id] @ pool[other.id])
                for _, demos in _pairs(chosen)
                for one, other in combinations(demos, 2)
            ]
        ),
        "tokens": _mean([count for count in chosen.tokens if count is not None]),
    }
    return {name: value for name, value in known.items() if value is not None}


MEASURES = (
    *("asked", "shown", "labels_apart", "label_entropy", "vote"),
    *("nearness", "coverage", "redundancy", "tokens"),
)
"""Their names, in the order in which they are shown."""


def balance(examples: Sequence[Example]) -> dict[str, float]:
    """Return the share of each answer, the most frequent first."""
    counts = Counter(example.answer for example in examples)
    return {label: count / len(examples) for label, count in counts.most_common()}


def overlap(one: Chosen, other: Chosen) -> float:
    """Return how much two selections choose the same: mean Jaccard index over the questions.

    Two that choose nothing for a question are the same there.
    """
    shares = []
    for mine, theirs in zip(one.demos, other.demos, strict=True):
        first, second = ({demo.id for demo in demos} for demos in (mine, theirs))
        union = first | second
        shares.append(len(first & second) / len(union) if union else 1.0)
    return fmean(shares)


def _labels(chosen: Chosen) -> dict[str, float | None]:
    """Measure the labels; there are none where answers are no closed set."""
    task = chosen.dataset.task
    shown = [demo for demos in chosen.demos for demo in demos]
    if task.answer not in LABELLED or not shown:
        return {}
    mine, whole = balance(shown), balance(chosen.dataset.pool)
    apart = sum(abs(mine.get(each, 0) - whole.get(each, 0)) for each in {*mine, *whole}) / 2
    votes = [
        Counter(demo.answer for demo in demos).most_common(1)[0][0] == asked.answer
        for asked, demos in _pairs(chosen)
        if asked.answer
    ]
    return {
        "labels_apart": apart,
        "label_entropy": _mean(
            [
                _entropy(demos, len(whole))
                for _, demos in _pairs(chosen)
                if min(len(whole), len(demos)) > 1
            ]
        ),
        "vote": _mean([float(right) for right in votes]),
    }


def _entropy(demos: Sequence[Example], labels: int) -> float:
    """Return the entropy of the labels shown, as a share of the most that there can be."""
    most = min(labels, len(demos))
    shares = balance(demos).values()
    return -sum(share * log(share) for share in shares) / log(most)


def _nearest(asked: Example, demos: Sequence[Example], pool: Vectors, test: Vectors) -> float:
    return max(float(pool[demo.id] @ test[asked.id]) for demo in demos)


def _coverage(chosen: Chosen, pool: Vectors) -> float | None:
    members = sorted(chosen.members)
    if not members:
        return None
    near = np.stack([pool[name] for name in members])
    every = np.stack([pool[example.id] for example in chosen.dataset.pool])
    starts = range(0, len(every), BLOCK)
    nearest = [(every[start : start + BLOCK] @ near.T).max(axis=1) for start in starts]
    return float(np.concatenate(nearest).mean())


def _pairs(chosen: Chosen) -> list[tuple[Example, Sequence[Example]]]:
    """Return the questions that have demonstrations, with them."""
    return [
        (asked, demos)
        for asked, demos in zip(chosen.dataset.test, chosen.demos, strict=True)
        if demos
    ]


def _mean(values: Sequence[float]) -> float | None:
    return float(fmean(map(float, values))) if values else None
