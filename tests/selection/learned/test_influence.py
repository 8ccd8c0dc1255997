"""Influence: sets with a member against sets without it."""

import itertools

import pytest

from promptlab.model.scripted import Scripted
from promptlab.program import solve
from promptlab.selection.learned.influence import Influence, influences
from promptlab.strategy.choose import Choose
from promptlab.types import Example, Question, Score, Task

TASK = Task(answer="label", labels=("yes", "no"))
POOL = tuple(Example(Question(f"p{n}", f"question {n}"), "yes") for n in range(20))
CHOOSE = Choose(TASK)


def helped_by(good: set[str]):
    """Answer rightly where one of these is shown."""

    def scored(request: Score) -> tuple[float, ...]:
        *shown, _ = request.prompt.text.split("\n\n")
        right = any(text.split("Q: ")[1].split("\n")[0] in good for text in shown if "Q: " in text)
        return (-1.0, -2.0) if right else (-2.0, -1.0)

    return Scripted(score=scored)


def test_a_member_s_influence_is_the_mean_with_it_less_the_mean_without() -> None:
    sets = [(0, 1), (0, 2), (1, 2), (2, 3)]
    values = [1.0, 0.5, 0.25, 0.0]
    assert influences(sets, values) == {
        0: 0.75 - 0.125,
        1: 0.625 - 0.25,
        2: pytest.approx(0.25 - 1.0),
        3: pytest.approx(0.0 - 1.75 / 3),
    }


def test_who_stands_in_every_set_has_none() -> None:
    assert influences([(0, 1), (0, 2)], [1.0, 0.0]) == {0: 0.0, 1: 1.0, 2: -1.0}


def test_of_worths_that_add_up_it_is_a_member_s_own_up_to_a_scale() -> None:
    """Over all pairs of four: w + (S - w) / 3 with it, 2 (S - w) / 3 without it."""
    worth = {0: 0.3, 1: -0.1, 2: 0.0, 3: 0.2}
    sets = list(itertools.combinations(worth, 2))
    found = influences(sets, [sum(worth[each] for each in some) for some in sets])
    whole = sum(worth.values())
    assert found == {each: pytest.approx((4 * w - whole) / 3) for each, w in worth.items()}


def test_those_that_help_come_first() -> None:
    program = Influence(2, TASK, CHOOSE, validation=4, candidates=8, sets=16).fit(POOL)
    first = next(program)
    program.close()
    shown = {
        text.split("Q: ")[1].split("\n")[0]
        for request in first
        for text in request.prompt.text.split("\n\n")[:-1]
    }
    good = sorted(shown)[3]
    select = solve(
        Influence(2, TASK, CHOOSE, validation=4, candidates=8, sets=16).fit(POOL),
        helped_by({good}),
    )
    assert select(Question("q", "asked"))[0].question.text == good


def test_every_set_is_asked_every_question_and_all_candidates_stand_in_as_many() -> None:
    program = Influence(2, TASK, CHOOSE, validation=3, candidates=8, sets=12).fit(POOL)
    asked = next(program)
    program.close()
    assert len(asked) == 36
    counts: dict[str, int] = {}
    for request in asked[::3]:
        *shown, _ = request.prompt.text.split("\n\n")
        assert len(shown) == 2
        for text in shown:
            counts[text] = counts.get(text, 0) + 1
    assert set(counts.values()) == {3}


def test_none_are_asked_for_and_nobody_is_asked() -> None:
    program = Influence(0, TASK, CHOOSE).fit(POOL)
    with pytest.raises(StopIteration) as done:
        next(program)
    assert tuple(done.value.value(Question("q", "asked"))) == ()


def test_as_many_as_are_wanted_come_though_fewer_were_tried() -> None:
    settings = Influence(15, TASK, CHOOSE, validation=2, candidates=3, sets=2)
    demos = solve(settings.fit(POOL), helped_by(set()))(Question("q", "asked"))
    assert len({demo.id for demo in demos}) == 15


def test_the_same_seed_draws_the_same_sets() -> None:
    def asked(seed: int) -> list[str]:
        program = Influence(2, TASK, CHOOSE, validation=2, candidates=6, sets=5, seed=seed).fit(
            POOL
        )
        texts = [request.prompt.text for request in next(program)]
        program.close()
        return texts

    assert asked(1) == asked(1)
    assert asked(1) != asked(2)


@pytest.mark.parametrize("field", ["validation", "candidates", "sets"])
def test_nothing_to_ask_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} is 0; expected at least 1"):
        Influence(2, TASK, CHOOSE, **{field: 0})


def test_an_unlabelled_pool_asks_nobody() -> None:
    bare = tuple(Example(each.question, "") for each in POOL)
    select = solve(Influence(2, TASK, CHOOSE).fit(bare), helped_by(set()))
    assert len(select(Question("q", "asked"))) == 2
