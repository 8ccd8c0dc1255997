"""Races by simulation: how often the best variant is dropped, and how many answers are saved.

    python benchmarks/race.py                    # 10,000 races of each kind, some minutes

No model is asked: scores are drawn, and the test of `promptlab race` decides after every 20
examples, at alpha 0.05. In the first table the best is as hard to keep as can be: several variants
are exactly as good on all the test examples (the *first* of them is the one that must not be
dropped), or behind by a single example. In the second, variants differ as prompts do, and what
counts is whether the race ends with the winner of the full grid, and what it asked.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from sidebyside import RESULTS, keep, machine

from promptlab.analysis.racing.betting import begin, losers, update
from promptlab.analysis.statistics.proportion import wilson

Scores = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Scores]
"""Draws the scores of some races: shape (races, examples, variants)."""

CHUNK = 500
"""Races side by side."""


@dataclass(frozen=True)
class Kind:
    """A kind of race.

    Attributes:
        name: What it is called.
        draw: Draws its scores.
        best: For a population, the number of the variant that is the best one, the first of equals.
            Otherwise the scores say.
    """

    name: str
    draw: Draw
    best: int | None = None


@dataclass(frozen=True)
class Found:
    """What became of the races of a kind.

    Attributes:
        name: The kind.
        variants: How many raced.
        examples: How many there were.
        races: How many were run.
        dropped: Races in which the best variant, the first of equals, was dropped.
        lost: Races that ended without any of the best variants.
        saving: The full grid's answers for one of the races', median; 5th and 95th percentile.
        seconds: What the simulation took.
    """

    name: str
    variants: int
    examples: int
    races: int
    dropped: int
    lost: int
    saving: tuple[float, float, float]
    seconds: float


def tied(share: float, variants: int, examples: int) -> Draw:
    """Variants that are right equally often, on examples of their own."""
    right = np.arange(examples) < round(share * examples)

    def draw(rng: np.random.Generator, races: int) -> Scores:
        rows = np.tile(right, (races, variants, 1)).astype(float)
        return np.swapaxes(rng.permuted(rows, axis=-1), 1, 2)

    return draw


def tied_alike(share: float, moved: float, variants: int, examples: int) -> Draw:
    """Variants that are right equally often, and on the same examples but for some."""
    right = np.arange(examples) < round(share * examples)

    def draw(rng: np.random.Generator, races: int) -> Scores:
        rows = np.tile(right, (races, variants, 1)).astype(float)
        count = round(moved * examples)
        for part in (slice(0, round(share * examples)), slice(round(share * examples), None)):
            flips = np.zeros(rows[..., part].shape)
            flips[..., :count] = 1
            rows[..., part] = np.abs(rows[..., part] - rng.permuted(flips, axis=-1))
        return shuffled(rng, np.swapaxes(rows, 1, 2))

    return draw


def one_ahead(draw_tied: Draw) -> Draw:
    """As drawn, and the first variant is right once more."""

    def draw(rng: np.random.Generator, races: int) -> Scores:
        scores = draw_tied(rng, races)
        wrong = np.argmin(scores[:, :, 0], axis=1)
        scores[np.arange(races), wrong, 0] = 1
        return shuffled(rng, scores)

    return draw


def opposite(examples: int) -> Draw:
    """Two variants of which one is right exactly where the other is wrong."""
    inner = tied(0.5, 1, examples)

    def draw(rng: np.random.Generator, races: int) -> Scores:
        one = inner(rng, races)
        return np.concatenate([one, 1 - one], axis=2)

    return draw


def fractions(variants: int, examples: int) -> Draw:
    """Variants with the same scores between 0 and 1, on examples of their own."""
    values = np.random.default_rng(0).beta(0.5, 0.4, examples).round(3)

    def draw(rng: np.random.Generator, races: int) -> Scores:
        rows = np.tile(values, (races, variants, 1))
        return np.swapaxes(rng.permuted(rows, axis=-1), 1, 2)

    return draw


def coins(share: float, variants: int, examples: int) -> Draw:
    """Variants that are right with the same probability, on examples without end."""

    def draw(rng: np.random.Generator, races: int) -> Scores:
        return (rng.random((races, examples, variants)) < share).astype(float)

    return draw


def prompts(accuracies: Sequence[float], alike: float, examples: int) -> Draw:
    """Variants of one model: what is hard for one is hard for all, more or less."""
    reach = ndtri(np.asarray(accuracies))

    def draw(rng: np.random.Generator, races: int) -> Scores:
        hard = rng.standard_normal((races, examples, 1)) * np.sqrt(alike)
        own = rng.standard_normal((races, examples, len(reach))) * np.sqrt(1 - alike)
        return np.asarray(hard + own < reach, dtype=np.float64)

    return draw


def shuffled(rng: np.random.Generator, scores: Scores) -> Scores:
    """Put the examples of each race in an order of its own."""
    order = rng.permuted(np.tile(np.arange(scores.shape[1]), (len(scores), 1)), axis=1)
    return np.take_along_axis(scores, order[:, :, None], axis=1)


HARDEST = (
    Kind("16 tied at 70 %", tied(0.7, 16, 200)),
    Kind("16 tied at 50 %", tied(0.5, 16, 200)),
    Kind("16 tied at 95 %", tied(0.95, 16, 200)),
    Kind("16 tied, right on the same examples but for 10 %", tied_alike(0.7, 0.05, 16, 200)),
    Kind("15 behind by one example", one_ahead(tied(0.7, 16, 200))),
    Kind("15 behind by one example, alike", one_ahead(tied_alike(0.7, 0.05, 16, 200))),
    Kind("2 tied", tied(0.7, 2, 200)),
    Kind("2 tied, never right together", opposite(200)),
    Kind("64 tied", tied(0.7, 64, 100)),
    Kind("16 tied, 1,000 examples", tied(0.7, 16, 1000)),
    Kind("16 tied, fractional scores", fractions(16, 200)),
    Kind("16 equal, for a population", coins(0.7, 16, 200), best=0),
    Kind("2 equal, for a population, 1,000", coins(0.5, 2, 1000), best=0),
)
"""Races whose best variant is as hard to keep as can be."""

SPREAD = np.linspace(0.55, 0.85, 16).tolist()
REALISTIC = (
    Kind("55 to 85 %, evenly", prompts(SPREAD, 0.5, 200)),
    Kind("55 to 85 %, 500 examples", prompts(SPREAD, 0.5, 500)),
    Kind("55 to 85 %, 1,000 examples", prompts(SPREAD, 0.5, 1000)),
    Kind("55 to 85 %, 1,000, for a population", prompts(SPREAD, 0.5, 1000), best=15),
    Kind("two groups: 4 at 80 %, 12 at 60 %", prompts([0.8] * 4 + [0.6] * 12, 0.5, 200)),
    Kind("one at 80 %, 15 at 70 %", prompts([0.8] + [0.7] * 15, 0.5, 200)),
    Kind("40 to 90 %, little alike", prompts(np.linspace(0.4, 0.9, 16).tolist(), 0.2, 200)),
    Kind("32 variants, 55 to 85 %", prompts(np.linspace(0.55, 0.85, 32).tolist(), 0.5, 200)),
    Kind("all at 70 %", prompts([0.7] * 16, 0.5, 200)),
)
"""Races as they are run."""


def raced(
    scores: Scores, alpha: float, block: int, *, population: bool
) -> tuple[NDArray[np.bool_], Scores]:
    """Race on drawn scores; return who is left, and how many answers each race took."""
    races, examples, variants = scores.shape
    standing = np.ones((races, variants), dtype=bool)
    evidence = begin(variants, None if population else examples, (races,))
    answers = np.zeros(races)
    for seen in range(1, examples + 1):
        going = standing.sum(axis=1) > 1
        if not going.any():
            break
        answers += np.where(going, standing.sum(axis=1), 0)
        evidence = update(evidence, scores[:, seen - 1], standing)
        if seen % block == 0 or seen == examples:
            standing &= ~(losers(evidence, standing, alpha) & going[:, None])
    return standing, answers


def best_of(scores: Scores, kind: Kind) -> NDArray[np.bool_]:
    """Say which variants of each race are the best."""
    if kind.best is not None:
        return np.tile(np.arange(scores.shape[2]) == kind.best, (len(scores), 1))
    sums = scores.sum(axis=1).round(6)
    is_best: NDArray[np.bool_] = sums == sums.max(axis=1, keepdims=True)
    return is_best


def simulate(kind: Kind, races: int, alpha: float, block: int) -> Found:
    """Run the races of a kind."""
    started, dropped, lost = time.perf_counter(), 0, 0
    savings = []
    rng = np.random.default_rng(0)
    for start in range(0, races, CHUNK):
        scores = kind.draw(rng, min(CHUNK, races - start))
        left, answers = raced(scores, alpha, block, population=kind.best is not None)
        best = best_of(scores, kind)
        dropped += int((~left[np.arange(len(left)), best.argmax(axis=1)]).sum())
        lost += int((~(left & best).any(axis=1)).sum())
        savings.append(scores.shape[1] * scores.shape[2] / answers)
    five, middle, most = np.percentile(np.concatenate(savings), [5, 50, 95])
    shape = (scores.shape[2], scores.shape[1])
    found = (middle, five, most)
    return Found(kind.name, *shape, races, dropped, lost, found, time.perf_counter() - started)


def hardest_table(found: Sequence[Found]) -> str:
    """Write how often the best was dropped."""
    lines = [
        "| variants | examples | best dropped, of races | share [95 %] |",
        "|---|---|---|---|",
    ]
    for each in found:
        low, high = wilson(each.dropped, each.races)
        lines.append(
            f"| {each.name} | {each.examples:,} | {each.dropped:,} of {each.races:,} "
            f"| {100 * each.dropped / each.races:.2f} % [{100 * low:.2f}, {100 * high:.2f}] |"
        )
    return "\n".join(lines)


def realistic_table(found: Sequence[Found]) -> str:
    """Write how much was saved."""
    lines = [
        "| variants | examples | winner lost | times fewer answers, median [5 %, 95 %] |",
        "|---|---|---|---|",
    ]
    for each in found:
        middle, low, high = each.saving
        lines.append(
            f"| {each.name} | {each.examples:,} | {100 * each.lost / each.races:.2f} % "
            f"| **{middle:.2f}** [{low:.2f}, {high:.2f}] |"
        )
    return "\n".join(lines)


def simulated(kinds: Sequence[Kind], told: argparse.Namespace) -> list[Found]:
    """Run all kinds, and say so."""
    found = []
    for kind in kinds:
        found.append(simulate(kind, told.races, told.alpha, told.block))
        each = found[-1]
        print(f"{kind.name}: dropped {each.dropped}, {each.saving[0]:.2f}, {each.seconds:.0f} s")
    return found


def main() -> None:
    """Simulate, and keep what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--races", type=int, default=10_000, help="of each kind")
    parser.add_argument("--alpha", type=float, default=0.05)
    parser.add_argument("--block", type=int, default=20)
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    told = parser.parse_args()
    hardest, realistic = simulated(HARDEST, told), simulated(REALISTIC, told)
    page = (
        f"{(__doc__ or '').strip()}\n\n{told.races:,} races of each kind, alpha {told.alpha:g}, "
        f"blocks of {told.block}.\n\n{hardest_table(hardest)}\n\n{realistic_table(realistic)}\n"
    )
    record = {
        "name": "race_simulation",
        "machine": machine(),
        "alpha": told.alpha,
        "block": told.block,
        "hardest": [asdict(each) for each in hardest],
        "realistic": [asdict(each) for each in realistic],
    }
    keep("race_simulation", page, record, told.out)


if __name__ == "__main__":
    main()
