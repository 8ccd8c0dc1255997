"""Whatever a model writes, it is read or not; nothing is raised, and nothing takes for ever."""

import pytest
from hostile import FUZZED, PIECES, texts
from hypothesis import given
from hypothesis import strategies as st

from promptlab.extract import Extract, canonical, read, same
from promptlab.types import Completion, Question, Task

TASKS = {
    "number": Task(answer="number"),
    "label": Task(answer="label", labels=("pos", "neg", "-1", "1", "${nope}")),
    "choice": Task(answer="choice"),
    "yes_no": Task(answer="yes_no"),
    "text": Task(answer="text"),
    "code": Task(answer="code"),
}
QUESTION = Question("q", "Which is it? 是哪一个？", ("one", "1", "好", "not this"))
OUTCOMES = {"parsed", "unparsed", "truncated", "refused"}


@pytest.mark.parametrize("kind", TASKS)
@FUZZED
@given(
    text=texts,
    finish=st.sampled_from(["stop", "length"]),
    policy=st.sampled_from(["after", "reply", "first", "last"]),
    digits_only=st.booleans(),
)
def test_a_completion_is_read_or_it_is_not(kind, text, finish, policy, digits_only) -> None:
    task = TASKS[kind]
    answer = read(
        Completion(text, finish), task, QUESTION, Extract(policy, digits_only=digits_only)
    )
    assert answer.outcome in OUTCOMES
    assert bool(answer.text) == (answer.outcome == "parsed")
    if answer.text and kind == "label":
        assert answer.text in task.labels
    if answer.text and kind == "choice":
        assert answer.text in "ABCD"


@pytest.mark.parametrize("kind", TASKS)
@FUZZED
@given(one=texts, other=texts)
def test_any_two_answers_are_the_same_or_not(kind, one, other) -> None:
    task = TASKS[kind]
    canonical(one, task, QUESTION)
    assert same(one, other, task) in (True, False)


@pytest.mark.parametrize("kind", TASKS)
def test_a_long_completion_takes_no_longer_than_the_suite_allows(kind) -> None:
    for piece in (*PIECES, "1+", "((", "a b ", "1,", "１", "三", "Step 1: "):
        answer = read(Completion(piece * 400), TASKS[kind], QUESTION, Extract())
        assert answer.outcome in OUTCOMES
