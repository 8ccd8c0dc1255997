import pytest

from promptlab.selection.annotation.complexity import Complexity, complexity
from promptlab.selection.dense.knn import KNN
from promptlab.selection.first import First
from promptlab.types import Example, Question


def example(name, rationale="", text=""):
    return Example(Question(name, text or f"Question {name}"), "1", rationale)


POOL = [
    example("one", "All at once, and at some length."),
    example("three", "First.\nThen.\nSo."),
    example("none", text="A question that is longer than all the others"),
    example("also three", "一步。\r\n两步。\n\n\n三步。\n"),
    example("short"),
    example("two", "First.\nSo."),
]
RANKED = ["three", "also three", "two", "one", "none", "short"]


def test_most_lines_come_first_and_of_equals_the_lower_index():
    select = Complexity(First(6)).fit(POOL)
    assert [demo.id for demo in select(Question("q", "new"))] == RANKED


def test_blank_lines_are_no_steps():
    assert complexity(example("e", "\n \n\t\n")) == (0, len("Question e"))
    assert complexity(example("e", "a\n\nb\u2028c")) == (2, 0)


def test_it_says_how_many_steps():
    assert [choice.why for choice in Complexity(First(0), 5).choose(POOL)] == [
        "3 steps",
        "3 steps",
        "2 steps",
        "1 step",
        "no rationale, and a question of 45 characters",
    ]


def test_another_selection_takes_from_the_most_complex_alone():
    class Equal:
        identity = "equal"

        def encode(self, texts):
            return [[1.0]] * len(texts)

    select = Complexity(KNN(2, Equal()), 2).fit(POOL)
    assert [demo.id for demo in select(Question("q", "new"))] == ["three", "also three"]


def test_without_any_rationale_the_longest_questions_are_taken_and_it_is_said():
    pool = [example("a"), example("b", text="问题" * 20), example("c")]
    with pytest.warns(UserWarning, match="no example of the pool has a rationale"):
        select = Complexity(First(2)).fit(pool)
    assert [demo.id for demo in select(Question("q", "new"))] == ["b", "a"]


def test_a_budget_below_k_is_refused():
    with pytest.raises(ValueError, match="budget is 1, and k is 2"):
        Complexity(First(2), 1)
