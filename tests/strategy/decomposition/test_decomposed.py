"""Decomposed prompting: each simpler question goes to the strategy of its kind."""

import pytest
from laws import driven

from promptlab.experiment import tools_of
from promptlab.stages import prepared
from promptlab.strategy.decomposition.decomposed import Decomposed, referred
from promptlab.strategy.direct import Direct
from promptlab.strategy.programs.pal import PAL
from promptlab.types import Completion, Question, Task

QUESTION = Question("q", "How old is Ann in {year}?", context="Ann is 3 in 2000.")
STRATEGIES = {
    "recall": Direct(Task("Say it.")),
    "compute": Direct(Task("Compute it.", answer="number")),
}


def asked(*said, **fields):
    replies = iter(said)
    fields = {"strategies": STRATEGIES, **fields}
    strategy = Decomposed(Direct(Task("Answer.", answer="number")), **fields)
    batches, answer = driven(strategy.solve(QUESTION, ()), lambda _: Completion(next(replies)))
    return [request for (request,) in batches], answer


def test_each_question_goes_to_its_kind_and_may_name_earlier_answers():
    requests, answer = asked(
        " [recall] When was she born?\nAnswer: made up",
        " 1997",
        "[Compute] What is 2010 - #1?",
        " 13",
        "[end]",
        " 13 years",
        kinds={"compute": "sums"},
    )
    texts = [request.text for request in requests]
    assert "The kinds are [recall]; [compute] for sums. Write" in texts[0]
    assert texts[1] == "Say it.\n\nAnn is 3 in 2000.\nQ: When was she born?\nA:"
    assert texts[2].endswith("A: [recall] When was she born?\nAnswer: 1997\n")
    assert texts[3] == "Compute it.\n\nAnn is 3 in 2000.\nQ: What is 2010 - 1997?\nA:"
    assert texts[4].endswith("\nAnswer: 1997\n[Compute] What is 2010 - #1?\nAnswer: 13\n")
    assert texts[5].endswith(
        "Ann is 3 in 2000.\nWhen was she born?\n1997\nWhat is 2010 - 1997?\n13\n"
        "Q: How old is Ann in {year}?\nA:"
    )
    assert answer.text == "13"
    assert "\nAnswer:" in requests[0].sampling.stop


def test_a_kind_that_is_not_there_is_told_and_no_more_is_asked_than_was_said():
    requests, _ = asked("[guess] Who?", "【recall】谁？", "安", "[recall] Where?", "2", most=2)
    texts = [request.text for request in requests]
    assert "[guess] Who?\nAnswer: there is no kind guess; there are recall, compute" in texts[1]
    assert texts[2].endswith("Q: 谁？\nA:")
    assert len(texts) == 4
    assert "Who?" not in texts[3]


@pytest.mark.parametrize("said", ["", "I do not know.", "[end]", "[recall]", "recall: Who?"])
def test_a_reply_that_asks_nothing_leaves_the_question_as_it_is(said):
    requests, answer = asked(said, "4")
    assert len(requests) == 2
    assert requests[1].text == "Answer.\n\nAnn is 3 in 2000.\nQ: How old is Ann in {year}?\nA:"
    assert answer.text == "4"


def test_another_role_takes_the_question_apart():
    requests, _ = asked("[recall] Who?", "Ann", "", "4", role="writer")
    assert [request.to for request in requests] == ["writer", "model", "writer", "model"]


@pytest.mark.parametrize(
    ("text", "known", "said"),
    [
        ("#1 + ＃2 + #3 + #0", ["a", "#1"], "a + #1 + #3 + #0"),
        ("#1", [], "#1"),
        ("#99999", ["a"], "#99999"),
    ],
)
def test_a_number_stands_for_an_earlier_answer(text, known, said):
    assert referred(text, known) == said


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"most": 0}, "most is 0"),
        ({"strategies": {}}, "strategies are none"),
        ({"strategies": {"end": Direct(Task())}}, "none of which is end"),
        ({"kinds": {"guess": "any"}}, "kinds names guess, and strategies are recall, compute"),
    ],
)
def test_there_are_kinds_and_questions(fields, why):
    with pytest.raises(ValueError, match=why):
        asked(**fields)


class Learning(Direct):
    def fit(self, pool):
        return Direct(Task(f"It saw {len(pool)}."))


def test_what_learns_from_the_pool_does_so_as_one_of_the_kinds_too():
    strategy = Decomposed(Direct(Task()), {"recall": Direct(Task()), "tell": Learning(Task())})
    made = prepared(strategy, ["one", "two"])
    assert made.strategies["tell"].task.instruction == "It saw 2."
    assert made.strategies["recall"] is strategy.strategies["recall"]
    plain = Decomposed(Direct(Task()), STRATEGIES)
    assert prepared(plain, ["one"]) is plain


def test_the_tools_of_every_kind_are_those_that_the_run_must_have():
    kinds = {"recall": Direct(Task()), "compute": PAL(Task())}
    assert tools_of(Decomposed(Direct(Task()), kinds)) == ["python"]
