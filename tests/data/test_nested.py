"""Names that lead into a record."""

import pytest

from promptlab.data.record.nested import ABSENT, get, nested_records, paths_within

RECORD = {
    "question": {"stem": "Why?", "choices": [{"text": "a"}, {"text": "b"}]},
    "turns": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}],
    "x.y": "itself",
    "cell": '{"a": [1, 2]}',
    "none": [],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("question.stem", "Why?"),
        ("question.choices[].text", ["a", "b"]),
        ("question.choices.text", ["a", "b"]),
        ("question.choices.1.text", "b"),
        ("turns[-1].content", "ho"),
        ("turns.-1.content", "ho"),
        ("x.y", "itself"),
        ("cell.a", [1, 2]),
        ("none.text", []),
        ("question.root", ABSENT),
        ("turns.7.content", ABSENT),
        ("turns.0.content.deeper", ABSENT),
        ("question.choices.label", ABSENT),
        ("...", ABSENT),
    ],
)
def test_a_name_leads_to_what_lies_there(name, value):
    assert get(RECORD, name) == value


def test_what_lies_within_is_named_so_that_it_can_be_asked_for():
    names = paths_within(RECORD["question"], "question")
    assert names == ["question.stem", "question.choices.text"]
    assert paths_within(RECORD["turns"], "turns") == ["turns.-2.content", "turns.-1.content"]
    assert all(get(RECORD, name) is not ABSENT for name in names)


def test_records_below_a_name_must_be_objects():
    with pytest.raises(ValueError, match=r"dataset.records=rows leads to int"):
        list(nested_records({"rows": [1]}, "rows"))
