"""One-shot gain: the demonstrations under which right answers become more probable."""

import pytest

from promptlab.model.scripted import Scripted
from promptlab.program import solve
from promptlab.selection.learned.one_shot_gain import OneShotGain
from promptlab.types import Example, Question, Score, Task

TASK = Task(answer="label", labels=("yes", "no"))
POOL = tuple(Example(Question(f"p{n}", f"question {n}"), "yes") for n in range(12))


def gains(request: Score) -> tuple[float, ...]:
    """What a demonstration is worth is its number; without any the right answer has -20."""
    shown = request.prompt.text.split("\n\n")
    worth = int(shown[0].split()[2]) if len(shown) > 1 else 0
    return (-20.0 + worth,)


def fitted(**fields):
    return solve(OneShotGain(task=TASK, **fields).fit(POOL), Scripted(score=gains))


def test_the_largest_gains_come_first() -> None:
    fit = OneShotGain(3, TASK, validation=2, candidates=12).fit(POOL)
    asked = [request.prompt.text for request in next(fit)]
    fit.close()
    validation = {text.split("Q: ")[1].split("\n")[0] for text in asked}
    demos = fitted(k=3, validation=2, candidates=12)(Question("q", "asked"))
    best = [e for e in reversed(POOL) if e.question.text not in validation][:3]
    assert list(demos) == best


def test_the_question_itself_is_replaced_by_the_next_best() -> None:
    select = fitted(k=2, validation=2, candidates=12)
    first, second = select(Question("q", "asked"))
    assert select(first.question)[0] == second


def test_as_many_as_are_wanted_come_though_fewer_were_tried() -> None:
    assert len(fitted(k=11, validation=4, candidates=3)(Question("q", "asked"))) == 11


def test_the_fit_asks_all_candidates_about_all_validation_questions() -> None:
    program = OneShotGain(2, TASK, validation=3, candidates=5).fit(POOL)
    before = next(program)
    assert len(before) == 3
    after = program.send(Scripted(score=gains).answer(before))
    assert len(after) == 15
    program.close()


@pytest.mark.parametrize("field", ["validation", "candidates"])
def test_no_validation_and_no_candidates_are_refused(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} is 0; expected at least 1"):
        OneShotGain(2, TASK, **{field: 0})


def test_no_question_is_asked_with_its_twin_shown() -> None:
    twice = [Example(Question(f"t{n}", f"Question {n}?"), "yes") for n in range(12)]
    asked = []

    def score(request: Score) -> tuple[float, ...]:
        asked.append(
            [
                part.split("\n")[0].casefold().rstrip("?")
                for part in request.prompt.text.split("Q: ")[1:]
            ]
        )
        return (-1.0,)

    pool = [*POOL, *twice]
    solve(OneShotGain(2, TASK, validation=6, candidates=24).fit(pool), Scripted(score=score))
    assert any(len(shown) == 2 for shown in asked)
    assert all(len(set(shown)) == len(shown) for shown in asked)
