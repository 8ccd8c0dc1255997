"""Orders are scored as scikit-learn and SciPy score them."""

from itertools import permutations

import pytest
from scipy.stats import kendalltau
from sklearn.metrics import ndcg_score

from promptlab.metric.ranking import Ranking, ndcg, pairs
from promptlab.types import Answer, Completion, Example, Question, Trial

ASKED = Question("q", "Order by size.", choices=("Mars", "the Moon", "Jupiter"))
GOLD = Example(ASKED, "B, A, C")


@pytest.mark.parametrize("said", permutations("ABCD"))
def test_ndcg_is_scikit_learns(said):
    gold = "BDAC"
    relevance = [[len(gold) - 1 - gold.index(item) for item in sorted(gold)]]
    shown = [[-said.index(item) for item in sorted(gold)]]
    assert ndcg(said, gold) == pytest.approx(ndcg_score(relevance, shown))


@pytest.mark.parametrize("said", permutations("ABCD"))
def test_pairs_in_order_less_those_reversed_are_kendalls_tau(said):
    gold = "BDAC"
    right, wrong = pairs(said, gold)
    ranks = [[order.index(item) for item in sorted(gold)] for order in (said, gold)]
    assert right - wrong == pytest.approx(kendalltau(*ranks).statistic)
    assert right + wrong == pytest.approx(1)


def test_what_is_not_named_gains_nothing_and_is_in_no_pair():
    told = Ranking()(Answer("B, C"), GOLD)
    assert told["ndcg"] == pytest.approx(2 / (2 + 1 / 1.584962500721156))
    assert (told["pairs_in_order"], told["pairs_reversed"]) == (pytest.approx(1 / 3), 0)


@pytest.mark.parametrize("gold", ['["the Moon", "Mars", "Jupiter"]', "B > A > C", "月"])
def test_gold_is_a_list_or_a_text_and_none_has_no_score(gold):
    told = Ranking()(Answer("B, A, C"), Example(ASKED, gold))
    assert told == ({} if gold == "月" else {"ndcg": 1, "pairs_in_order": 1, "pairs_reversed": 0})


def test_a_list_of_several_lines_is_read_off_the_reply():
    reply = Completion("1. B\n2. A\n3. C")
    assert Ranking()(Answer("1. B"), GOLD, reply)["ndcg"] == 1
    voted = Answer("C, B", votes=(("C, B", 2.0),))
    assert Ranking()(voted, GOLD, reply)["ndcg"] < 1


def test_an_answer_that_is_not_there_scores_nothing():
    told = Ranking()(Answer("", outcome="unparsed"), GOLD, Completion("B, A, C"))
    assert set(told.values()) == {0}


def test_a_run_has_the_mean_of_tau():
    trials = [
        Trial(GOLD, (), (), Answer(text), Ranking()(Answer(text), GOLD))
        for text in ("B, A, C", "C, A, B", "none")
    ]
    found, signatures = Ranking().of_run(trials)
    assert (found["kendall_tau"], signatures) == (0.0, {})
    assert Ranking().of_run([]) == ({}, {})
