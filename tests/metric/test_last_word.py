"""The last word of a passage is found at the beginning of the answer; draws agree or do not."""

import pytest

from promptlab.metric.consistency import Consistency
from promptlab.metric.last_word import LastWord
from promptlab.types import Answer, Example, Question


@pytest.mark.parametrize(
    ("said", "gold", "right"),
    [
        ("Lantern.", "lantern", 1),
        ("lantern, and then", "the old lantern", 1),
        ("the lantern", "lantern", 0),
        ("lanterns", "lantern", 0),
        ("灯笼。", "灯笼", 1),
        ("灯", "灯笼", 0),
        ("x", "…", 0),
    ],
)
def test_the_first_word_of_the_answer_is_the_word_left_out(said, gold, right):
    assert LastWord()(Answer(said), Example(Question("q", "?"), gold)) == right


def test_consistency_is_the_share_of_draws_that_agree_and_none_without_a_vote():
    example = Example(Question("q", "?"), "")
    assert Consistency()(Answer("a", votes=(("a", 3), ("b", 1))), example) == {"consistency": 0.75}
    assert Consistency()(Answer("a"), example) == {}
