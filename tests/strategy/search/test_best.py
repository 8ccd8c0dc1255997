"""The best answer is the one of the highest score, whose votes are every answer's best score."""

from promptlab.strategy.search.best import best
from promptlab.types import Answer, Task

NUMBER = Task(answer="number")
TRUNCATED = Answer("", "Well", outcome="truncated")


def test_the_highest_score_wins_however_often_others_are_given():
    answers = [Answer("1", "a"), Answer("1.0", "b"), Answer("2", "c")]
    assert best(answers, [0.5, 0.6, 0.7], NUMBER) == Answer("2", "c", (("2", 0.7), ("1.0", 0.6)))


def test_of_equal_scores_the_answer_given_more_often_wins_then_the_first():
    answers = [Answer("1", "a"), Answer("2", "b"), Answer("2", "c")]
    assert best(answers, [0.9, 0.9, 0.1], NUMBER).rationale == "b"
    assert best(answers[:2], [0.9, 0.9], NUMBER).rationale == "a"


def test_where_nothing_is_worth_anything_the_answers_vote():
    answers = [Answer("1", "a"), Answer("2", "b"), Answer("2", "c")]
    assert best(answers, [0.0, 0.0, 0.0], NUMBER).votes == (("2", 2.0), ("1", 1.0))


def test_what_is_no_answer_never_wins():
    assert best([TRUNCATED, Answer("1")], [1.0, 0.1], NUMBER).text == "1"
    assert best([TRUNCATED], [1.0], NUMBER).outcome == "truncated"
