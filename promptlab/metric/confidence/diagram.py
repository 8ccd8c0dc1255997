"""A run's reliability diagram and its accuracy over coverage, as numbers.

Guo et al., On Calibration of Modern Neural Networks, 2017 (https://arxiv.org/abs/1706.04599);
Geifman and El-Yaniv, 2017 (https://arxiv.org/abs/1705.08500).
"""

from collections.abc import Sequence
from typing import Any

from promptlab.metric.confidence.ece import bins
from promptlab.metric.confidence.known import Known, known
from promptlab.metric.confidence.selective import accuracy_at
from promptlab.types import Trial

TENTHS = 10


def diagrams(trials: Sequence[Trial]) -> dict[str, Any]:
    """Return the diagrams of a run's confidence, by `share` and by `margin`; maybe none.

    Each has `bins`, with the answers `n`, their mean `confidence` and their `accuracy`, and
    `coverage`: the accuracy of the surest tenth, of the two surest tenths, and so on to all.
    """
    sure = [trial for trial in trials if trial.answer.confidence is not None]
    share = known(sure)
    if not share.right:
        return {}
    of = [trial.answer.margin or 0.0 for trial in sure if _scored(trial)]
    return {"share": _diagram(share), "margin": _diagram(Known(of, share.right))}


def _scored(trial: Trial) -> bool:
    return bool(trial.example.answer) and "accuracy" in trial.scores


def _diagram(sure: Known) -> dict[str, Any]:
    return {
        "bins": [each._asdict() for each in bins(*sure)],
        "coverage": [accuracy_at(tenth / TENTHS, *sure) for tenth in range(1, TENTHS + 1)],
    }
