from collections import Counter

import pytest

from promptlab.selection.combined.balanced import Balanced
from promptlab.types import Example, Question

LABELS = ["yes"] * 20 + ["no"] * 10 + ["maybe"] * 2
POOL = [Example(Question(f"pool-{i}", f"q {i}"), label) for i, label in enumerate(LABELS)]
ASKED = Question("test-0", "another")


def counts(demos):
    return Counter(demo.answer for demo in demos)


def test_every_label_has_as_many():
    assert counts(Balanced(6).fit(POOL)(ASKED)) == {"yes": 2, "no": 2, "maybe": 2}


def test_a_remainder_goes_to_the_labels_that_the_seed_puts_first():
    firsts = set()
    for seed in range(20):
        four, three = (Balanced(k, seed).fit(POOL)(ASKED) for k in (4, 3))
        assert four[:3] == three
        assert four[3].answer == three[0].answer
        firsts.add(three[0].answer)
    assert firsts == {"yes", "no", "maybe"}


def test_a_label_that_runs_out_is_passed_over():
    assert counts(Balanced(10).fit(POOL)(ASKED)) == {"yes": 4, "no": 4, "maybe": 2}
    assert counts(Balanced(32).fit(POOL)(ASKED)) == {"yes": 20, "no": 10, "maybe": 2}


@pytest.mark.parametrize("place", range(6))
def test_the_member_that_is_the_question_is_replaced_by_one_of_its_label(place):
    retrieve = Balanced(6, seed=1).fit(POOL)
    usual = retrieve(ASKED)
    gone = usual[place]
    without = retrieve(gone.question)
    assert gone not in without
    if gone.answer != "maybe":  # it has no third member
        assert counts(without) == counts(usual)
        assert len(set(without) - set(usual)) == 1
