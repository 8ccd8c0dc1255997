"""A domain and a problem are found in a text that says more, as they were written."""

import pytest

from promptlab.text.pddl import form

PROBLEM = "(define (problem p) ; it ends here: )\n  (:goal (at x)))"


@pytest.mark.parametrize(
    "text",
    [
        PROBLEM,
        f"The problem (of one box); it is this: {PROBLEM} (a short one)",
        f"`(define (problem` begins it.\n{PROBLEM}",
        f"(define (domain d))\n{PROBLEM}\n(define (problem other))",
        f"; (define (problem old))\n{PROBLEM}",
    ],
)
def test_the_first_that_is_closed_is_returned_as_it_was_written(text):
    assert form(text, "problem") == PROBLEM


@pytest.mark.parametrize("text", ["( DEFINE\n(Domain d))", "(define (\tdomain 盒子))"])
def test_blanks_line_breaks_and_capitals_make_no_difference(text):
    assert form(f"盒子（三个）。{text}。", "domain") == text


def test_one_that_is_open_reaches_to_the_end_and_what_is_none_is_empty():
    assert form("So (define (problem p) (:goal", "problem") == "(define (problem p) (:goal"
    assert form("(define (problems p)) (go x)", "problem") == ""
    assert form("", "domain") == ""
