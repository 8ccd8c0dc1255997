"""A memory in front of a model."""

import pytest

from promptlab.model.memo import Memo
from promptlab.model.scripted import Scripted
from promptlab.types import Generate, Sampling, Score


@pytest.fixture
def heard():
    return []


@pytest.fixture
def model(heard):
    def reply(request):
        heard.append(request)
        return f"{request.prompt.text} {request.sampling.draw}"

    return Memo(Scripted(reply))


def test_nothing_is_asked_twice(model, heard, text):
    asked = [Generate(text("a")), Generate(text("b")), Generate(text("a"))]
    first, second = model.answer(asked), model.answer(asked)
    assert first == second
    assert [reply.text for reply in first] == ["a 0", "b 0", "a 0"]
    assert len(heard) == 2
    assert (model.asked, model.computed) == (6, 2)


def test_draws_are_told_apart(model, heard, text):
    asked = [Generate(text("a"), Sampling(temperature=1.0, draw=draw)) for draw in (0, 1, 1)]
    assert [reply.text for reply in model.answer(asked)] == ["a 0", "a 1", "a 1"]
    assert len(heard) == 2


def test_greedy_draws_are_one(model, heard, text):
    model.answer([Generate(text("a"), Sampling(draw=draw, seed=draw)) for draw in range(5)])
    assert len(heard) == 1


def test_scores_are_remembered_apart_from_completions(model, text):
    asked = [Score(text("a"), ("x",)), Generate(text("a")), Score(text("a"), ("x",))]
    replies = model.answer(asked)
    assert replies[0] == replies[2]
    assert model.computed == 2


def test_the_least_recently_asked_is_forgotten_first(heard, text):
    def reply(request):
        heard.append(request.prompt.text)
        return "x"

    model = Memo(Scripted(reply), size=2)
    for content in ("a", "b", "a", "c", "a", "b"):
        model.answer([Generate(text(content))])
    assert heard == ["a", "b", "c", "b"]


def test_a_batch_larger_than_the_memory_is_answered(text):
    model = Memo(Scripted(), size=1)
    asked = [Generate(text(content)) for content in "abcab"]
    assert len(model.answer(asked)) == 5
    assert model.computed == 3


def test_it_passes_for_the_model_inside(text):
    inner = Scripted("x")
    assert Memo(inner).identity == inner.identity
    assert Memo(inner).preview(text("p")) == inner.preview(text("p"))
    with pytest.raises(ValueError, match="expected at least 1"):
        Memo(inner, size=0)
