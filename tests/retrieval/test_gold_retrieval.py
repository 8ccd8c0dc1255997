import pytest

from promptlab.retrieval.gold import Gold
from promptlab.types import Passage, Question


def shown(held, field="passages"):
    return Gold(field).fit()(Question("q", "?", metadata={"passages": held}))


@pytest.mark.parametrize(
    ("held", "passages"),
    [
        ("one text", [Passage("q#1", "one text")]),
        (["甲", {"id": 3, "text": "乙"}], [Passage("q#1", "甲"), Passage("3", "乙")]),
        ([], []),
    ],
)
def test_the_record_s_own_passages_are_shown(held, passages):
    assert list(shown(held)) == passages


@pytest.mark.parametrize(
    ("held", "named"), [(5, "holds 5"), ([""], "holds ''"), ([[]], r"holds \[\]")]
)
def test_what_is_no_passage_is_said(held, named):
    with pytest.raises(ValueError, match=f"question 'q': passages {named}; expected a text"):
        shown(held)


def test_a_field_that_is_not_there_is_said_with_those_that_are():
    with pytest.raises(ValueError, match="no field 'gold'; it has passages: retrieval.field="):
        shown("x", "gold")
