"""A free text that only announces an answer gives none."""

import pytest

from promptlab.extract import Extract, read
from promptlab.extract.policy import POLICIES
from promptlab.types import Completion, Passage, Question, Task

SHOWN = Question("q", "Who?", passages=(Passage("a", "x"), Passage("b", "y")))


def said(text, policy="after", finish="stop", **task):
    answer = read(Completion(text, finish), Task(**task), SHOWN, Extract(policy))
    assert (answer.text != "") == (answer.outcome == "parsed")
    return answer.text or answer.outcome


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    "text",
    [
        *("The answer is [1].", "The answer is [1]", "So the final answer is: **[1, 2]**.", "[1]"),
        *("It is written by Ann. The answer is [1].", "答案是［1］。", "Answer: 【2】", "A: [1]"),
        *("The answer is", "Answer:", "所以答案是：", "The answer is ."),
    ],
)
def test_a_citation_alone_is_no_answer_nor_is_nothing(text, policy):
    assert said(text, policy) == "unparsed"
    assert said(text, policy, multiline=True) == "unparsed"
    if policy == "after":
        assert said(text, policy, "length") == "truncated"


@pytest.mark.parametrize(
    ("text", "policy", "answer"),
    [
        ("The answer is Ann. So the answer is [1].", "after", "Ann"),
        ("The answer is Ann [1].", "after", "Ann"),
        ("Ann\nThe answer is [1].", "first", "Ann"),
        ("The answer is\nAnn", "first", "Ann"),
        ("The answer is +", "last", "The answer is +"),
        ("The answer is [7].", "after", "[7]"),
        ("I do not know what the answer is.", "after", "I do not know what the answer is"),
        ("Ask what the answer is", "first", "Ask what the answer is"),
    ],
)
def test_what_says_more_is_one(text, policy, answer):
    assert said(text, policy) == answer
