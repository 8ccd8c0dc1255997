"""Answers that are withheld: the threshold by hand, and what is asked for it."""

import math

import pytest
from laws import driven

from promptlab.stages import prepared
from promptlab.strategy.calibration.abstaining import Abstaining
from promptlab.strategy.calibration.calibrated import Calibrated
from promptlab.strategy.calibration.threshold import Threshold, covering, reaching
from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.template import Template
from promptlab.types import Completion, Example, Question, RequestFailed, Scores, Task

TASK = Task("Say which.", answer="label", labels=("good", "bad"))
TEMPLATE = Template("t", instruction="", question="{question}\n")
CHOOSE = Choose(TASK, TEMPLATE)
QUESTION = Question("q", "A film.")
DEMO = Example(Question("d", "Dull."), "bad")

SURE = (0.9, 0.8, 0.8, 0.7, 0.6)
RIGHT = (True, True, False, True, False)


@pytest.mark.parametrize(
    ("accuracy", "expected"),
    [
        (1.0, Threshold(0.9, 5, 1, 1)),
        (0.75, Threshold(0.7, 5, 4, 3)),
        (0.7, Threshold(0.7, 5, 4, 3)),
        (0.67, Threshold(0.7, 5, 4, 3)),
        (0.6, Threshold(0.6, 5, 5, 3)),
    ],
)
def test_the_lowest_threshold_that_reaches_an_accuracy(accuracy, expected) -> None:
    assert reaching(accuracy, SURE, RIGHT) == expected


def test_no_threshold_is_enough_where_the_surest_are_wrong() -> None:
    found = reaching(0.9, (0.9, 0.8), (False, True))
    assert found == Threshold(math.inf, 2, 0, 0)


def test_answers_that_were_not_read_are_kept_by_no_threshold() -> None:
    assert reaching(0.5, (-1.0, 0.4), (False, True)) == Threshold(0.4, 2, 1, 1)


@pytest.mark.parametrize(
    ("coverage", "least", "kept"),
    [(0.2, 0.9, 1), (0.21, 0.8, 3), (0.4, 0.8, 3), (0.6, 0.8, 3), (0.8, 0.7, 4), (1.0, 0.6, 5)],
)
def test_a_share_is_kept_and_those_as_sure_with_it(coverage, least, kept) -> None:
    found = covering(coverage, SURE, RIGHT)
    assert (found.least, found.kept, found.asked) == (least, kept, 5)


def pool(**gold):
    return [Example(Question(text, text), answer) for text, answer in gold.items()]


def answered(strategy, told, demos=(DEMO,)):
    """Answer by `told`, how probable `good` is after the text that a prompt ends with."""

    def reply(request):
        last = request.prompt.text.rpartition("\n\n")[2].removesuffix("A:").strip("\n")
        good = told[last]
        return Scores((math.log(good), math.log(1 - good)), (1, 1))

    batches, answer = driven(strategy.solve(QUESTION, demos), reply)
    return [request.prompt.text for batch in batches for request in batch], answer


def test_an_answer_below_the_threshold_is_withheld_and_told_why() -> None:
    known = pool(Nice="good", Awful="bad", Odd="good")
    strategy = prepared(Abstaining(TASK, CHOOSE, accuracy=1.0), known)
    # Sure and right of two, less sure and wrong of the third: 0.7 is the least.
    told = {"Nice": 0.9, "Awful": 0.3, "Odd": 0.4}
    asked, answer = answered(strategy, told | {"A film.": 0.65})
    assert sorted(asked) == sorted(
        f"Dull.\nA: bad\n\n{text}\nA:" for text in ("A film.", "Nice", "Awful", "Odd")
    )
    assert (answer.text, answer.outcome) == ("", "abstained")
    assert answer.votes[0] == ("good", pytest.approx(0.65))
    assert answer.why == (
        "its confidence is 0.650, and 0.700 is the least: above it are 2 of 3 questions of the "
        "pool, 2 of them right"
    )
    _, answer = answered(strategy, told | {"A film.": 0.25})
    assert (answer.text, answer.outcome) == ("bad", "parsed")


def test_where_no_threshold_reaches_the_accuracy_all_is_withheld() -> None:
    strategy = prepared(Abstaining(TASK, CHOOSE, accuracy=0.9), pool(Nice="bad", Odd="bad"))
    _, answer = answered(strategy, {"Nice": 0.9, "Odd": 0.8, "A film.": 0.99})
    assert answer.outcome == "abstained"
    assert answer.why.endswith("have no threshold above which 90% of the answers are right")


def test_a_member_that_is_shown_or_has_no_answer_is_not_asked() -> None:
    known = [*pool(Nice="good", Mute=""), DEMO]
    strategy = prepared(Abstaining(TASK, CHOOSE, coverage=1.0, accuracy=None), known)
    asked, _ = answered(strategy, {"Nice": 0.9, "A film.": 0.99})
    assert len(asked) == 2
    strategy = prepared(Abstaining(TASK, CHOOSE, coverage=1.0, accuracy=None), [DEMO])
    with pytest.raises(ValueError, match="finds none of 1 members of the pool"):
        answered(strategy, {"A film.": 0.99})


def test_it_is_learnt_on_so_many_members_the_same_for_every_question() -> None:
    known = pool(**{f"t{number}": "good" for number in range(30)})
    strategy = prepared(Abstaining(TASK, CHOOSE, accuracy=0.5, samples=7, seed=3), known)
    first = [each.id for each in strategy.references(QUESTION, ())]
    assert len(first) == 7
    assert [each.id for each in strategy.references(Question("other", "B"), (DEMO,))] == first
    assert [e.id for e in prepared(strategy, known).references(QUESTION, ())] == first


def test_what_it_stands_around_is_fitted_too() -> None:
    inner = Calibrated(CHOOSE, method="batch", samples=2)
    strategy = prepared(Abstaining(TASK, inner, accuracy=0.5), pool(Nice="good", Odd="bad"))
    assert [each.text for each in strategy.inner.pool] == ["Nice", "Odd"]


def test_a_strategy_without_votes_is_refused_with_what_to_do() -> None:
    strategy = prepared(Abstaining(TASK, Direct(TASK), accuracy=0.5), pool(Nice="good"))
    with pytest.raises(RequestFailed, match="none has votes; expected"):
        driven(strategy.solve(QUESTION, ()), lambda _: Completion("good"))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "expected one of them"),
        ({"accuracy": 0.9, "coverage": 0.5}, "expected one of them"),
        ({"accuracy": 0}, "accuracy is 0; expected more than 0"),
        ({"coverage": 1.2}, r"coverage is 1.2; expected more than 0"),
        ({"accuracy": 0.9, "samples": 0}, "samples is 0; expected at least 1"),
    ],
)
def test_settings_that_cannot_be(settings, message) -> None:
    with pytest.raises(ValueError, match=message):
        Abstaining(TASK, CHOOSE, **settings)


def test_an_empty_pool_is_said() -> None:
    with pytest.raises(ValueError, match="learns from the pool, and it is empty"):
        prepared(Abstaining(TASK, CHOOSE, accuracy=0.9), [])
