"""Scores of passages, by their definitions; and what a reply cites."""

import math

import pytest

from promptlab.metric.passages.citations import Citations, cited
from promptlab.metric.passages.retrieval import Retrieval
from promptlab.types import Answer, Completion, Example, Passage, Question

ANSWER = Answer("x")


def scores(found, relevant, **fields):
    example = Example(Question("q", "?", metadata={"relevant": relevant}), "")
    return Retrieval(**fields)(ANSWER, example, [Passage(name, name) for name in found])


def test_recall_reciprocal_rank_and_gain_are_those_of_their_definitions():
    found = scores(["a", "b", "c", "d"], ["b", "d", "z"], k=3)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found == pytest.approx(
        {"recall_at_3": 1 / 3, "mrr": 1 / 2, "ndcg_at_3": (1 / math.log2(3)) / ideal}
    )


def test_grades_count_as_they_are():
    found = scores(["a", "b"], {"a": 1, "b": 2}, k=2)
    gain = 1 + 2 / math.log2(3)
    assert found["ndcg_at_2"] == pytest.approx(gain / (2 + 1 / math.log2(3)))


def test_a_chunk_counts_once_for_its_document():
    found = scores(["x#1", "a#2", "a#1", "b"], ["a", "b"], k=3)
    assert found["mrr"] == 1 / 2
    assert found["recall_at_3"] == 1.0
    assert scores(["a#1"], ["a#1"])["mrr"] == 1.0


@pytest.mark.parametrize(
    ("found", "relevant", "rank"),
    [
        (["w#1", "w#3", "w#2"], ["w#2"], 3),
        (["w#1", "a#1", "a#2"], ["a#2"], 3),
        (["w#1", "w#2", "a#2"], ["z#1", "a"], 3),
        (["C#", "C", "c"], ["c"], 3),
        (["文件.md#1", "文件.md#2", "手册.md#9"], ["手册.md"], 2),
    ],
)
def test_where_chunks_are_relevant_each_counts_for_itself(found, relevant, rank):
    assert scores(found, relevant)["mrr"] == pytest.approx(1 / rank)


def test_more_may_be_relevant_than_are_looked_at():
    found = scores(["a", "b", "b", "x"], {"a": 1, "b": 3, "c": 2, "d": -1}, k=2)
    gain, ideal = 1 + 3 / math.log2(3), 3 + 2 / math.log2(3)
    assert found == pytest.approx({"recall_at_2": 2 / 3, "mrr": 1.0, "ndcg_at_2": gain / ideal})


def test_nothing_found_is_nothing_and_nothing_relevant_is_no_score():
    assert set(scores([], ["a"]).values()) == {0.0}
    assert scores(["a"], []) == {}
    assert scores(["a"], {"a": 0, "b": -1}) == {}


@pytest.mark.parametrize("relevant", [None, 2.5, [["a"]], {"a": "much"}, True])
def test_what_names_no_passages_is_said(relevant):
    with pytest.raises(ValueError, match="relevant is .*; expected ids of passages"):
        scores(["a"], relevant)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It is so [2].", [2]),
        ("So [1, 3] and [3][2]", [1, 3, 2]),
        ("如此［１］【2】，[3，4]", [1, 2, 3, 4]),
        ("[a] [12345] [] 5", []),
    ],
)
def test_citations_are_numbers_in_brackets(text, numbers):
    assert cited(text) == numbers


def test_what_is_cited_is_held_against_what_was_shown_and_what_is_relevant():
    example = Example(Question("q", "?", metadata={"relevant": ["b"]}), "")
    passages = [Passage("a#1", "a"), Passage("b#2", "b")]
    metric = Citations("relevant")
    said = metric(ANSWER, example, Completion("So [2], and [1], and [7]."), passages)
    assert said == {"cited": 1.0, "citations_shown": 2 / 3, "citations_relevant": 1 / 3}
    graded = Example(Question("q", "?", metadata={"relevant": {"a": -1, "b": 0}}), "")
    said = metric(ANSWER, graded, Completion("依［１］和【2】。"), passages)
    assert said == {"cited": 1.0, "citations_shown": 1.0, "citations_relevant": 0.0}
    assert metric(ANSWER, example, Completion("So."), passages) == {"cited": 0.0}
    assert metric(ANSWER, example, None, passages) == {"cited": 0.0}
