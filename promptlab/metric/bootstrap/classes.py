"""Macro F1, micro F1 and Matthews' correlation on many draws of (answer, gold) pairs at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from promptlab.metric.bootstrap.draws import Draws

if TYPE_CHECKING:
    from numpy.typing import NDArray


def on_draws(pairs: Sequence[tuple[str, str]], some: Draws) -> "dict[str, NDArray[np.float64]]":
    """Return each figure on each draw, as `promptlab.metric.classes` has it: shape (draws,)."""
    names = {name: place for place, name in enumerate(sorted({n for p in pairs for n in p if n}))}
    said = np.array([names.get(answer, -1) for answer, _ in pairs])
    gold = np.array([names.get(right, -1) for _, right in pairs])
    hit, times = (said == gold) & (gold >= 0), some.times
    counted = [
        _counted(times, which, len(names)) for which in (said, gold, np.where(hit, gold, -1))
    ]
    return {
        "macro_f1": _macro_f1(*counted),
        "micro_f1": _micro_f1(times, said >= 0, gold >= 0, hit),
        "mcc": _mcc(times[:, gold >= 0], said[gold >= 0], gold[gold >= 0], len(names)),
    }


def _counted(
    times: "NDArray[np.int64]", which: "NDArray[np.int64]", count: int
) -> "NDArray[np.float64]":
    """Count each class on each draw: shape (draws, classes); -1 is none."""
    counts: NDArray[np.float64] = times @ (which[:, None] == np.arange(count)).astype(np.float64)
    return counts


def _macro_f1(
    said: "NDArray[np.float64]", gold: "NDArray[np.float64]", hits: "NDArray[np.float64]"
) -> "NDArray[np.float64]":
    there = said + gold > 0
    each = np.divide(2 * hits, said + gold, out=np.zeros_like(hits), where=there)
    return _ratio(each.sum(axis=1), there.sum(axis=1))


def _micro_f1(
    times: "NDArray[np.int64]",
    said: "NDArray[np.bool_]",
    gold: "NDArray[np.bool_]",
    hit: "NDArray[np.bool_]",
) -> "NDArray[np.float64]":
    return _ratio(2.0 * (times @ hit), times @ (said & gold) + times @ gold)


def _mcc(
    times: "NDArray[np.int64]", said: "NDArray[np.int64]", gold: "NDArray[np.int64]", count: int
) -> "NDArray[np.float64]":
    # What was not read is a class of its own, the last.
    of_said = _counted(times, np.where(said < 0, count, said), count + 1)
    of_gold = _counted(times, gold, count + 1)
    n, hits = times.sum(axis=1).astype(np.float64), (times @ (said == gold)).astype(np.float64)
    together = hits * n - (of_said * of_gold).sum(axis=1)
    spread = (n**2 - (of_said**2).sum(axis=1)) * (n**2 - (of_gold**2).sum(axis=1))
    # What does not vary on a draw gives a spread of 0 there, and hits of no use.
    return _ratio(np.where(spread > 0, together, 0.0), np.sqrt(np.maximum(spread, 0.0)))


def _ratio(part: "NDArray[Any]", whole: "NDArray[Any]") -> "NDArray[np.float64]":
    ratio: NDArray[np.float64] = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    return ratio
