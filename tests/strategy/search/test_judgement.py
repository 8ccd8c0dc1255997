"""A judgement says what states are worth: each by a word, or all of them by votes."""

import pytest
from laws import driven

from promptlab.strategy.search.judgement import VALUE, VOTE, Judgement
from promptlab.types import Completion, Question, Task

QUESTION = Question("q", "4 5 6 10")
STATES = [("4 * 5 = 20",), ("5 + 6 = 11", "{11}")]


def asked(*said, states=STATES, **fields):
    replies, requests = iter(said), []

    def reply(request):
        requests.append(request)
        return Completion(next(replies))

    _, worth = driven(Judgement(**fields).of(Task("Make 24."), QUESTION, states), reply)
    return requests, worth


def test_each_state_is_judged_as_often_as_was_said_and_the_words_are_added_up():
    requests, worth = asked("Sure", "likely", "impossible", "It is impossible.", "?", "Likely.")
    assert worth == [21.001, 1.001]
    assert requests[0].text == (f"Make 24.\n{VALUE}\n\nSteps so far:\n4 * 5 = 20\nQ: 4 5 6 10\nA:")
    assert [each.sampling.draw for each in requests] == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize(
    ("reply", "worth"),
    [
        ("I am not sure, but likely.", 1.0),
        ("unlikely", 0.0),
        ("SURE!", 20.0),
        ("l\u0130kely, \u0131mpossible", 0.0),
        ("", 0.0),
        ("likely\nimpossible", 0.001),
    ],
)
def test_the_last_whole_word_counts(reply, worth):
    assert Judgement().read_value(reply) == worth


def test_words_may_be_those_of_another_language():
    assert Judgement(worth={"一定": 20, "不可能": 0, "可能": 1}).read_value("这不可能。") == 0


def test_votes_are_counted():
    requests, worth = asked("The best choice is 2", "Choice 1 is not; choice 2", "3", by="vote")
    assert worth == [0.0, 2.0]
    assert requests[0].text == (
        f"Make 24.\n{VOTE}\n\nChoice 1:\n4 * 5 = 20\nChoice 2:\n5 + 6 = 11\n{{11}}\nQ: 4 5 6 10\nA:"
    )
    assert asked(by="vote", states=STATES[:1]) == ([], [3.0])


@pytest.mark.parametrize(
    ("reply", "vote"),
    [("The best choice is **2** (4 + 5)", 1), ("1", 0), ("0", None), ("99999999999", None)],
)
def test_a_vote_is_the_number_behind_the_last_choice(reply, vote):
    assert Judgement().read_vote(reply, 2) == vote


def test_the_judge_may_judge():
    assert {each.to for each in asked(*"123456", role="judge")[0]} == {"judge"}


@pytest.mark.parametrize(
    "fields", [{"by": "luck"}, {"worth": {}}, {"worth": {" ": 1}}, {"repeat": 0}]
)
def test_what_judges_nothing_is_refused(fields):
    with pytest.raises(ValueError, match="expected"):
        Judgement(**fields)
