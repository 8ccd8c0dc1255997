"""Plans by a planner: what the model writes is a problem, and its plan the answer."""

import pytest
from laws import driven

from promptlab import Dataset, Experiment, Scripted, Zero
from promptlab.metric.code.plan_holds import PlanHolds
from promptlab.ordering.as_selected import AsSelected
from promptlab.protocols import ProgramFailed
from promptlab.strategy.programs.llm_plus_p import LLMPlusP
from promptlab.tool.planning.planner import Planner
from promptlab.types import Call, Completion, Example, Failed, Question, RequestFailed, Result, Task

TASK = Task(answer="text", multiline=True)
DOMAIN = "(define (domain d) (:action go :parameters (?a)))"
PROBLEM = "(define (problem p)\n  (:domain d)\n  (:goal (at x)))"
QUESTION = Question("q", "How does x come there?")
SHOTS = (("How does y?", "(define (problem y))"),)


def answered(reply, result=None, question=QUESTION, demos=(), task=TASK):
    """Drive the strategy; return the answer, what the model was asked, and the planner."""
    asked, called = [], []

    def tell(request):
        if isinstance(request, Call):
            called.append(request)
            return result or Result("(go x)\n(go y)")
        asked.append(request.prompt.text)
        return Completion(reply)

    _, answer = driven(LLMPlusP(task, DOMAIN, shots=SHOTS).solve(question, demos), tell)
    return answer, asked[0], called


@pytest.mark.parametrize(
    "reply", [f" {PROBLEM}\n\n", f"```pddl\n{PROBLEM}\n```", f"Here is the problem:\n{PROBLEM}"]
)
def test_the_plan_of_the_problem_is_the_answer(reply):
    answer, _, (call,) = answered(reply)
    assert (answer.text, answer.outcome) == ("(go x)\n(go y)", "parsed")
    assert answer.rationale == PROBLEM
    assert (call.to, call.input) == ("planner", f"{DOMAIN}\n{PROBLEM}")


@pytest.mark.parametrize("error", [ProgramFailed("no plan"), RequestFailed("no planner")])
def test_a_problem_that_is_not_solved_leaves_the_question_unparsed(error):
    answer, _, _ = answered(PROBLEM, Failed(error))
    assert (answer.text, answer.outcome, answer.why) == ("", "unparsed", str(error))
    assert answer.rationale == PROBLEM


def test_an_empty_reply_asks_no_planner():
    answer, _, called = answered("")
    assert (answer.outcome, answer.why, called) == ("unparsed", "the reply holds no problem", [])


def test_the_domain_and_the_worked_example_are_shown():
    _, shown, _ = answered(PROBLEM)
    assert DOMAIN in shown
    assert "Q: How does y?\nA: (define (problem y))" in shown


def test_demonstrations_with_problems_stand_in_the_place_of_the_worked_example():
    own = Example(Question("a", "How does z?"), "(go z)", "(define (problem z))")
    other = Example(Question("b", "Other?"), "(go o)", "It goes.")
    _, shown, _ = answered(PROBLEM, demos=(own, other))
    assert "Q: How does z?\nA: (define (problem z))" in shown
    assert "How does y?" not in shown
    assert "Other?" not in shown


def test_a_questions_own_domain_goes_before_the_strategys():
    mine = "(define (domain mine))"
    _, shown, (call,) = answered(PROBLEM, question=Question("q", "How?", context=mine))
    assert shown.count(mine) == 1
    assert DOMAIN not in shown
    assert call.input == f"{mine}\n{PROBLEM}"


def test_of_a_context_that_says_more_the_planner_is_sent_the_domain_alone():
    mine = "(define\n  ; (mine)\n  (domain mine))"
    context = f"Knowledge (general): boxes move.\n{mine}\nA plan (go x) is short."
    _, shown, (call,) = answered(PROBLEM, question=Question("q", "How?", context=context))
    assert context in shown
    assert DOMAIN not in shown
    assert call.input == f"{mine}\n{PROBLEM}"


def test_prose_and_a_domain_around_an_unfenced_problem_are_left_out():
    reply = f"{DOMAIN}\n{PROBLEM}\n\nThe plan (which I leave to a planner) is short."
    answer, _, (call,) = answered(reply)
    assert answer.rationale == PROBLEM
    assert call.input == f"{DOMAIN}\n{PROBLEM}"


def test_what_is_thought_and_what_is_no_problem_asks_no_planner():
    for reply in (f"<think>{PROBLEM}</think>", "(go x)\n(go y)"):
        answer, _, called = answered(reply)
        assert (answer.outcome, answer.why, called) == (
            "unparsed",
            "the reply holds no problem",
            [],
        )


def test_a_task_whose_answer_is_a_program_is_refused():
    with pytest.raises(ValueError, match="llm_plus_p's is a plan; expected strategy=direct"):
        LLMPlusP(Task(answer="code"), DOMAIN)


def test_of_another_task_the_answer_is_read_in_what_the_planner_says():
    answer, _, _ = answered(PROBLEM, Result("3 steps"), task=Task(answer="number"))
    assert answer.text == "3"


BOXES = """(define (domain boxes)
  (:predicates (in ?a ?b) (seen ?a))
  (:action move :parameters (?a ?b ?c)
    :precondition (in ?a ?b)
    :effect (and (in ?a ?c) (not (in ?a ?b)))))"""


def boxes(*, begins, goal):
    return f"""(define (problem p) (:domain boxes) (:objects ball red blue)
      (:init (in ball {begins})) (:goal (in ball {goal})))"""


def test_three_problems_are_solved_and_checked_against_what_was_meant(tmp_path):
    """The first is written rightly, the second with another goal, the third cannot be solved."""
    pytest.importorskip("up_aries")
    meant = boxes(begins="red", goal="blue")
    said = [meant, boxes(begins="blue", goal="red"), meant.replace("(in ball blue)", "(seen ball)")]
    rows = [Question(f"q{n}", f"Ball {n}?", (), BOXES, {"problem": meant}) for n in range(3)]
    data = Dataset("d", TASK, (), tuple(Example(row, "") for row in rows))
    replies = {row.text: reply for row, reply in zip(rows, said, strict=True)}

    def say(request):
        return next(reply for asked, reply in replies.items() if asked in request.prompt.text)

    run = Experiment(
        *(data, Zero(), AsSelected(), LLMPlusP(TASK), Scripted(say), {"accuracy": PlanHolds()}),
        folder=tmp_path,
        tool={"planner": Planner(1.0)},
    )
    metrics = run()["metrics"]
    assert metrics["accuracy"] == pytest.approx(1 / 3)
    assert metrics["unparsed"] == 1
