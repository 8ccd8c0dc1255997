"""How sure a vote is of its winner, against the values of its authors' code and of integration."""

from itertools import count

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammainc, gammaln
from scipy.stats import beta as beta_distribution

from promptlab.strategy.confidence import beta, dirichlet, fewest

ranked = st.lists(st.integers(1, 12), min_size=1, max_size=7).map(
    lambda counts: sorted(counts, reverse=True)
)


@pytest.mark.parametrize(
    ("counts", "confidence"),
    [
        ((3, 0), 0.9375),
        ((4, 0), 0.96875),
        ((5, 1), 0.9375),
        ((6, 1), 0.964844),
        ((7, 2), 0.945312),
        ((8, 2), 0.967285),
        ((9, 3), 0.953857),
    ],
)
def test_beta_gives_the_known_confidences(counts, confidence):
    assert beta(counts) == pytest.approx(confidence, abs=5e-7)


def test_each_vote_against_the_leader_asks_for_more_votes_for_it():
    needed = [next(a for a in count() if beta((a, b)) >= 0.95) for b in range(8)]
    assert needed == [4, 6, 8, 9, 11, 12, 14, 15]


def test_no_answer_yet_is_no_confidence():
    assert beta([]) == dirichlet([]) == 0


@given(ranked)
def test_beta_is_the_tail_of_the_beta_distribution(counts):
    first, second = [*counts, 0][:2]
    assert beta(counts) == pytest.approx(beta_distribution.sf(0.5, first + 1, second + 1))


@given(st.lists(st.integers(0, 15), min_size=3, max_size=5).map(lambda c: sorted(c)[::-1]))
def test_dirichlet_is_what_integration_gives(counts):
    first, *others = [n + 1 for n in counts]

    def leading(x):
        density = np.exp((first - 1) * np.log(x) - x - gammaln(first)) if x else float(first == 1)
        return density * np.prod(gammainc(others, x))

    expected = quad(leading, 0, np.inf, epsabs=1e-10, limit=200)[0]
    assert dirichlet(counts) == pytest.approx(expected, abs=1e-7)


def test_equal_counts_share_the_confidence_equally():
    assert dirichlet([7, 7, 7]) == pytest.approx(1 / 3)
    assert dirichlet([2, 2, 2, 2, 2]) == pytest.approx(1 / 5)


def test_one_draw_of_each_of_three_can_be_counted_by_hand():
    # Gamma(2) against two Gamma(1): 1 - 2 · P(it is below one) + P(it is below both).
    assert dirichlet([1, 0, 0]) == pytest.approx(1 - 2 * (1 / 4) + 1 / 9)


@pytest.mark.parametrize("counts", [(), (3,), (5, 1), (9, 9)])
def test_dirichlet_falls_back_to_beta_below_three_answers(counts):
    assert dirichlet(counts) == beta(counts)


@given(ranked)
def test_answers_beyond_the_fifth_are_not_looked_at(counts):
    assert dirichlet(counts) == dirichlet(counts[:5])


@given(ranked)
def test_dirichlet_is_never_surer_than_beta(counts):
    assert 0 < dirichlet(counts) <= beta(counts) + 1e-12 <= 1 + 1e-12


@given(ranked, st.sampled_from([beta, dirichlet]))
def test_a_vote_for_the_leader_adds_confidence(counts, confidence):
    assert confidence([counts[0] + 1, *counts[1:]]) >= confidence(counts)


def test_the_fewest_draws_that_could_end_a_vote():
    assert fewest(beta, [], 0.95, 40) == 4
    assert fewest(beta, [3], 0.95, 40) == 1
    assert fewest(beta, [3, 1], 0.95, 40) == 3
    assert fewest(beta, [10, 10], 0.95, 20) == 9
    assert fewest(beta, [10, 10], 0.95, 5) == 5


@given(ranked, st.integers(0, 6), st.sampled_from([beta, dirichlet]), st.integers(1, 20))
def test_no_other_draws_could_have_ended_the_vote_earlier(counts, who, confidence, most):
    threshold = 0.9
    if confidence(counts) >= threshold:
        return
    before = fewest(confidence, counts, threshold, most) - 1
    votes = [*counts, 0]
    votes[min(who, len(counts))] += before
    assert confidence(sorted(filter(None, votes), reverse=True)) < threshold
