"""Self-verification: of the answers that were drawn the one wins that stands when checked."""

import pytest
from laws import driven

from promptlab.strategy.direct import Direct
from promptlab.strategy.search.self_verify import SelfVerify
from promptlab.strategy.search.verdict import CHECK
from promptlab.types import Completion, Question, Task

TASK = Task(answer="number")
QUESTION = Question("q", "Tom has 3 pens and buys ５. How many {pens}?")


def asked(draws, check, **knobs):
    """Draw the answers, then reply to each check by a function of its request."""
    checks = []

    def reply(request):
        if request.sampling.max_tokens == 32 and "answer to it" not in request.text:
            return Completion(draws[request.sampling.draw])
        checks.append(request)
        return Completion(check(request))

    strategy = SelfVerify(Direct(TASK), samples=len(draws), task=TASK, **knobs)
    batches, answer = driven(strategy.solve(QUESTION, ()), reply)
    return checks, answer, batches


def test_each_distinct_answer_is_checked_and_the_one_that_stands_most_often_wins():
    def check(request):
        right = "8" in request.text or request.sampling.draw == 0
        return "Yes." if right else "No, it is not."

    checks, answer, batches = asked(["7", "7.0", "8", "Hm"], check, checks=4)
    assert list(map(len, batches)) == [4, 8]
    assert checks[0].text == f"{CHECK}\n\nQ: {QUESTION.text}\nThe answer is 7\nA:"
    assert [each.sampling.draw for each in checks[:4]] == [0, 1, 2, 3]
    assert {each.sampling.temperature for each in checks} == {0.7}
    assert (answer.text, answer.votes) == ("8", (("8", 1.0), ("7", 0.25)))


def test_nobody_checks_what_all_draws_agree_on():
    checks, answer, _ = asked(["7", "7", "Hm"], lambda _: "no")
    assert (checks, answer.text) == ([], "7")


def test_where_none_stands_the_draws_vote():
    assert asked(["7", "8", "8"], lambda _: "Neither.")[1].votes == (("8", 2.0), ("7", 1.0))


def test_the_judge_may_check():
    checks, _, _ = asked(["7", "8"], lambda _: "yes", role="judge", checks=1, temperature=0.5)
    assert {each.to for each in checks} == {"judge"}


def test_a_hidden_number_is_found_again_by_the_right_answer_alone():
    checks, answer, _ = asked(
        ["7", "8"],
        lambda request: "3" if "is 8" in request.text or "has 3" not in request.text else "5",
        by="mask",
        checks=1,
        rebuild="The answer to it is {answer}. X?",
    )
    hidden = [each.text.partition("Q: ")[2] for each in checks]
    assert hidden[0] == (
        "Tom has X pens and buys ５. How many {pens}?\nThe answer to it is 7. X?\nA:"
    )
    assert hidden[1].startswith("Tom has 3 pens and buys X. How many {pens}?")
    assert len(checks) == 4
    assert answer.votes == (("7", 1.0), ("8", 0.5))
    assert len(asked(["7", "8"], lambda _: "3", by="mask", checks=1, most=1)[0]) == 2


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"by": "luck"}, "expected check or mask"),
        ({"most": 0}, "at least 1"),
        ({"checks": 0}, "checks is 0"),
        ({"by": "mask", "task": Task(answer="label")}, "expected a number task"),
    ],
)
def test_what_cannot_be_checked_is_refused(knobs, message):
    with pytest.raises(ValueError, match=message):
        SelfVerify(Direct(TASK), **knobs)
