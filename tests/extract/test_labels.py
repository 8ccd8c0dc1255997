"""Labels are compared in a form that tells those of the task apart, and found with their signs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.extract import Extract, canonical, key, read, same
from promptlab.types import Completion, Question, Task

QUESTION = Question("q", "Which?")
STANCES = ("-2", "-1", "0", "1")
GRADES = ("A", "A-", "B+", "B")
TONES = ("positive", "negative")
THREE = (*TONES, "neutral")
CHINESE = ("好评", "差评")


def shown(text, labels, policy="first"):
    task = Task(answer="label", labels=labels)
    answer = read(Completion(text), task, QUESTION, Extract(policy))
    return answer.text or answer.outcome


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("-1", STANCES, "-1"),
        ("1", STANCES, "1"),
        ("+1", STANCES, "1"),
        ("−1", STANCES, "-1"),
        ("－１", STANCES, "-1"),
        ("The stance is -1.", STANCES, "-1"),
        ("minus 1", STANCES, "-1"),
        ("It is negative 2, I think", STANCES, "-2"),
        ("负1", STANCES, "-1"),
        ("minus 1", ("0", "1"), "unparsed"),
        ("-1", ("0", "1"), "unparsed"),
        ("- 1", STANCES, "unparsed"),
        ("1.5", STANCES, "unparsed"),
        ("10", STANCES, "unparsed"),
        ("A", GRADES, "A"),
        ("a", GRADES, "A"),
        ("A-", GRADES, "A-"),
        ("I give it an A-.", GRADES, "A-"),
        ("**A-**", GRADES, "A-"),
        ("A+", GRADES, "unparsed"),
        ("B-", GRADES, "unparsed"),
        ("A text that earns a B", GRADES, "B"),
        ("It is written in C++.", ("C", "C++"), "C++"),
        ("It is written in C++.", ("C", "Java"), "unparsed"),
        ("+", ("+", "-"), "+"),
        ("The sign is -.", ("+", "-"), "-"),
        ("US", ("US", "us"), "US"),
        ("Us", ("US", "us"), "unparsed"),
        ("Ａ", ("A", "Ａ"), "Ａ"),
        ("a_b", ("a_b", "a-b"), "a_b"),
        ("a b", ("a_b", "a-b"), "unparsed"),
    ],
)
def test_a_label_is_found_with_its_sign_and_in_no_other(text, labels, expected):
    assert shown(text, labels) == expected


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("It isn't positive.", TONES, "negative"),
        ("I would not say that it is negative.", TONES, "positive"),
        ("I would not say that it is negative.", THREE, "unparsed"),
        ("not positive but neutral", THREE, "neutral"),
        ("neutral, not positive", THREE, "neutral"),
        ("neutral rather than positive", THREE, "neutral"),
        ("far from positive", TONES, "negative"),
        ("neither positive nor negative", TONES, "unparsed"),
        ("not positive, and not negative", TONES, "unparsed"),
        ("No - it is positive", TONES, "positive"),
        ("It is not bad but positive", TONES, "positive"),
        ("positive or negative", TONES, "unparsed"),
        ("joy, fear and anger", ("joy", "fear", "anger"), "unparsed"),
        ("Of positive and negative, it is negative", TONES, "negative"),
        ("不是好评", CHINESE, "差评"),
        ("这条评论并非好评", CHINESE, "差评"),
        ("我不认为这是差评", CHINESE, "好评"),
        ("不是好评，而是差评", CHINESE, "差评"),
        ("好评，而不是差评", CHINESE, "好评"),
        ("既不是好评，也不是差评", CHINESE, "unparsed"),
        ("不得不说是好评", CHINESE, "好评"),
        ("非常明显是好评", CHINESE, "好评"),
        ("好评或差评", CHINESE, "unparsed"),
    ],
)
def test_a_label_that_is_denied_or_one_of_several_is_not_named(text, labels, expected):
    assert shown(text, labels) == expected
    assert shown(text, labels, "after") == expected


def test_answers_of_two_labels_are_never_the_same():
    for labels in (STANCES, GRADES, ("+", "-"), ("US", "us"), ("C", "C++", "C#")):
        task = Task(answer="label", labels=labels)
        assert len({key(label, task) for label in labels}) == len(labels)
        assert not any(same(a, b, task) for a in labels for b in labels if a != b)


labels = st.lists(st.text("aAB1-+_ é好。１#", min_size=1, max_size=4), min_size=1, max_size=5)


@settings(deadline=None)
@given(labels)
def test_every_label_of_every_task_is_read_as_itself(names):
    try:
        task = Task(answer="label", labels=tuple(names))
    except ValueError:
        return
    assert [canonical(name, task, QUESTION) for name in names] == names
    assert len({key(name, task) for name in names}) == len(names)
