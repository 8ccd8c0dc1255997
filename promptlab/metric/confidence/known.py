"""How sure a run was of each answer: the share of the votes, or of the probability, that it got."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from promptlab.metric.confidence.auroc import auroc
from promptlab.metric.confidence.brier import brier
from promptlab.metric.confidence.ece import ece
from promptlab.metric.confidence.log_loss import log_loss
from promptlab.metric.confidence.selective import accuracy_at, area_under_coverage
from promptlab.types import Trial


class Known(NamedTuple):
    """The confidences of a run's answers, from 0 to 1, and whether each answer was right."""

    confidence: Sequence[float]
    right: Sequence[bool]


def known(trials: Iterable[Trial]) -> Known:
    """Pair the confidence of each answer with whether it is right, where both are known."""
    pairs = [
        (share, trial.scores["accuracy"] >= 1)
        for trial in trials
        if trial.example.answer and "accuracy" in trial.scores
        if (share := trial.answer.confidence) is not None
    ]
    return Known([share for share, _ in pairs], [right for _, right in pairs])


def reliability(trials: Iterable[Trial], confidence: float = 0.95) -> dict[str, float]:
    """Return what can be said of a run's confidence; nothing where none is known.

    Args:
        trials: Of the run.
        confidence: Of the intervals.

    Returns:
        `confident_n` answers with a confidence, `confidence` their mean, `ece`, `brier`,
        `log_loss`, `selective_accuracy` over all coverages, `accuracy_at_50` of the surer half,
        and `auroc` where there are right and wrong answers; `NAME_low` and `NAME_high` of each, by
        bootstrap.
    """
    sure = known(trials)
    if not sure.right:
        return {}
    ranked = auroc(*sure)
    found = {
        "confidence": sum(sure.confidence) / len(sure.right),
        "ece": ece(*sure),
        "brier": brier(*sure),
        "log_loss": log_loss(*sure),
        "selective_accuracy": area_under_coverage(*sure),
        "accuracy_at_50": accuracy_at(0.5, *sure),
        **({} if ranked is None else {"auroc": ranked}),
    }
    return {"confident_n": len(sure.right), **found, **_intervals(found, sure, confidence)}


def _intervals(found: Mapping[str, float], sure: Known, confidence: float) -> dict[str, float]:
    import numpy as np  # noqa: PLC0415  only when a run has ended

    from promptlab.metric.bootstrap.confidence import on_draws  # noqa: PLC0415
    from promptlab.metric.bootstrap.interval import intervals  # noqa: PLC0415

    shares, came = np.array(sure.confidence), np.array(sure.right)
    order = np.argsort(-shares, kind="stable")
    of = partial(on_draws, shares[order], came[order])
    return intervals(found, len(shares), of, confidence)
