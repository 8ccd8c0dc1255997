"""Active-Prompt: what the model disagrees with itself about comes first."""

import math
import re
from fractions import Fraction

import pytest

from promptlab.model.scripted import Scripted
from promptlab.program import solve
from promptlab.selection.annotation.uncertain import (
    Uncertain,
    disagreement,
    entropy,
    shown,
    variance,
)
from promptlab.selection.first import First
from promptlab.strategy.direct import Direct
from promptlab.types import Example, Question, Task

NUMBERS = Task(answer="number")
DRAWS = {
    "sure": ("7", "7", "7.0", "7"),
    "two": ("7", "7", "8", "8"),
    "large": ("1000", "1000", "1000", "2000"),
    "three": ("1", "2", "3", "3"),
    "silent": ("none", "none", "none", "none"),
    "half silent": ("5", "none", "5", "none"),
}
POOL = [Example(Question(f"p{n}", name), "") for n, name in enumerate(DRAWS)]


def reply(request):
    name = re.search(r"Q: (.*)\n", request.prompt.text)[1]
    return DRAWS[name][request.sampling.draw]


def chosen(measure, budget=6, task=NUMBERS, pool=POOL, **fields):
    selection = Uncertain(First(0), Direct(task), task, budget, measure, samples=4, **fields)
    choices = solve(selection.choose(pool), Scripted(reply))
    return [pool[choice.index].question.text for choice in choices], choices


def test_the_most_different_answers_come_first():
    names, choices = chosen("disagreement")
    assert names[:3] == ["silent", "half silent", "three"]
    assert names[-1] == "sure"
    assert choices[0].why == "disagreement 4 of 4 draws, 4 of them without an answer"


def test_a_draw_without_an_answer_agrees_with_no_other():
    assert disagreement([None, None, None]) == 3
    assert disagreement(["5", None, "5", None]) == 3
    assert entropy([None, None]) == pytest.approx(math.log(2))
    assert entropy(["a", "a"]) == 0


def test_the_entropy_is_that_of_the_shares():
    assert entropy(["a"] * 5 + ["b"] * 3) == pytest.approx(0.661563, abs=1e-6)
    names, _ = chosen("entropy")
    assert names.index("three") < names.index("two") < names.index("large") < names.index("sure")


def test_the_variance_is_that_of_the_numbers_that_were_found():
    assert variance(["1", "2", None, "3"]) == Fraction(2, 3)
    assert variance([None, "5", None, "5"]) == 0
    assert variance(["about five", "1/0"]) == math.inf
    names, choices = chosen("variance")
    assert names == ["silent", "large", "three", "two", "half silent", "sure"]
    assert choices[0].why == "variance inf of 4 draws, 4 of them without an answer"
    assert choices[1].why == "variance 1.88e+05 of 4 draws"


def test_numbers_beyond_any_float_have_a_variance():
    assert variance(["1" + "0" * 400, "0"]) > variance(["1" + "0" * 300, "0"])
    assert shown(variance(["1" + "0" * 400, "0"])) == "1e799"


def test_the_draws_are_drawn_and_nothing_is_shown():
    program = Uncertain(First(0), Direct(NUMBERS), NUMBERS, 2, samples=3).choose(POOL[:2])
    requests = next(program)
    program.close()
    drawn = [(request.sampling.draw, request.sampling.temperature) for request in requests]
    assert drawn == [(0, 0.7), (1, 0.7), (2, 0.7)] * 2
    assert all(request.prompt.text.count("Q:") == 1 for request in requests)


def test_of_equally_uncertain_ones_the_seed_decides():
    pool = [Example(Question(f"p{n}", "two"), "") for n in range(30)]
    selection = Uncertain(First(0), Direct(NUMBERS), NUMBERS, 5, samples=4)
    first, again, other = (
        [choice.index for choice in solve(each.choose(pool), Scripted(reply))]
        for each in (selection, selection, Uncertain(**{**vars(selection), "seed": 1}))
    )
    assert first == again != other
    assert first != sorted(first)


def test_no_more_candidates_are_asked_about_than_was_said():
    selection = Uncertain(First(0), Direct(NUMBERS), NUMBERS, 2, samples=2, candidates=3)
    program = selection.choose(POOL)
    assert len(next(program)) == 6
    program.close()


def test_labels_are_counted_in_the_form_in_which_they_are_the_same():
    task = Task(answer="label", labels=("是", "否"))
    selection = Uncertain(First(0), Direct(task), task, 2, samples=2)
    said = {"猫会游泳吗？": ("是", "是。"), "狗会飞吗？": ("是", "否")}
    pool = [Example(Question(f"p{n}", text), "") for n, text in enumerate(said)]
    model = Scripted(
        lambda r: next(v for k, v in said.items() if k in r.prompt.text)[r.sampling.draw]
    )
    choices = solve(selection.choose(pool), model)
    assert [choice.why for choice in choices] == [
        "disagreement 2 of 2 draws",
        "disagreement 1 of 2 draws",
    ]


def test_demonstrations_come_from_the_most_uncertain_alone():
    selection = Uncertain(First(2), Direct(NUMBERS), NUMBERS, 2, "variance", samples=4)
    select = solve(selection.fit(POOL), Scripted(reply))
    assert [demo.question.text for demo in select(Question("q", "new"))] == ["silent", "large"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"budget": 1}, "budget is 1, and k is 2"),
        ({"measure": "variation"}, "expected disagreement, entropy or variance"),
        ({"samples": 1}, "samples is 1; expected at least 2"),
        ({"temperature": 0}, "temperature is 0; expected more than 0"),
        ({"candidates": 3}, "candidates is 3, and budget is 50"),
    ],
)
def test_what_makes_no_sense_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        Uncertain(First(2), Direct(NUMBERS), NUMBERS, **fields)


def test_words_have_no_variance():
    task = Task(answer="label", labels=("a", "b"))
    with pytest.raises(ValueError, match=r"answers are of the kind 'label'; expected .*=number"):
        Uncertain(First(2), Direct(task), task, measure="variance")
