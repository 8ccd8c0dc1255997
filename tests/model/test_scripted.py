"""Answers without weights."""

import pytest

from promptlab.model.scripted import Scripted
from promptlab.protocols import Preview
from promptlab.types import Completion, Generate, Sampling, Score


def _ask(model, prompt, **sampling):
    (reply,) = model.answer([Generate(prompt, Sampling(**sampling))])
    return reply


def test_one_text_answers_everything(text):
    reply = _ask(Scripted("It is 7."), text("two words"))
    assert reply == Completion("It is 7.", "stop", 2, 3)


def test_several_texts_answer_draw_by_draw(text):
    model = Scripted(["one", "two"])
    assert [_ask(model, text("q"), draw=draw).text for draw in range(3)] == ["one", "two", "one"]


def test_a_function_answers_the_request(text):
    model = Scripted(lambda request: request.prompt.text.upper())
    assert _ask(model, text("loud")).text == "LOUD"


def test_stop_strings_and_room_end_a_completion(text):
    model = Scripted("one two\nthree four")
    assert _ask(model, text("q"), stop=("\n",)) == Completion("one two", "stop", 1, 2)
    assert _ask(model, text("q"), max_tokens=3) == Completion("one two\nthree", "length", 1, 3)


def test_scores_are_arbitrary_and_always_the_same(text):
    ask = Score(text("q"), ("yes", "no", "是"))
    (first,), (again,) = Scripted().answer([ask]), Scripted("other").answer([ask])
    assert first == again
    assert len(set(first.logprobs)) == 3
    assert all(-10 <= logprob < 0 for logprob in first.logprobs)
    (other,) = Scripted().answer([Score(text("p"), ("yes", "no", "是"))])
    assert other.logprobs != first.logprobs


def test_a_function_scores_the_request(text):
    model = Scripted(score=lambda request: [-len(c) for c in request.continuations])
    (reply,) = model.answer([Score(text("q"), ("a", "bb"))])
    assert reply.logprobs == (-1, -2)


def test_a_preview_is_the_prompt_with_no_count(turns):
    assert Scripted().preview(turns(("user", "hi"))) == Preview("[user]\nhi", None)


def test_an_empty_script_is_refused():
    with pytest.raises(ValueError, match="empty list"):
        Scripted([])


def test_identity_holds_the_script():
    assert Scripted("a").identity != Scripted("b").identity
    assert all(isinstance(value, str) for value in Scripted(["a"] * 99).identity.values())
