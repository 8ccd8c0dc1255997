"""Bootstrap: rationales that the model wrote, kept where they end in the right answer."""

import pytest

from promptlab.program import solve
from promptlab.selection.first import First
from promptlab.selection.learned.bootstrap import Bootstrap
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.text.steps import steps
from promptlab.types import Completion, Example, Question, Task

TASK = Task(answer="number")
POOL = tuple(Example(Question(f"p{n}", f"What is {n} + 1?"), str(n + 1)) for n in range(4))


class Solver:
    """Solves what it can: `knows` says from which round on, and with a hint always."""

    identity = {"name": "solver"}

    def __init__(self, knows):
        self.knows, self.asked = knows, []

    def answer(self, requests):
        self.asked.append([request.prompt.text for request in requests])
        return [Completion(self._reply(request)) for request in requests]

    def _reply(self, request):
        question = request.prompt.text.rpartition("Q: ")[2]
        number = int(question.split()[2])
        if "Hint" in question or request.sampling.draw >= self.knows.get(number, 99):
            return f" {number} and\none. The answer is {number + 1}."
        return " Hm. The answer is 77."


def fitted(model, k=2, pool=POOL, **fields):
    return solve(Bootstrap(First(k), ChainOfThought(TASK), TASK, **fields).fit(pool), model)


def shown(select):
    return [(demo.id, demo.rationale) for demo in select(Question("q", "?"))]


def test_what_was_solved_is_shown_with_its_rationale_before_all_others():
    model = Solver({2: 0, 3: 0})
    assert shown(fitted(model)) == [("p2", "2 and\none."), ("p3", "3 and\none.")]
    assert [len(batch) for batch in model.asked] == [4]


def test_a_further_round_draws_what_was_not_solved_and_shows_what_was():
    model = Solver({1: 0, 3: 1})
    assert [name for name, _ in shown(fitted(model, rounds=3))] == ["p1", "p3"]
    assert [len(batch) for batch in model.asked] == [4, 3, 2]
    assert all("A: 1 and\none. The answer is 2." in text for text in model.asked[1])
    assert not any("A: 1 and" in text for text in model.asked[0])


def test_a_hint_is_seen_by_the_model_and_not_by_the_reader():
    model = Solver({})
    select = fitted(model, hints=True)
    assert shown(select) == [("p0", "0 and\none."), ("p1", "1 and\none.")]
    assert all("(Hint: the answer is" in text for text in model.asked[1])
    assert all("Hint" not in demo.question.text for demo in select(Question("q", "?")))


def test_a_rationale_of_one_s_own_is_kept_and_not_asked_about():
    own = Example(Question("own", "What is 9 + 1?"), "10", "Nine and one.")
    model = Solver({})
    with pytest.warns(UserWarning, match="1 examples have a rationale .* 2 are to be shown"):
        select = fitted(model, pool=(*POOL, own))
    assert shown(select) == [("own", "Nine and one."), ("p0", "")]
    assert not any("9 + 1?\nA:" in text.rpartition("Q:")[2] for text in model.asked[0])


def test_no_more_are_asked_about_than_was_said():
    model = Solver({0: 0, 1: 0, 2: 0, 3: 0})
    assert fitted(model, candidates=3)(POOL[0].question)
    assert [len(batch) for batch in model.asked] == [3]


def test_a_question_is_never_its_own_demonstration():
    select = fitted(Solver({0: 0, 1: 0, 2: 0}))
    assert [demo.id for demo in select(POOL[0].question)] == ["p1", "p2"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"candidates": 0}, "candidates is 0"),
        ({"rounds": 0}, "rounds is 0"),
        ({"temperature": 0.0}, "temperature is 0"),
        ({"hint": "think"}, "expected {answer} in it"),
    ],
)
def test_what_cannot_be_meant_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        Bootstrap(First(1), ChainOfThought(TASK), TASK, **fields)


def test_a_member_is_not_shown_its_twins_answer():
    twin = Example(Question("t", "what is 2  + 1 ?"), "3", "2 and one.")
    model = Solver({2: 0})
    fitted(model, pool=(twin, POOL[2], POOL[3]))
    about_two = [text for batch in model.asked for text in batch if "What is 2 + 1?" in text]
    assert about_two
    assert not any("2 and one" in text for text in about_two)


def test_the_steps_of_what_was_solved_are_still_to_be_counted():
    (demo, *_) = fitted(Solver({2: 0}), k=1)(Question("q", "?"))
    assert steps(demo.rationale) == 2
