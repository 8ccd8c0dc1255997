"""Strengths from comparisons of two, in which neither may win.

Bradley and Terry, Rank Analysis of Incomplete Block Designs, 1952, with ties after Davidson, On
Extending the Bradley-Terry Model to Accommodate Ties, 1970: of i and j, i wins with a weight of
exp(s_i), j with exp(s_j), and neither with ν exp((s_i + s_j) / 2). (choix, which fits many models
of this kind, has no ties.)
"""

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

from promptlab.analysis.statistics.judges.estimate import Estimate

Floats = NDArray[np.float64]
RESAMPLES = 300
FLOOR = -30.0
"""The logarithm of ν where there was no tie."""


@dataclass(frozen=True)
class Strengths:
    """What was fitted.

    Attributes:
        strengths: Of each player, in nats; their mean is 0.
        ties: ν: two equal players tie ν times as often as either wins; 0 where no two tied.
    """

    strengths: tuple[float, ...]
    ties: float


def fitted(wins: ArrayLike, ties: ArrayLike, prior: float = 0.0) -> Strengths:
    """Return the most likely strengths.

    Args:
        wins: How often each player (row) beat each other (column); parts of a game are allowed.
        ties: How often neither did, the same either way round.
        prior: So many wins are added on either side of two that met: without it, one that never
            lost is infinitely strong.

    Raises:
        ValueError: the two are no square tables of one size, or the players fall apart into groups
            that never met, or of which one never lost to the other.
    """
    won, tied = np.asarray(wins, dtype=np.float64), np.asarray(ties, dtype=np.float64)
    if won.ndim != 2 or won.shape != tied.shape or won.shape[0] != won.shape[1]:
        raise ValueError(f"wins of shape {won.shape}, ties of {tied.shape}; expected one square")
    met = (won + won.T + tied) > 0
    np.fill_diagonal(met, val=False)
    won = won + prior * met
    _check_connected(won + tied)
    start = np.zeros(len(won) + 1)
    start[-1] = 0.0 if tied.any() else FLOOR
    bounds = [(None, None)] * len(won) + [(None, None) if tied.any() else (FLOOR, FLOOR)]
    found = minimize(
        _loss,
        start,
        (won, tied),
        method="L-BFGS-B",
        jac=True,
        bounds=bounds,
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1000},
    )
    strengths = found.x[:-1] - found.x[:-1].mean()
    return Strengths(tuple(map(float, strengths)), exp(found.x[-1]) if tied.any() else 0.0)


def strengths(
    wins: ArrayLike,
    ties: ArrayLike,
    *,
    prior: float = 0.5,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[tuple[Estimate, ...], float]:
    """Return the strengths with their intervals, and ν; questions are resampled.

    Args:
        wins: As for `fitted`, of each question: shape (questions, players, players).
        ties: Likewise.
        prior: As for `fitted`.
        confidence: Of the intervals.
        resamples: How many.
        seed: Of the resamples.
    """
    won, tied = np.asarray(wins, dtype=np.float64), np.asarray(ties, dtype=np.float64)
    whole = fitted(won.sum(axis=0), tied.sum(axis=0), prior)
    rng, n = np.random.default_rng(seed), len(won)
    drawn = []
    for _ in range(resamples):
        weight = np.bincount(rng.integers(n, size=n), minlength=n)
        sums = np.tensordot(weight, won, 1), np.tensordot(weight, tied, 1)
        drawn.append(fitted(*sums, prior).strengths)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    ends = zip(whole.strengths, map(float, low), map(float, high), strict=True)
    return tuple(Estimate(*each, n) for each in ends), whole.ties


def _loss(parameters: Floats, won: Floats, tied: Floats) -> tuple[float, Floats]:
    """Return the negative log-likelihood and its gradient; each pair is counted once."""
    strength, tie = parameters[:-1], parameters[-1]
    i, j = np.triu_indices(len(strength), 1)
    logits = np.stack([strength[i], strength[j], tie + (strength[i] + strength[j]) / 2])
    games = np.stack([won[i, j], won[j, i], tied[i, j]])
    top = logits.max(axis=0)
    likely = np.exp(logits - top)
    total = likely.sum(axis=0)
    loss = (games.sum(axis=0) * (np.log(total) + top)).sum() - (games * logits).sum()
    excess = games.sum(axis=0) * likely / total - games
    gradient = np.zeros_like(parameters)
    np.add.at(gradient, i, excess[0] + excess[2] / 2)
    np.add.at(gradient, j, excess[1] + excess[2] / 2)
    gradient[-1] = excess[2].sum()
    return float(loss), gradient


def _check_connected(points: Floats) -> None:
    """Refuse players of whom no finite strengths are the most likely (Ford, 1957).

    A chain of points, won or shared, must lead from each to each.
    """
    reach = (points > 0) | np.eye(len(points), dtype=bool)
    for _ in range(len(points)):
        reach = (reach.astype(int) @ reach.astype(int)) > 0
    if not reach.all():
        raise ValueError(
            "the players fall apart into groups of which one never had a point against another; "
            "expected more comparisons, or a prior above 0"
        )
