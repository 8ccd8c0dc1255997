"""The laws of strategies, for calls in a model's own form: it ends whatever is said."""

import pytest
from laws import built, driven, outcome

from promptlab.laws.driving import saying
from promptlab.laws.examples import QUESTIONS
from promptlab.laws.strategy import LAWS
from promptlab.types import Answer, Call, Failed, RequestFailed

OWN = ("strategy.calls=own", "template=chat_v1", "tool=calculator")
CALL = '<tool_call>{"name": "calculator", "arguments": {"input": "1"}}</tool_call>'
SAID = (
    *("", "The answer is 3.", "\ufeff\ufffd\x00 ？", "A" * 2000, CALL, CALL * 9),
    *('<tool_call>{"name": "nothing", "arguments": {}}</tool_call>', "<tool_call>{", "<tool_call>"),
    *("<tool_call>" * 500, "</tool_call>", "[TOOL_CALLS]", "<|python_tag|>", "{" * 3000),
)


def strategy(kind):
    return built("strategy", "react", kind, *OWN)


@pytest.mark.parametrize("kind", QUESTIONS)
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_it_keeps_the_laws(law, kind):
    law(strategy(kind), kind)


@pytest.mark.parametrize("kind", QUESTIONS)
@pytest.mark.parametrize("text", SAID)
def test_it_ends_in_its_steps_whatever_is_said_forever(text, kind):
    batches, answer = driven(strategy(kind).solve(QUESTIONS[kind], ()), saying(text))
    prompts = [each for batch in batches for each in batch if not isinstance(each, Call)]
    assert 1 <= len(prompts) <= 6
    assert isinstance(answer, Answer)
    assert (answer.outcome == "parsed") == bool(answer.text)


def test_it_ends_when_every_tool_fails():
    error, said = RequestFailed("no such tool"), saying(CALL)

    def reply(request):
        return Failed(error) if isinstance(request, Call) else said(request)

    ended = outcome(strategy("number").solve(QUESTIONS["number"], ()), reply)
    assert ended.outcome == "unparsed"
    assert "it failed: no such tool" in ended.rationale
