"""Strengths with ties: closed forms, and the sums that the most likely strengths keep to."""

from math import exp, log, sqrt

import numpy as np
import pytest

from promptlab.analysis.statistics.judges.davidson import fitted, strengths


@pytest.mark.parametrize(("won", "lost", "tied"), [(7, 3, 0), (7, 3, 5), (2, 9, 30), (1.5, 2.5, 1)])
def test_of_two_players_all_is_known_in_closed_form(won, lost, tied) -> None:
    found = fitted([[0, won], [lost, 0]], [[0, tied], [tied, 0]])
    first, second = found.strengths
    assert first + second == pytest.approx(0, abs=1e-9)
    assert first - second == pytest.approx(log(won / lost), abs=1e-4)
    assert found.ties == pytest.approx(tied / sqrt(won * lost), rel=1e-3, abs=1e-9)


def games(players=5, rounds=40, seed=0):
    rng = np.random.default_rng(seed)
    won, tied = np.zeros((players, players)), np.zeros((players, players))
    for _ in range(rounds * players):
        i, j = rng.choice(players, 2, replace=False)
        how = rng.integers(4)
        if how == 0:
            tied[i, j] += 1
            tied[j, i] += 1
        else:
            won[max(i, j), min(i, j)] += how > 1
            won[min(i, j), max(i, j)] += how == 1
    return won, tied


def test_each_player_has_as_many_points_as_is_expected_and_as_many_tie() -> None:
    won, tied = games()
    found = fitted(won, tied)
    power = np.exp(found.strengths)
    either = np.sqrt(power[:, None] * power) * found.ties
    total = power[:, None] + power + either
    played = won + won.T + tied
    np.fill_diagonal(played, 0)
    expected = (played * (power[:, None] + either / 2) / total).sum(axis=1)
    np.testing.assert_allclose((won + tied / 2).sum(axis=1), expected, rtol=1e-3)
    assert np.triu(tied).sum() == pytest.approx(np.triu(played * either / total, 1).sum(), rel=1e-3)


def test_without_ties_it_is_bradley_and_terrys() -> None:
    won, _ = games(4)
    found = fitted(won, np.zeros_like(won))
    power = np.exp(found.strengths)
    played = won + won.T
    expected = (played * power[:, None] / (power[:, None] + power)).sum(axis=1)
    np.testing.assert_allclose(won.sum(axis=1), expected, rtol=1e-3)
    assert found.ties == 0


def test_who_never_lost_is_finitely_strong_by_the_prior_alone() -> None:
    won = [[0, 5], [0, 0]]
    with pytest.raises(ValueError, match="never had a point against another"):
        fitted(won, np.zeros((2, 2)))
    first, second = fitted(won, np.zeros((2, 2)), prior=0.5).strengths
    assert first - second == pytest.approx(log(5.5 / 0.5), abs=1e-4)


def test_tables_of_other_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="expected one square"):
        fitted([[0, 1]], [[0, 1]])


def test_an_interval_of_many_questions_holds_the_true_strength() -> None:
    rng = np.random.default_rng(1)
    truth = 1.0
    wins = np.zeros((600, 2, 2))
    beats = rng.random(600) < exp(truth) / (1 + exp(truth))
    wins[beats, 0, 1] = 1
    wins[~beats, 1, 0] = 1
    (first, second), _ = strengths(wins, np.zeros_like(wins), resamples=60)
    assert first.low < truth / 2 < first.high
    assert (second.low, second.high) == pytest.approx((-first.high, -first.low))
    assert first.n == 600
