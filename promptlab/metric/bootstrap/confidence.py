"""What is said of a run's confidence, on many draws of its answers at once."""

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from promptlab.metric.bootstrap.draws import Draws
from promptlab.metric.confidence.ece import BINS
from promptlab.metric.confidence.log_loss import NEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray


def on_draws(
    sure: "NDArray[np.float64]", came: "NDArray[np.bool_]", some: Draws
) -> "dict[str, NDArray[np.float64]]":
    """Return each figure on each draw, as `promptlab.metric.confidence` has it: shape (draws,).

    Args:
        sure: The confidence of each answer, the highest first.
        came: Whether each was right.
        some: The draws.
    """
    times, n = some.times, len(sure)
    kept = np.clip(sure, NEAR, 1 - NEAR)
    curve = _coverage(sure, came, some)
    return {
        "confidence": times @ sure / n,
        "ece": _ece(sure, came, times),
        "brier": times @ (sure - came) ** 2 / n,
        "log_loss": -(times @ np.log(np.where(came, kept, 1 - kept))) / n,
        "selective_accuracy": curve.mean(axis=1),
        "accuracy_at_50": curve[:, max(ceil(0.5 * n), 1) - 1],
        "auroc": _auroc(sure, came, times),
    }


def _ece(
    sure: "NDArray[np.float64]", came: "NDArray[np.bool_]", times: "NDArray[np.int64]"
) -> "NDArray[np.float64]":
    held = np.maximum(np.ceil(sure * BINS), 1)[:, None] == np.arange(1, BINS + 1)
    apart: NDArray[np.float64] = times @ (held * (sure - came)[:, None])
    error: NDArray[np.float64] = np.abs(apart).sum(axis=1) / len(sure)
    return error


def _tied(sure: "NDArray[np.float64]") -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """Return where each run of equally sure answers begins, and of which run each answer is."""
    begins = np.append(True, sure[1:] != sure[:-1])
    return np.flatnonzero(begins), np.cumsum(begins) - 1


def _coverage(
    sure: "NDArray[np.float64]", came: "NDArray[np.bool_]", some: Draws
) -> "NDArray[np.float64]":
    """Return the accuracy of the surest answer, of the two surest and so on: shape (draws, n)."""
    begins, run = _tied(sure)
    right = np.add.reduceat(some.times * came, begins, axis=1)
    every = np.add.reduceat(some.times, begins, axis=1)
    mean = np.divide(right, every, out=np.zeros(right.shape), where=every > 0)
    expected = np.take_along_axis(mean, run[some.which], axis=1)
    return np.cumsum(expected, axis=1) / np.arange(1, len(sure) + 1)


def _auroc(
    sure: "NDArray[np.float64]", came: "NDArray[np.bool_]", times: "NDArray[np.int64]"
) -> "NDArray[np.float64]":
    """Return the share of pairs in the right order; NaN where all are right, or all wrong."""
    begins, _ = _tied(sure)
    right = np.add.reduceat(times * came, begins, axis=1).astype(np.float64)
    wrong = np.add.reduceat(times * ~came, begins, axis=1).astype(np.float64)
    surer = np.cumsum(wrong, axis=1)  # the wrong ones that are as sure, or surer
    pairs = right.sum(axis=1) * wrong.sum(axis=1)
    won = pairs - (right * (surer - wrong / 2)).sum(axis=1)
    share: NDArray[np.float64] = np.full(len(pairs), np.nan)
    np.divide(won, pairs, out=share, where=pairs > 0)
    return share
