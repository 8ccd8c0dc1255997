"""What comes back is what was computed."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from counting import Counting, Lettered, draws, prompt
from hypothesis import given
from hypothesis import strategies as st

from promptlab.called import Offer, ToolCall
from promptlab.model.cache.cached_model import CachedModel
from promptlab.model.cache.key import named
from promptlab.model.cache.row import packed, unpacked
from promptlab.model.scripted import Scripted
from promptlab.program import parallel, recorded, solve
from promptlab.protocols import Preview, Program
from promptlab.records.trial_json import trial_line
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Generate,
    Message,
    Prompt,
    Question,
    Reply,
    Request,
    Score,
    Scores,
    Trial,
)


@given(
    st.text(),
    st.none() | st.floats(allow_nan=False),
    st.lists(st.tuples(st.floats(allow_nan=False), st.integers(0, 1 << 40))),
)
def test_replies_come_back_to_the_last_bit(text, logprob, scores):
    completion = Completion(text, "stop", 3, 4, logprob)
    told = Scores(tuple(a for a, _ in scores), tuple(b for _, b in scores), 5)
    for reply in (completion, told):
        again = unpacked(packed(reply))
        assert again == reply
        assert repr(again) == repr(reply)


def test_calls_come_back_and_a_reply_without_any_is_the_bytes_that_it_was():
    bare = Completion("x", "stop", 1, 2, -0.5)
    assert packed(bare) == b'["c","x","stop",1,2,-0.5]'
    calling = replace(bare, calls=(ToolCall("a", '{"x": 1}'), ToolCall("", "\ud83d")))
    assert unpacked(packed(calling)) == calling


def test_keys_are_those_of_a_time_without_tools_unless_there_are_some():
    prompt = Prompt((Message("system", "Be brief."), Message("user", "x")))
    model = Scripted()
    ((key,),) = named(model, [Generate(prompt)])
    assert key.hex() == "d4f6956a9de42534eb73c5bd754f33e9970b1019002326b9bafd19d90b23083d"
    call = ToolCall("a")
    prompts = [
        prompt,
        replace(prompt, tools=(Offer("a"),)),
        replace(prompt, tools=(Offer("a"), Offer("b"))),
        replace(prompt, messages=(*prompt.messages, Message("assistant", "", (call,)))),
        replace(prompt, messages=(*prompt.messages, Message("assistant", "", (call, call)))),
    ]
    assert len(set(named(model, [Generate(each) for each in prompts]))) == len(prompts)


def test_what_json_does_not_have_comes_back_too():
    odd = Scores((math.inf, -math.inf, math.nan, -0.0), (1, 1, 1, 1), 2)
    assert repr(unpacked(packed(odd))) == repr(odd)
    half = Completion("\ud83d", "stop")
    assert unpacked(packed(half)) == half


def test_numbers_of_numpy_become_plain_ones():
    np = pytest.importorskip("numpy")
    reply = Scores((np.float32(-0.1), np.float64(-0.1)), (np.int64(1), 2), 3)
    assert unpacked(packed(reply)) == reply


def test_the_record_of_a_run_is_the_same_bytes_stored_or_computed(path):
    def program(number: int) -> Program[tuple[Reply, Reply]]:
        replies = yield [*draws(f"第{number}题", 2), Score(prompt(f"{number}："), ("好", "坏"))]
        return replies[0], replies[1]

    def lines(model: object) -> str:
        exchanges: list[list[Exchange]] = [[] for _ in range(20)]
        solve(parallel(recorded(program(n), exchanges[n]) for n in range(20)), model)
        example = Example(Question("1", "?"), "1")
        return "\n".join(
            json.dumps(trial_line(Trial(example, (), tuple(some), Answer("1"), {})))
            for some in exchanges
        )

    computed = lines(Lettered())
    assert lines(CachedModel(Lettered(), path)) == computed
    inner = Lettered()
    assert lines(CachedModel(inner, path)) == computed
    assert inner.asked == []


def test_identity_and_preview_are_those_of_the_model(path):
    stored = CachedModel(Counting(), path)
    assert stored.identity == Counting().identity
    assert stored.preview(prompt("a")) == Preview("a", None)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Completion("x"), "was answered with Completion"),
        (Scores((-1.0,), (1,)), "2 continuations were answered with 1"),
    ],
)
def test_a_reply_that_does_not_fit_its_request_is_refused(path, reply, message):
    class Wrong(Counting):
        def _reply(self, request: Request) -> Reply:
            return reply

    with pytest.raises((TypeError, ValueError), match=message):
        CachedModel(Wrong(), path).answer([Score(prompt("a"), ("x", "y"))])


def test_a_model_that_leaves_requests_unanswered_is_refused(path):
    class Silent(Counting):
        def answer(self, requests: Sequence[Request]) -> list[Reply]:
            return []

    with pytest.raises(ValueError, match="1 requests were answered with 0 replies"):
        CachedModel(Silent(), path).answer([Generate(prompt("a"))])
