"""Is a variant right as often as it is sure? By bins of its confidence, and by coverage."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isfinite

from promptlab.metric.confidence.auroc import auroc
from promptlab.metric.confidence.brier import brier
from promptlab.metric.confidence.ece import Bin, bins, ece
from promptlab.metric.confidence.known import Known
from promptlab.metric.confidence.selective import accuracy_at, area_under_coverage, curve
from promptlab.report.data.reading.answers import Answered, Asked


@dataclass(frozen=True)
class Measured:
    """One way to say how sure the answers of a variant are, against how many are right.

    Attributes:
        bins: Of equal width, the least sure first; those without an answer are left out.
        ece: Expected calibration error.
        brier: Mean square of the distance.
        auroc: How often a right answer is surer than a wrong one; None without both.
        risk: Share of wrong answers among the surest one, the two surest, …, all.
        selective: Mean accuracy over all coverages.
        surer_half: Accuracy of the surer half.
    """

    bins: tuple[Bin, ...]
    ece: float
    brier: float
    auroc: float | None
    risk: tuple[float, ...]
    selective: float
    surer_half: float


@dataclass(frozen=True)
class Reliability:
    """The confidence of a variant's answers.

    Attributes:
        name: The variant's.
        n: Answers that have a confidence.
        confidence: Mean share.
        accuracy: How many of these answers are right.
        share: By the share of the votes, or of the probability.
        margin: By the lead over the second.
    """

    name: str
    n: int
    confidence: float
    accuracy: float
    share: Measured
    margin: Measured


def reliabilities(
    names: Sequence[str], answers: Mapping[str, Mapping[Asked, Sequence[Answered]]]
) -> tuple[Reliability, ...]:
    """Return the reliability of each variant of which any answer has a confidence."""
    told = (_of(name, chain.from_iterable(answers[name].values())) for name in names)
    return tuple(each for each in told if each is not None)


def _of(name: str, answers: Iterable[Answered]) -> Reliability | None:
    sure = [each for each in answers if isfinite(each.share) and isfinite(each.score)]
    if not sure:
        return None
    share = _known(sure, lambda each: each.share)
    return Reliability(
        name,
        len(sure),
        sum(share.confidence) / len(sure),
        sum(share.right) / len(sure),
        _measured(share),
        _measured(_known(sure, lambda each: each.margin)),
    )


def _known(answers: Sequence[Answered], by: Callable[[Answered], float]) -> Known:
    return Known([by(each) for each in answers], [each.score >= 1 for each in answers])


def _measured(known: Known) -> Measured:
    return Measured(
        tuple(bins(*known)),
        ece(*known),
        brier(*known),
        auroc(*known),
        tuple(1 - accuracy for accuracy in curve(*known)),
        area_under_coverage(*known),
        accuracy_at(0.5, *known),
    )
