"""Answers are scored by the task's own equality, or by the measure that was asked for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.metric.accuracy import Accuracy
from promptlab.metric.exact_match import ExactMatch
from promptlab.metric.numeric_match import NumericMatch
from promptlab.metric.overlap.token_f1 import TokenF1, token_f1
from promptlab.types import Answer, Example, Question, Task


def example(gold, *aliases, choices=()):
    return Example(Question("q", "?", choices), gold, aliases=aliases)


@pytest.mark.parametrize(
    ("kind", "given", "gold", "expected"),
    [
        ("number", "3.5", "3.50", 1.0),
        ("number", "1000", "$1,000", 1.0),
        ("number", "35", "3.5", 0.0),
        ("choice", "B", "(B)", 1.0),
        ("choice", "B", "library", 1.0),
        ("choice", "A", "B", 0.0),
        ("yes_no", "yes", "True", 1.0),
        ("yes_no", "no", "否", 1.0),
        ("label", "card_arrival", "card_arrival", 1.0),
        ("text", "the Beatles", "Beatles", 1.0),
    ],
)
def test_accuracy_is_equality_as_the_task_has_it(kind, given, gold, expected):
    metric = Accuracy(Task(answer=kind, labels=("card_arrival",)))
    assert metric(Answer(given), example(gold, choices=("bank", "library"))) == expected


def test_an_alias_is_as_good_as_the_answer():
    metric = Accuracy(Task(answer="text"))
    assert metric(Answer("NYC"), example("New York", "NYC")) == 1.0
    assert ExactMatch()(Answer("NYC"), example("New York", "NYC")) == 1.0
    assert NumericMatch()(Answer("3"), example("2", "3")) == 1.0
    assert TokenF1()(Answer("NYC"), example("New York", "NYC")) == 1.0


@pytest.mark.parametrize("outcome", ["unparsed", "truncated", "refused", "abstained"])
def test_no_answer_is_a_wrong_answer(outcome):
    none = Answer("", outcome=outcome)
    metrics = (Accuracy(Task(answer="number")), ExactMatch(), NumericMatch(), TokenF1())
    assert [metric(none, example("3")) for metric in metrics] == [0.0] * 4


def test_exact_match_knows_nothing_of_numbers():
    assert ExactMatch()(Answer("3.5"), example("3.50")) == 0.0
    assert ExactMatch()(Answer("3.5"), example(" 3.5\n")) == 1.0


def test_exact_match_knows_no_line_ends_and_nothing_that_reading_takes_away():
    assert ExactMatch()(Answer("¡Hola!\nAdiós"), example(" ¡Hola!\r\nAdiós \r\n")) == 1.0
    assert ExactMatch()(Answer("He left"), example("He left.")) == 1.0
    assert ExactMatch()(Answer("he left"), example("He left.")) == 0.0
    assert ExactMatch(Task(answer="yes_no"))(Answer("yes"), example("true")) == 1.0
    assert ExactMatch(Task(answer="yes_no"))(Answer("no"), example("是")) == 0.0
    assert ExactMatch()(Answer("yes"), example("true")) == 0.0
    assert ExactMatch()(Answer(" "), example(" ", "\r\n")) == 0.0


def test_two_texts_without_tokens_share_nothing_unless_they_are_one():
    assert token_f1("+", "+") == 1.0
    assert token_f1("+", "-") == 0.0
    assert token_f1("the", "") == 0.0
    assert TokenF1()(Answer("", outcome="unparsed"), example("!")) == 0.0


def test_numeric_match_has_a_tolerance():
    assert NumericMatch()(Answer("0.333"), example("1/3")) == 1.0
    assert NumericMatch(tolerance=0)(Answer("0.333"), example("1/3")) == 0.0
    assert NumericMatch(tolerance=0, relative=0.01)(Answer("1005"), example("1000")) == 1.0
    assert NumericMatch()(Answer("many"), example("1000")) == 0.0


def test_a_tolerance_below_nothing_is_refused():
    with pytest.raises(ValueError, match="tolerance is -1"):
        NumericMatch(tolerance=-1)


@pytest.mark.parametrize(
    ("given", "gold", "expected"),
    [
        ("the trihydrogen cation", "trihydrogen cation", 1.0),
        ("a cation", "trihydrogen cation", 2 / 3),
        ("red red blue", "red blue blue", 2 / 3),
        ("北京市", "北京", 0.8),
        ("GPT模型", "gpt 模型", 1.0),
        ("U.S.", "US", 1.0),
        ("", "", 1.0),
        ("the", "cat", 0.0),
    ],
)
def test_token_f1_counts_shared_words_and_chinese_characters(given, gold, expected):
    assert token_f1(given, gold) == pytest.approx(expected)


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_token_f1_is_symmetric_and_between_0_and_1(a, b):
    assert 0 <= token_f1(a, b) <= 1
    assert token_f1(a, b) == token_f1(b, a)
    assert token_f1(a, a) == 1
