"""The nouns refuse what they cannot mean."""

import pytest

from promptlab.types import Task


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (("a", "b", "a"), "'a' and 'a'"),
        (("a", "a "), "'a' and 'a '"),
        (("\u00e9", "e\u0301"), "nothing tells apart"),
        (("a", " "), "' ', which is blank"),
        (("a", "\u200b"), "blank"),
    ],
)
def test_labels_that_nothing_tells_apart_are_refused(labels, message) -> None:
    with pytest.raises(ValueError, match=message):
        Task(answer="label", labels=labels)


def test_code_has_several_lines_and_text_where_the_task_says_so() -> None:
    assert Task(answer="code").lines
    assert Task(answer="text", multiline=True).lines
    assert not Task(answer="text").lines
    assert not Task(answer="number", multiline=True).lines
