"""What every metric that a yaml names keeps to."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import built, driven, options, outcome, saying

from promptlab.program import lifted
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Failed,
    Passage,
    Question,
    RequestFailed,
)

KINDS = ("number", "label", "choice", "yes_no", "text", "code")
OUTCOMES = ("parsed", "unparsed", "truncated", "refused", "abstained", "failed")
METRICS = [
    (option, kind, name)
    for option, kind in itertools.product(options("metric"), KINDS)
    for name in built("metric", option, kind)
]
every_metric = pytest.mark.parametrize(("option", "kind", "name"), METRICS)
HELD = {"relevant": ["a"], "test": "assert True", "problem": "(define (problem p))"}
ASKED = Question("q", "六加一？ What is ６ + 1?", choices=("7", "八"), metadata=HELD)
EXAMPLE = Example(ASKED, "7")


def program(option, kind, name, answer, example=EXAMPLE):
    """The metric's program; of several scores the least, and 1 where there is none."""
    metric = built("metric", option, kind)[name]
    more = [Completion(answer.text)] if getattr(metric, "reads_reply", False) else []
    more += [[Passage("a", "7")]] if getattr(metric, "reads_passages", False) else []
    draws = [Completion(answer.text), Completion("3"), Completion("")]
    more += [draws] if getattr(metric, "reads_draws", False) else []
    score = yield from lifted(metric(answer, example, *more))
    return min(score.values(), default=1.0) if isinstance(score, dict) else score


@every_metric
@settings(deadline=None, max_examples=20)
@given(said=st.text(max_size=9), gold=st.text(min_size=1, max_size=9))
def test_a_score_is_a_number_from_0_to_1(option, kind, name, said, gold):
    example = Example(EXAMPLE.question, gold)
    _, score = driven(program(option, kind, name, Answer(said), example), saying("3"))
    assert isinstance(score, (int, float))
    assert 0 <= score <= 1


@every_metric
@pytest.mark.parametrize("how", OUTCOMES[1:])
def test_an_answer_that_is_not_there_has_a_score_too(option, kind, name, how):
    _, score = driven(program(option, kind, name, Answer("", outcome=how)), saying("3"))
    assert math.isfinite(score)


@every_metric
def test_a_metric_that_is_told_nothing_ends_with_that_failure(option, kind, name):
    error, asked = RequestFailed("refused"), []

    def reply(request):
        asked.append(request)
        return Failed(error)

    ended = outcome(program(option, kind, name, Answer("7")), reply)
    assert ended is error if asked else math.isfinite(ended)


@every_metric
@settings(deadline=None, max_examples=20)
@given(text=st.text(max_size=40))
def test_what_a_metric_is_told_is_a_score_or_a_failed_request(option, kind, name, text):
    ended = outcome(program(option, kind, name, Answer("7")), saying(text))
    assert isinstance(ended, RequestFailed) or 0 <= ended <= 1
