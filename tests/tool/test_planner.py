"""Plans: found for small problems, checked step by step, and refused where there is none."""

import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.protocols import ProgramFailed
from promptlab.tool.planning import solver
from promptlab.tool.planning.forms import Forms, bracketed, forms
from promptlab.tool.planning.planner import Planner
from promptlab.types import RequestFailed

DOMAIN = """(define (domain boxes) ; a comment (with a bracket
  (:requirements :strips)
  (:predicates (on ?a ?b) (clear ?a) (table ?a))
  (:action lay :parameters (?a ?b)
    :precondition (and (on ?a ?b) (clear ?a))
    :effect (and (table ?a) (clear ?b) (not (on ?a ?b))))
  (:action put :parameters (?a ?b)
    :precondition (and (table ?a) (clear ?a) (clear ?b))
    :effect (and (on ?a ?b) (not (table ?a)) (not (clear ?b)))))"""
PROBLEM = """(define (problem two) (:domain boxes) (:objects a b)
  (:init (on a b) (clear a) (table b)) (:goal (on b a)))"""


def test_a_text_has_a_domain_a_problem_and_perhaps_a_plan():
    found = forms(f"Here it is: {DOMAIN}\n{PROBLEM}\n(lay a b)\n(put b a)")
    assert found == Forms(found.domain, PROBLEM, "(lay a b)\n(put b a)")
    assert "comment" not in found.domain
    assert forms(f"{PROBLEM}{DOMAIN}").plan == ""
    assert bracketed("a (b (c)) d (e)") == ["(b (c))", "(e)"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "0 domains and 0 problems"),
        (DOMAIN, "1 domains and 0 problems"),
        (PROBLEM * 2 + DOMAIN, "1 domains and 2 problems"),
        (DOMAIN + PROBLEM[:-1], "1 brackets are open"),
        (DOMAIN + PROBLEM + ")", "closed that was not open"),
        ("(" * 40_000, "40000 brackets are open"),
        ("x" * 50_001, "more than 50,000 characters"),
    ],
)
def test_what_is_no_problem_is_refused_before_a_planner_is_asked(text, why, monkeypatch):
    monkeypatch.setattr("promptlab.tool.planning.planner.solver", None)
    with pytest.raises(ProgramFailed, match=why):
        Planner()(text)


def test_a_limit_is_more_than_nothing():
    with pytest.raises(ValueError, match="seconds is 0; expected more than 0"):
        Planner(0)


def said(monkeypatch, worker):
    """Ask a process of our own in the place of the planner's."""

    def start():
        pipe = subprocess.PIPE
        command = [sys.executable, "-c", worker]
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, start_new_session=True)

    monkeypatch.setattr(solver, "_start", start)
    monkeypatch.setattr(solver, "START_SECONDS", 0.3)
    monkeypatch.setattr(solver, "GRACE_SECONDS", 0.3)
    return solver.Solver()


def test_a_planner_that_takes_too_long_or_dies_is_ended_and_the_next_one_works(monkeypatch):
    slow = said(monkeypatch, "import time; input(); time.sleep(60)")
    with pytest.raises(ProgramFailed, match="it took more than 0.7 s"):
        slow.solve(Forms("d", "p"), 0.1)
    dead = said(monkeypatch, "raise SystemExit")
    for _ in range(2):
        with pytest.raises(ProgramFailed, match="the planner failed"):
            dead.solve(Forms("d", "p"), 0.1)


def test_where_no_planner_is_installed_it_says_what_to_type(monkeypatch):
    worker = "import json; input(); print(json.dumps({'missing': 'pip install promptlab'}))"
    asked = said(monkeypatch, worker)
    monkeypatch.setattr(solver, "START_SECONDS", 30)
    with pytest.raises(RequestFailed, match="pip install promptlab") as failure:
        asked.solve(Forms("d", "p"), 1)
    assert not isinstance(failure.value, ProgramFailed)


@pytest.fixture
def planner():
    pytest.importorskip("up_aries")
    return Planner(5.0)


def test_a_plan_is_found_and_holds(planner):
    plan = planner(f"{DOMAIN}\n{PROBLEM}")
    assert plan == "(lay a b)\n(put b a)"
    assert planner(f"{DOMAIN}\n{PROBLEM}\n{plan}") == "valid"
    assert planner(f"{DOMAIN}\n{PROBLEM}\n(LAY A B)\n(put b a)") == "valid"


def test_where_the_goal_holds_already_no_step_is_taken(planner):
    assert planner(DOMAIN + PROBLEM.replace("(on b a)", "(on a b)")).startswith("; the goal holds")


@pytest.mark.parametrize(
    ("change", "plan", "why"),
    [
        (("", ""), "(put b a)", "does not hold"),
        (("", ""), "(lay a b)", "does not hold"),
        (("", ""), "(fly a b)", "the planner failed"),
        (("(clear a)", "(clear c)"), "", "Found invalid expression: c"),
        (("(:domain boxes)", "(:domain towers)"), "(lay a b)", "the planner failed"),
    ],
)
def test_what_does_not_hold_or_names_what_is_not_there_fails(planner, change, plan, why):
    with pytest.raises(ProgramFailed, match=why):
        planner(f"{DOMAIN}\n{PROBLEM.replace(*change) if change[0] else PROBLEM}\n{plan}")


@given(st.text("()d; \nefine(domain problem", max_size=80) | st.text(max_size=40))
def test_any_text_has_parts_or_is_refused(text):
    with suppress(ValueError):
        found = forms(text)
        assert found.domain.startswith("(")
        assert found.problem.endswith(")")
