"""A plan is right where it holds for the record's own problem, whatever others there are."""

import pytest
from laws import driven

from promptlab.metric.code.plan_holds import PlanHolds
from promptlab.protocols import ProgramFailed
from promptlab.types import Answer, Example, Failed, Question, RequestFailed, Result


def scored(plan, reply, outcome="parsed", context="", **metadata):
    example = Example(Question("q", "?", context=context, metadata=metadata), "")
    batches, score = driven(PlanHolds()(Answer(plan, outcome=outcome), example), lambda _: reply)
    return score, [request.input for batch in batches for request in batch]


def test_a_plan_is_checked_with_the_records_domain_and_problem():
    score, asked = scored("(go x)", Result("valid"), domain="(D)", problem="(P)", context="(C)")
    assert (score, asked) == (1.0, ["(D)\n(P)\n(go x)"])
    assert scored("(go x)", Result("valid"), problem="(P)", context="(C)")[1] == [
        "(C)\n(P)\n(go x)"
    ]


def test_of_a_context_that_says_more_the_domain_counts():
    told = "It moves (at times).\n(define (domain d))\nA step is (go x)."
    _, asked = scored("(go x)", Result("valid"), problem="(P)", context=told)
    assert asked == ["(define (domain d))\n(P)\n(go x)"]


def test_a_plan_that_fails_is_wrong_and_one_that_was_not_found_is_not_checked():
    assert scored("(go x)", Failed(ProgramFailed("no")), problem="(P)")[0] == 0.0
    assert scored("(go x)", Result("(go x)"), problem="(P)")[0] == 0.0
    assert scored("", Result("valid"), outcome="unparsed", problem="(P)") == (0.0, [])


def test_no_step_is_right_where_none_is_needed():
    nothing = "; the goal holds already"
    assert scored(nothing, Result(nothing), problem="(P)")[0] == 1.0
    assert scored(nothing, Result("(go x)"), problem="(P)")[0] == 0.0


def test_without_a_problem_or_a_planner_there_is_no_score():
    with pytest.raises(RequestFailed, match="no problem in its field 'problem'; expected PDDL"):
        scored("(go x)", Result("valid"))
    with pytest.raises(RequestFailed, match="not installed"):
        scored("(go x)", Failed(RequestFailed("not installed")), problem="(P)")
