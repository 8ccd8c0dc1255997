"""Betting against "this variant is the best": evidence that may be looked at at any time.

Waudby-Smith and Ramdas, Estimating Means of Bounded Random Variables by Betting, 2024; for test
examples drawn without replacement, the same authors' Confidence Sequences for Sampling Without
Replacement, 2020.

Against each variant v a gambler starts with a wealth of 1. Before each example, knowing the earlier
ones, the gambler stakes some of it on the variants ahead of v scoring higher than v. The odds are
fair for a v that is exactly as good as they are. If v is the best of all, no such bet gains on
average, whichever is ahead at the moment: the wealth is a supermartingale, and by Ville's
inequality it *ever* reaches 1/α with a probability of at most α.

- **One gambler for each variant, and no correction for their number.** Only the gambler against
  the best variant can be wrong about the best variant. Which variant is ahead need not be fixed
  either: the gambler bets on whichever is, and may switch before every example. (A test for each
  pair would need each at α/(K − 1).)
- **All test examples are the population.** They come in an order drawn by chance, each once. If v
  is the best on all N of them, and others lead it by S after t, then over the N − t still to come
  they lead it by −S/(N − t) at most, on average. So the odds get better with every example, and
  where S is more than N − t, v cannot be the best. The verdict is about the winner on all N, the
  winner of the full grid. Without N it is about further examples of the same kind, and weaker.
- **Paired**: for right and wrong answers, only the examples on which variants differ move the
  wealth much; the stake follows the mean square of the differences, as in Kelly's rule.
- With ties for the best, the statement holds for each of the tied alone, the first of them say.
"""

from dataclasses import dataclass, replace
from math import inf, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

PRIOR = 2
"""Imagined examples, one won and one lost, that keep the first stakes low."""

BOLDEST = 0.75
"""Most of the wealth that may be lost on one example."""

ROUNDING = 1e-9
"""Sums of fractional scores are off by less."""


@dataclass(frozen=True)
class Evidence:
    """The scores so far of some variants, and the wealth of the gamblers against them.

    The last axis of every array is the variants; axes before it are races side by side.

    Attributes:
        examples: How many there are in all; infinite where they are drawn from a population.
        seen: How many were.
        sums: Of the scores.
        products: Of the scores of each two variants, added up; shape (…, variants, variants).
        log_wealth: Of the gambler against each variant; infinite where it cannot be the best.
        log_peak: The highest it has been, which is what counts.
    """

    examples: float
    seen: int
    sums: Array
    products: Array
    log_wealth: Array
    log_peak: Array


def begin(variants: int, examples: int | None, races: tuple[int, ...] = ()) -> Evidence:
    """Return the evidence before the first example.

    Args:
        variants: How many.
        examples: How many there are in all; None where the verdict is to be about further ones.
        races: The shape of races side by side, for simulations.
    """
    zeros = np.zeros((*races, variants))
    products = np.zeros((*races, variants, variants))
    return Evidence(inf if examples is None else examples, 0, zeros, products, zeros, zeros)


def update(evidence: Evidence, scores: ArrayLike, standing: Mask) -> Evidence:
    """Bet on one more example, and update the evidence with its scores.

    Args:
        evidence: Of the earlier examples.
        scores: 0 to 1, shape (…, variants); those of variants that were dropped do not count.
        standing: Which variants are still in the race; the same shape.

    Raises:
        ValueError: a score that counts is not from 0 to 1, or there are no more examples.
    """
    row = np.where(standing, np.asarray(scores, dtype=np.float64), 0.0)
    _check(evidence, row)
    gain = _gain(evidence, row, standing)
    sums = evidence.sums + row
    left = evidence.examples - evidence.seen - 1
    best = np.max(sums, axis=-1, keepdims=True, where=standing, initial=-inf)
    wealth = np.where(standing, evidence.log_wealth + gain, evidence.log_wealth)
    wealth = np.where(standing & (best - sums > left + ROUNDING), inf, wealth)
    return replace(
        evidence,
        seen=evidence.seen + 1,
        sums=sums,
        products=evidence.products + row[..., :, None] * row[..., None, :],
        log_wealth=wealth,
        log_peak=np.maximum(evidence.log_peak, wealth),
    )


def losers(evidence: Evidence, standing: Mask, alpha: float) -> Mask:
    """Return which variants to drop; never the leader, the first of equals.

    However often this is called, the best variant is ever among them with a probability of at most
    `alpha`.
    """
    leads = np.argmax(np.where(standing, evidence.sums, -inf), axis=-1)[..., None]
    rejected = evidence.log_peak >= log(1 / alpha)
    is_leader: Mask = np.arange(standing.shape[-1]) == leads
    return standing & rejected & ~is_leader


def _gain(evidence: Evidence, row: Array, standing: Mask) -> Array:
    """Return what each gambler's wealth is multiplied by at this example, as a logarithm.

    The stake is a portfolio of the variants that are ahead, each by the square of its lead.
    """
    lead = evidence.sums[..., None, :] - evidence.sums[..., :, None]
    weights = np.where(standing[..., None, :], np.maximum(lead, 0) ** 2, 0.0)
    total = weights.sum(axis=-1)
    weights /= np.where(total > 0, total, 1)[..., None]
    ahead = (weights * lead).sum(axis=-1)
    fair = -ahead / (evidence.examples - evidence.seen)
    stake = np.where(total > 0, _stake(evidence, weights, ahead, fair), 0.0)
    difference = (weights * row[..., None, :]).sum(axis=-1) - row
    return np.asarray(np.log1p(stake * (difference - fair)))


def _stake(evidence: Evidence, weights: Array, ahead: Array, fair: Array) -> Array:
    """Return the stakes that would have grown the wealth fastest until now, to second order.

    Args:
        evidence: Of the earlier examples.
        weights: Of each variant in the portfolio against each; shape (…, variants, variants).
        ahead: The portfolio's lead over each variant.
        fair: The most that its lead can be at the next example, on average, over the best variant.
    """
    mixed = weights @ evidence.products
    own = np.diagonal(evidence.products, axis1=-2, axis2=-1)
    squares = (mixed * weights).sum(axis=-1) - 2 * np.diagonal(mixed, axis1=-2, axis2=-1) + own
    size = evidence.seen + PRIOR
    mean, square = ahead / size, (squares + PRIOR) / size
    stake = (mean - fair) / (square - 2 * fair * mean + fair**2)
    # A difference is -1 at least, so no more than this share of the wealth can be lost.
    return np.asarray(np.clip(stake, 0, BOLDEST / np.maximum(1 + fair, ROUNDING)))


def _check(evidence: Evidence, row: Array) -> None:
    if evidence.seen >= evidence.examples:
        raise ValueError(f"all {evidence.examples} examples were seen; expected no more scores")
    wrong = row[~((row >= 0) & (row <= 1))]
    if wrong.size:
        raise ValueError(
            f"a score is {wrong[0]}; the test of a race needs scores from 0 to 1: choose a metric "
            "that has them, or scale it"
        )
