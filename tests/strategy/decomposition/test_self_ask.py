"""Self-ask: follow-up questions are answered one by one, until there is a final answer."""

import pytest
from laws import driven

from promptlab.strategy.decomposition.self_ask import SelfAsk
from promptlab.strategy.direct import Direct
from promptlab.types import Call, Completion, Failed, Question, RequestFailed, Result, Task

QUESTION = Question("q", "How much older is Ann than {Bo}?")


def asked(*said, tool=None, **fields):
    replies, requests = iter(said), []

    def reply(request):
        requests.append(request)
        return tool if isinstance(request, Call) else Completion(next(replies))

    strategy = SelfAsk(Task(answer="number"), Direct(Task()), **fields)
    _, answer = driven(strategy.solve(QUESTION, ()), reply)
    return requests, answer


def test_a_follow_up_question_is_asked_alone_and_its_answer_told():
    requests, answer = asked(
        " Yes.\nFollow up: How old is Ann?",
        " 40 {years}",
        "Follow up: How old is Bo?",
        " 30",
        "So the final answer is: 10",
    )
    texts = [request.text for request in requests]
    assert texts[0].endswith("A: Are follow up questions needed here:")
    assert texts[1] == "Q: How old is Ann?\nA:"
    assert texts[2].endswith("Yes.\nFollow up: How old is Ann?\nIntermediate answer: 40 {years}\n")
    assert (answer.text, answer.outcome) == ("10", "parsed")
    assert "Intermediate answer: 30" in answer.rationale


def test_a_tool_answers_in_its_place_and_may_fail():
    for told, shown in ((Result("forty\nyears"), "forty years"), (None, "unknown: down")):
        failed = told or Failed(RequestFailed("down"))
        requests, answer = asked(
            " Yes.\nFollow up: Age?", "So the final answer is: 3", tool=failed, search="search"
        )
        assert requests[1] == Call("search", "Age?")
        assert requests[2].text.endswith(f"Intermediate answer: {shown}\n")
        assert answer.text == "3"


def test_the_final_answer_is_asked_for_where_nothing_else_is_said_or_too_much_is_asked():
    requests, answer = asked(" No.", " 7")
    assert requests[1].text.endswith("here: No.\nSo the final answer is:")
    assert answer.text == "7"
    requests, answer = asked("Follow up: a?", "1", " 7", most=1)
    assert requests[2].text.endswith("Intermediate answer: 1\nSo the final answer is:")


def test_at_least_one_is_asked():
    with pytest.raises(ValueError, match="most is 0"):
        asked(most=0)
