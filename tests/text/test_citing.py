"""Citations of passages: what they cite, and that they are no part of an answer."""

import pytest

from promptlab.extract import Extract, read
from promptlab.text.citing import blanked, cited, closed
from promptlab.types import Completion, Passage, Question, Task

SHOWN = Question("q", "Which?", passages=(Passage("a", "x"), Passage("b", "y")))


def test_numbers_in_brackets_are_cited_each_once():
    assert cited("Paris [1], Rome [2, 1]；【３】和［2，4］ [x] [12345]") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "kind", "answer"),
    [
        ("The answer is Paris [1].", "text", "Paris"),
        ("The answer is Paris [1], the capital [2].", "text", "Paris, the capital"),
        ("The answer is Paris [1][2]", "text", "Paris"),
        ("The answer is 18 [1].", "number", "18"),
        ("答案是巴黎【1】。", "text", "巴黎"),
        ("The answer is item [7].", "text", "item [7]"),
    ],
)
def test_what_cites_a_passage_is_no_part_of_an_answer(text, kind, answer):
    assert read(Completion(text), Task(answer=kind), SHOWN, Extract("after")).text == answer


def test_without_passages_brackets_are_text():
    said = read(
        Completion("The answer is x[1]."), Task(answer="text"), Question("q", ""), Extract()
    )
    assert said.text == "x[1]"


def test_as_many_blanks_stand_where_a_citation_was():
    assert blanked("a [1] b [3]", 2) == "a     b [3]"
    assert closed("a     b") == "a b"
