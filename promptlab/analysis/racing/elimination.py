"""Successive elimination: all variants answer a block of examples, and those behind are dropped.

Maron and Moore, Hoeffding Races, 1994; the test is `betting`'s, which may be made after every block
and stopped at any time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, inf

import numpy as np
from numpy.typing import ArrayLike

from promptlab.analysis.racing.betting import Evidence, Mask, begin, losers, update

Ask = Callable[[Sequence[int], int, int], ArrayLike]
"""Gives the scores of some variants on the examples from `start` up to `stop`, a row each."""


@dataclass(frozen=True)
class Drop:
    """A variant that was dropped.

    Attributes:
        variant: Its number.
        examples: After how many.
        e_value: The evidence against its being the best, which fair betting multiplies a wealth of
            1 by; infinite where it could not catch up any more.
        leader: The variant that led.
        difference: Of the means of the leader and of this one, on the examples seen.
    """

    variant: int
    examples: int
    e_value: float
    leader: int
    difference: float


@dataclass(frozen=True)
class RaceState:
    """A race after some block.

    Attributes:
        examples: How many those still in have answered.
        left: The numbers of these variants, best first.
        dropped: All that were, in the order in which they were.
        means: Of each variant's scores, on the examples that it answered.
        e_values: The highest evidence until now against each one's being the best.
    """

    examples: int
    left: tuple[int, ...]
    dropped: tuple[Drop, ...]
    means: tuple[float, ...]
    e_values: tuple[float, ...]


def eliminate(
    ask: Ask,
    variants: int,
    examples: int,
    *,
    alpha: float = 0.05,
    block: int = 20,
    population: bool = False,
    enough: Callable[[], bool] = lambda: False,
) -> Iterator[RaceState]:
    """Race: yield the standing after every block, until one variant is left or all is asked.

    The best variant is dropped with a probability of at most `alpha`, over all blocks and variants;
    of several that are the best, this holds for the first.

    Args:
        ask: Gives scores from 0 to 1.
        variants: How many, numbered from 0.
        examples: How many there are, in an order drawn by chance.
        alpha: The bound.
        block: How many examples are asked at once.
        population: Whether the best is to be the best on further examples of the same kind;
            otherwise it is the one that has the highest mean on all the examples.
        enough: Whether to stop before the next block.

    Raises:
        ValueError: what is asked for makes no race, or a score is not from 0 to 1.
    """
    _check(variants, examples, alpha, block)
    evidence = begin(variants, None if population else examples)
    standing = np.ones(variants, dtype=bool)
    counts = np.zeros(variants, dtype=int)
    dropped: list[Drop] = []
    for start in range(0, examples, block):
        if standing.sum() == 1 or enough():
            return
        stop = min(start + block, examples)
        evidence = _ask_block(ask, evidence, standing, start, stop)
        counts[standing] = stop
        means = evidence.sums / counts
        out = losers(evidence, standing, alpha)
        dropped += _drops(evidence, standing, out, means)
        standing &= ~out
        left = sorted(np.flatnonzero(standing).tolist(), key=lambda variant: -means[variant])
        e_values = tuple(map(_e_value, evidence.log_peak.tolist()))
        yield RaceState(stop, tuple(left), tuple(dropped), tuple(means.tolist()), e_values)


def _ask_block(ask: Ask, evidence: Evidence, standing: Mask, start: int, stop: int) -> Evidence:
    """Ask those still in for one block, and bet on its examples one after another."""
    numbers = np.flatnonzero(standing)
    scores = np.zeros((stop - start, len(standing)))
    scores[:, numbers] = np.asarray(ask(numbers.tolist(), start, stop), dtype=np.float64)
    for row in scores:
        evidence = update(evidence, row, standing)
    return evidence


def _drops(evidence: Evidence, standing: Mask, out: Mask, means: ArrayLike) -> Iterator[Drop]:
    """Yield the variants to drop, the worst first."""
    mean = np.asarray(means)
    leader = int(np.argmax(np.where(standing, evidence.sums, -inf)))
    for variant in sorted(np.flatnonzero(out).tolist(), key=lambda number: float(mean[number])):
        e_value = _e_value(float(evidence.log_peak[variant]))
        difference = float(mean[leader] - mean[variant])
        yield Drop(variant, evidence.seen, e_value, leader, difference)


def _e_value(logarithm: float) -> float:
    return exp(logarithm) if logarithm < 700 else inf


def _check(variants: int, examples: int, alpha: float, block: int) -> None:
    if variants < 2:
        raise ValueError(f"{variants} variant to race; expected at least two")
    if examples < 1:
        raise ValueError("no examples to race on; expected at least one with a gold answer")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha}; expected more than 0 and less than 1, such as 0.05")
    if block < 1:
        raise ValueError(f"block is {block}; expected at least one example")
