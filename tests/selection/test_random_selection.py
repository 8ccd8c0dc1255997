from promptlab.selection.random import Random
from promptlab.types import Example, Question

POOL = [Example(Question(f"pool-{i}", f"question {i}"), "") for i in range(40)]
ASKED = [Question(f"test-{i}", f"another {i}") for i in range(20)]


def test_the_fixed_set_is_the_same_for_all_questions_and_the_seed_decides_it():
    retrieve = Random(5, seed=3).fit(POOL)
    assert len({retrieve(question) for question in ASKED}) == 1
    assert retrieve(ASKED[0]) != Random(5, seed=4).fit(POOL)(ASKED[0])


def test_a_fixed_set_begins_with_the_smaller_ones():
    small, large = (Random(k, seed=3).fit(POOL)(ASKED[0]) for k in (3, 8))
    assert large[:3] == small


def test_only_the_member_that_is_the_question_is_replaced():
    retrieve = Random(5, seed=3).fit(POOL)
    usual = retrieve(ASKED[0])
    without = retrieve(usual[2].question)
    assert without[:4] == (*usual[:2], *usual[3:])
    assert without[4] not in usual


def test_a_fresh_draw_depends_on_the_question_and_the_seed_alone():
    retrieve = Random(5, seed=3, fresh=True).fit(POOL)
    drawn = [retrieve(question) for question in ASKED]
    assert len(set(drawn)) == len(ASKED)
    assert drawn == [retrieve(question) for question in ASKED]
    assert drawn[0] == Random(5, seed=3, fresh=True).fit(POOL)(ASKED[0])
    assert drawn[0] != Random(5, seed=4, fresh=True).fit(POOL)(ASKED[0])


def test_questions_without_ids_have_fresh_draws_of_their_own():
    retrieve = Random(5, fresh=True).fit(POOL)
    assert retrieve(Question("", "one")) != retrieve(Question("", "two"))
