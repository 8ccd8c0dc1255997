"""How well an order of items agrees with the right one: nDCG, and Kendall's pairs.

Järvelin and Kekäläinen, Cumulated Gain-based Evaluation of IR Techniques, 2002: the right first of
n items is worth n - 1, the last 0, and each place down divides by the logarithm of its number + 1.
Kendall, A New Measure of Rank Correlation, 1938: each pair of items is in order, or reversed; a
pair of which an item was not named is neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log2
from statistics import fmean
from typing import ClassVar

from promptlab.extract.options.order import order
from promptlab.types import Answer, Completion, Example, Trial

IN_ORDER, REVERSED = "pairs_in_order", "pairs_reversed"


@dataclass(frozen=True)
class Ranking:
    """`ndcg`, `pairs_in_order` and `pairs_reversed`, each from 0 to 1; of a run `kendall_tau`.

    The gold answer is an order, as a JSON list or as a text ("C, A, B"), of the question's choices
    by letter or by word. An answer that names no order scores 0; one without a gold order has no
    scores. The last completion is read, too, where the answer's text has fewer items: a list has
    several lines.
    """

    reads_reply: ClassVar[bool] = True

    def __call__(
        self, answer: Answer, example: Example, reply: Completion | None = None
    ) -> Mapping[str, float]:
        """Score the answer against the gold order."""
        gold = order(example.answer, example.question)
        if len(gold) < 2:
            return {}
        said = _said(answer, example, reply) if answer.outcome == "parsed" else ()
        named = [item for item in said if item in gold]
        right, wrong = pairs(named, gold)
        return {"ndcg": ndcg(named, gold), IN_ORDER: right, REVERSED: wrong}

    def of_run(
        self, trials: Sequence[Trial], confidence: float = 0.95
    ) -> tuple[Mapping[str, float], Mapping[str, str]]:
        """Return the mean of Kendall's tau, from -1 to 1."""
        scored = [trial.scores for trial in trials if IN_ORDER in trial.scores]
        taus = [scores[IN_ORDER] - scores.get(REVERSED, 0.0) for scores in scored]
        if not taus:
            return {}, {}
        from promptlab.analysis.statistics import bca  # noqa: PLC0415  scipy, when a run has ended

        low, high = bca(taus, confidence=confidence)
        return {"kendall_tau": fmean(taus), "kendall_tau_low": low, "kendall_tau_high": high}, {}


def _said(answer: Answer, example: Example, reply: Completion | None) -> Sequence[str]:
    said = order(answer.text, example.question)
    whole = order(reply.text, example.question) if reply and not answer.votes else ()
    return whole if len(whole) > len(said) else said


def ndcg(said: Sequence[str], gold: Sequence[str]) -> float:
    """Return the normalised discounted cumulated gain; an item that is not named gains nothing."""
    gains = {item: len(gold) - 1 - place for place, item in enumerate(gold)}
    return _dcg([gains[item] for item in said]) / _dcg(list(gains.values()))


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains))


def pairs(said: Sequence[str], gold: Sequence[str]) -> tuple[float, float]:
    """Return which share of all pairs of items is in order, and which is reversed."""
    places = {item: place for place, item in enumerate(gold)}
    total = len(gold) * (len(gold) - 1) / 2
    right = sum(places[one] < places[other] for one, other in combinations(said, 2))
    wrong = len(said) * (len(said) - 1) / 2 - right
    return right / total, wrong / total
