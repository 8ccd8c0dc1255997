"""Lists as JSON or Python writes them, and what is said of those that neither does."""

import pytest

from promptlab.data.record.notation import json_value, read_list


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('["a", "b"]', ["a", "b"]),
        ("['a', \"it's\"]", ["a", "it's"]),
        ("{'text': ['a'], 'label': ['A']}", {"text": ["a"], "label": ["A"]}),
        ("('a', 'b')", "('a', 'b')"),
        ("plain", "plain"),
        ("[unclosed", "[unclosed"),
    ],
)
def test_a_list_is_read_and_other_text_is_left(written, value):
    assert read_list(written) == value


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("['a' 'b']", "without commas, as numpy prints it; expected a list as JSON"),
        ("['a'\n 'b']", "without commas"),
        ("[a, b]", "neither JSON nor Python; expected a list as JSON"),
        ("{'text': array(['a'], dtype=object)}", "neither JSON nor Python"),
        ("[" * 5000 + "]" * 5000, "nested more than 100 levels deep"),
        ("[" * 150 + "'a'" + "]" * 150, "nested more than 100 levels deep|neither"),
        ("['" + "a" * 1_000_001 + "']", "a list of 1000005 characters that is not JSON"),
        ("[__import__('os').getcwd()]", "neither JSON nor Python"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(written, problem):
    with pytest.raises(ValueError, match=problem):
        read_list(written)


def test_numbers_keep_their_digits():
    assert [str(value) for value in json_value("[1.10, 0.1000, 7]")] == ["1.10", "0.1000", "7"]


def test_more_after_a_value_is_refused():
    with pytest.raises(ValueError, match=r"not JSON: more text after the value .column 3"):
        json_value("{} {}")
