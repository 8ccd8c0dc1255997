"""What was chosen is all that is shown, and is spoken of by its place in the whole pool."""

from dataclasses import dataclass

import pytest

from promptlab.model.scripted import Scripted
from promptlab.program import lifted, score, solve
from promptlab.selection.annotation.complexity import Complexity
from promptlab.selection.combined.balanced import Balanced
from promptlab.selection.first import First
from promptlab.selection.learned.one_shot_gain import OneShotGain
from promptlab.selection.narrowed import Choice, check_budget, different, narrow
from promptlab.selection.pool import Pool
from promptlab.selection.random import Random
from promptlab.selection.zero import Zero
from promptlab.types import Example, Message, Prompt, Question, Score, Task

POOL = [Example(Question(f"p{n}", f"question {n}"), "yes" if n % 2 else "no") for n in range(9)]
CHOSEN = (7, 2, 5, 4)
LABELS = Task(answer="label", labels=("yes", "no"))
INNER = [First(2), Random(2, seed=3), Random(2, fresh=True), Balanced(2)]
INNER += [OneShotGain(2, LABELS, validation=1, candidates=2)]


@dataclass(frozen=True)
class Told:
    """Chooses what it is told to."""

    inner: object
    asks: bool = False

    def choose(self, pool):
        return self._asking() if self.asks else [Choice(index, "") for index in CHOSEN]

    def _asking(self):
        yield from score(Score(Prompt((Message("text", "?"),)), (" yes",)))
        return [Choice(index, "") for index in CHOSEN]


def fitted(inner, *, asks=False):
    return solve(lifted(narrow(Told(inner, asks), POOL, inner)), Scripted())


@pytest.mark.parametrize("asks", [False, True])
@pytest.mark.parametrize("inner", INNER, ids=repr)
def test_it_shows_what_the_inner_selection_would_show_of_the_chosen_alone(inner, asks) -> None:
    alone = solve(lifted(inner.fit([POOL[index] for index in CHOSEN])), Scripted())
    select = fitted(inner, asks=asks)
    for question in (Question("q", "new"), *(example.question for example in POOL)):
        assert select(question) == alone(question)
        assert [POOL[hit.index] for hit in select.ranked(question, 2)] == list(select(question))
        assert {hit.index for hit in select.ranked(question, 9)} <= set(CHOSEN)


def test_a_chosen_member_is_not_shown_to_itself() -> None:
    first = fitted(First(4))
    assert [demo.id for demo in first(POOL[2].question)] == ["p7", "p5", "p4"]
    assert [demo.id for demo in first(Question("q", "QUESTION  5"))] == ["p7", "p2", "p4"]


def test_the_chosen_stand_in_the_order_of_their_choice() -> None:
    assert [demo.id for demo in fitted(First(4))(Question("q", "new"))] == ["p7", "p2", "p5", "p4"]


def test_nothing_is_asked_where_the_pool_is_too_small() -> None:
    with pytest.raises(ValueError, match="k is 10, but the pool holds only 9"):
        narrow(Told(First(10), asks=True), POOL, First(10))


def test_an_inner_selection_that_ranks_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"selection.inner is .*hands on no ranking"):
        fitted(Zero())


@pytest.mark.parametrize("budget", [0, -1, True, "4", 2.5])
def test_a_budget_is_a_number_of_labels(budget) -> None:
    with pytest.raises(ValueError, match="budget is .*; expected a whole number of labels"):
        check_budget(budget, First(0))


def test_a_budget_buys_as_many_as_are_shown() -> None:
    check_budget(4, First(4))
    with pytest.raises(ValueError, match="budget is 3, and k is 4; expected a budget of at least"):
        check_budget(3, First(4))


def test_one_example_is_one():
    with pytest.raises(ValueError, match="k is 2, but the pool holds only 1 example; lower k to 1"):
        Pool.of([Example(Question("a", "a"), "x")], 2)


def test_a_budget_buys_no_question_twice_and_copies_fill_what_it_leaves():
    texts = ["one?", " ONE ?", "two?", "one?", "three?"]
    pool = [Example(Question(f"p{n}", text), "x" if n == 3 else "") for n, text in enumerate(texts)]
    assert different(pool) == [2, 3, 4]  # of copies the one with an answer
    by_index = Complexity(First(2), budget=3)
    assert sorted(by_index.fit(pool).kept) == [2, 3, 4]
    assert sorted(Complexity(First(2), budget=4).fit(pool).kept) == [0, 2, 3, 4]
    assert len(Complexity(First(2)).fit(pool).kept) == 5  # no budget: the whole pool
