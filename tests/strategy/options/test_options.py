"""Choices in another order: rotations that must agree, and orders by chance."""

import pytest
from laws import driven

from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.strategy.options.circular import Circular
from promptlab.strategy.options.shuffled import Shuffled
from promptlab.types import Completion, Question, Scores, Task

TASK = Task(answer="choice")
QUESTION = Question("q", "Which?", choices=("sea", "bus", "sky"))


def listed(request):
    """List the choices as a prompt shows them."""
    line = request.prompt.text.partition("choices: ")[2].partition("\n")[0]
    return [part.partition(" (")[0].strip() for part in line.split(") ")[1:]]


def knowing(request):
    return Completion(f" {'ABC'[listed(request).index('bus')]}")


def always_b(request):
    return Completion(" B")


def answered(strategy, reply, question=QUESTION):
    batches, answer = driven(strategy.solve(question, ()), reply)
    return [listed(request) for batch in batches for request in batch], answer


@pytest.mark.parametrize("agree", ["all", "most", "mean"])
def test_who_knows_the_answer_gives_it_in_every_rotation(agree) -> None:
    asked, answer = answered(Circular(Direct(TASK), agree), knowing)
    assert asked == [["sea", "bus", "sky"], ["bus", "sky", "sea"], ["sky", "sea", "bus"]]
    assert (answer.text, answer.votes) == ("B", (("B", 1.0),))


def test_who_always_says_b_has_no_answer_where_all_must_agree() -> None:
    _, answer = answered(Circular(Direct(TASK)), always_b)
    assert (answer.text, answer.outcome, answer.why) == ("", "abstained", "the rotations differ")
    assert dict(answer.votes) == pytest.approx({"A": 1 / 3, "B": 1 / 3, "C": 1 / 3})
    _, answer = answered(Circular(Direct(TASK), "most"), always_b)
    assert (answer.text, answer.outcome) == ("B", "parsed")


def test_the_mean_is_of_the_probabilities_that_each_rotation_gives() -> None:
    worth = {"sea": -1.0, "bus": -0.5, "sky": -3.0}

    def reply(request):
        bias = (0.0, -2.0, -2.0)
        values = [worth[text] + more for text, more in zip(listed(request), bias, strict=True)]
        return Scores(tuple(values), (1, 1, 1))

    assert answered(Choose(TASK), reply)[1].text == "A"
    _, answer = answered(Circular(Choose(TASK), "mean"), reply)
    assert answer.text == "B"
    assert sum(weight for _, weight in answer.votes) == pytest.approx(1)


def test_a_question_without_choices_of_its_own_is_asked_once() -> None:
    inline = Question("q", "Which? (A) sea (B) bus")
    for strategy in (Circular(Direct(TASK)), Shuffled(Direct(TASK))):
        asked, answer = answered(strategy, always_b, inline)
        assert (len(asked), answer.text) == (1, "B")


def test_shuffled_choices_are_answered_in_the_questions_own_letters() -> None:
    orders = set()
    for number in range(6):
        question = Question(str(number), "Which?", choices=QUESTION.choices)
        asked, answer = answered(Shuffled(Direct(TASK)), knowing, question)
        assert asked == answered(Shuffled(Direct(TASK)), knowing, question)[0]
        assert sorted(asked[0]) == ["bus", "sea", "sky"]
        assert answer.text == "B"
        orders.add(tuple(asked[0]))
    assert len(orders) > 1


def test_agreement_is_one_of_three() -> None:
    with pytest.raises(ValueError, match="expected all, most or mean"):
        Circular(Direct(TASK), "some")
