"""Where the variance of a grid of runs comes from: each factor's share, best and worst cases.

Analysis of variance by sums of squares (Fisher, 1925), of type II where the grid has holes: a term
is credited with what it explains beyond all terms that do not contain it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RunRow = Mapping[str, Any]


@dataclass(frozen=True)
class Share:
    """One term's part in the variance of a grid.

    Attributes:
        factor: The factor, or an interaction as `selection:seed`.
        levels: How many values it takes.
        df: Degrees of freedom.
        sum_of_squares: What it explains.
        share: Of the total sum of squares, 0 to 1.
        by_chance: The share that a factor without effect would have on average in a grid of
            noise: 0.3 for a factor of four levels in eleven runs.
    """

    factor: str
    levels: int
    df: int
    sum_of_squares: float
    share: float
    by_chance: float


@dataclass(frozen=True)
class Decomposition:
    """The variance of a grid, taken apart.

    Attributes:
        runs: How many.
        mean: Of their values.
        total: Sum of squares around the mean.
        shares: Each factor's, in the order asked for.
        residual: The share that no factor explains: what was left out, and chance.
    """

    runs: int
    mean: float
    total: float
    shares: tuple[Share, ...]
    residual: float


@dataclass(frozen=True)
class Spread:
    """The values of one level of a factor over all that varied besides.

    Attributes:
        level: Of the factor.
        runs: How many.
        mean: Of their values.
        deviation: Standard deviation of the values, 0 for a single one.
        worst: The lowest.
        best: The highest.
    """

    level: Any
    runs: int
    mean: float
    deviation: float
    worst: float
    best: float


def decompose(rows: Sequence[RunRow], value: str, factors: Sequence[str]) -> Decomposition:
    """Take the variance of `value` over a grid of runs apart.

    Args:
        rows: One mapping for each run, with the value and the level of each factor.
        value: The key of a number, such as `accuracy`.
        factors: The keys of levels; `one:other` for an interaction.

    Raises:
        ValueError: there are fewer than two rows, or a key is missing; row and key are named.
    """
    if len(rows) < 2:
        raise ValueError(f"{len(rows)} runs; expected at least two, so that there is variance")
    response = np.array([float(entry(rows, index, value)) for index in range(len(rows))])
    terms = {factor: _indicators(rows, factor) for factor in factors}
    deviations = response - response.mean()
    total = float(deviations @ deviations)
    shares = tuple(_share(factor, terms, deviations, total) for factor in factors)
    unexplained, _ = _fit(terms.values(), deviations)
    residual = unexplained / total if total else 0.0
    return Decomposition(len(rows), float(response.mean()), total, shares, residual)


def spreads(rows: Sequence[RunRow], value: str, factor: str) -> tuple[Spread, ...]:
    """Return mean, worst and best case of each level of a factor, best mean first."""
    values: dict[Any, list[float]] = {}
    for index in range(len(rows)):
        number = float(entry(rows, index, value))
        values.setdefault(entry(rows, index, factor), []).append(number)
    levels = (_spread(level, np.array(of_level)) for level, of_level in values.items())
    return tuple(sorted(levels, key=lambda spread: -spread.mean))


def entry(rows: Sequence[RunRow], index: int, key: str) -> Any:
    """Look a key up in a row.

    Raises:
        ValueError: it is missing; row and key are named.
    """
    try:
        return rows[index][key]
    except KeyError:
        keys = ", ".join(map(str, rows[index]))
        raise ValueError(f"run {index} has no {key!r}; it has {keys}") from None


def _spread(level: Any, values: NDArray[np.float64]) -> Spread:
    deviation = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    worst, best = float(values.min()), float(values.max())
    return Spread(level, len(values), float(values.mean()), deviation, worst, best)


def _share(
    factor: str,
    terms: Mapping[str, NDArray[np.float64]],
    deviations: NDArray[np.float64],
    total: float,
) -> Share:
    """Credit a term with what it explains beyond the terms that do not contain it."""
    parts = set(factor.split(":"))
    others = [
        terms[other] for other in terms if other != factor and not parts <= set(other.split(":"))
    ]
    without, rank_without = _fit(others, deviations)
    with_it, rank_with = _fit([*others, terms[factor]], deviations)
    explained, df = max(0.0, without - with_it), rank_with - rank_without
    share = explained / total if total else 0.0
    levels = terms[factor].shape[1]
    return Share(factor, levels, df, explained, share, df / (len(deviations) - 1))


def _fit(
    terms: Iterable[NDArray[np.float64]], deviations: NDArray[np.float64]
) -> tuple[float, int]:
    """Return the sum of squares that a linear model of these terms leaves, and its rank."""
    design = np.hstack([np.ones((len(deviations), 1)), *terms])
    solution, _, rank, _ = np.linalg.lstsq(design, deviations, rcond=None)
    left = deviations - design @ solution
    return float(left @ left), int(rank)


def _indicators(rows: Sequence[RunRow], factor: str) -> NDArray[np.float64]:
    """Return a column for each level, or combination of levels, that occurs."""
    parts = factor.split(":")
    keys = [tuple(str(entry(rows, index, part)) for part in parts) for index in range(len(rows))]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.eye(len(numbers))[[numbers[key] for key in keys]]
