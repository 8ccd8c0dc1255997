"""Filters, strata and budgets over another selection's ranking."""

from dataclasses import replace

import pytest

from promptlab.selection.combined.budget import Budget
from promptlab.selection.combined.filtered import Filtered
from promptlab.selection.combined.stratified import Stratified
from promptlab.selection.first import First
from promptlab.selection.lexical.bm25 import BM25
from promptlab.types import Example, Question

ASKED = Question("q", "asked", metadata={"topic": "tax"})


def pool(*texts, answers="", topics=()):
    return [
        Example(
            Question(f"pool-{n}", text, metadata={"topic": topics[n]} if topics else {}),
            answers[n] if answers else "",
        )
        for n, text in enumerate(texts)
    ]


def chosen(selection, examples, question=ASKED):
    return [int(demo.id.removeprefix("pool-")) for demo in selection.fit(examples)(question)]


def test_members_must_have_the_values_that_are_named():
    examples = pool(*"abcd", topics=("pay", "tax", "pay", "tax"))
    assert chosen(Filtered(2, First(2), where={"topic": "tax"}), examples) == [1, 3]
    assert chosen(Filtered(3, First(3), where={"topic": "pay"}), examples) == [0, 2]
    assert chosen(Filtered(2, First(2), same=["topic"]), examples) == [1, 3]
    other = replace(ASKED, metadata={"topic": "none of these"})
    assert chosen(Filtered(2, First(2), same=["topic"]), examples, other) == []


def test_a_field_that_no_member_has_is_refused():
    with pytest.raises(ValueError, match=r"no field 'tier'|a field 'tier'; .*metadata=\[tier\]"):
        Filtered(1, First(1), where={"tier": "gold"}).fit(pool("a"))


def test_scores_must_reach_the_minimum():
    examples = pool("red cat", "asked", "asked twice", "blue", "a", "b")
    assert chosen(Filtered(4, BM25(4), minimum=0.1), examples, Question("q", "I asked")) == [1, 2]
    assert chosen(Filtered(4, BM25(4), minimum=99.0), examples) == []


def test_members_must_not_be_longer_than_was_said():
    assert chosen(Filtered(2, First(2), longest=3), pool("long text", "abc", "x", "long")) == [1, 2]


def test_near_duplicates_of_one_before_are_left_out_and_others_take_their_places():
    examples = pool("a red cat sat", "a red cat sat!", "a red cat ran", "quite another", "?", "!")
    assert chosen(Filtered(4, First(4), distinct=1.0), examples) == [0, 2, 3, 4]
    assert chosen(Filtered(4, First(4), distinct=0.5), examples) == [0, 3, 4]
    assert chosen(Filtered(4, First(4)), examples) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "fields", [{"longest": 0}, {"distinct": 0.0}, {"distinct": 1.5}, {"distinct": float("nan")}]
)
def test_a_filter_that_makes_no_sense_is_refused(fields):
    with pytest.raises(ValueError, match="expected"):
        Filtered(1, First(1), **fields)


def test_each_label_has_its_best_in_turn():
    examples = pool(*"abcdefg", answers="xxxyxyz")
    assert chosen(Stratified(5, First(5)), examples) == [0, 3, 6, 1, 5]
    assert chosen(Stratified(2, First(2)), examples) == [0, 3]
    assert chosen(Stratified(7, First(7)), examples) == [0, 3, 6, 1, 5, 2, 4]


def test_labels_come_in_the_order_of_their_best_members():
    examples = pool("red", "asked one", "blue", "asked", "x", "y", answers="aabbab")
    question = Question("q", "what is asked")
    assert chosen(Stratified(2, BM25(2)), examples, question) == [3, 1]


def test_a_label_far_down_the_ranking_is_found():
    examples = pool(*map(str, range(60)), answers="x" * 59 + "y")
    assert chosen(Stratified(2, First(2)), examples) == [0, 59]


def test_as_many_are_taken_as_the_budget_holds_and_none_after_the_first_that_is_too_long():
    examples = pool("four", "four", "much longer", "x")
    assert chosen(Budget(4, First(4), characters=9), examples) == [0, 1]
    assert chosen(Budget(4, First(4), characters=3), examples) == []
    assert chosen(Budget(1, First(1), characters=99), examples) == [0]
    with pytest.raises(ValueError, match="characters is 0"):
        Budget(1, First(1), characters=0)
