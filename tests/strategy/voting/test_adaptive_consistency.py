"""Adaptive-Consistency draws what self-consistency draws, and stops when the winner is clear."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.extract import same
from promptlab.program import generate, recorded
from promptlab.strategy.confidence import beta, dirichlet
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.voting.adaptive_consistency import AdaptiveConsistency
from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.strategy.voting.vote import Vote
from promptlab.types import Answer, Completion, Generate, Message, Prompt, Question, Task

RECORDED = (
    Path(__file__).resolve().parents[3].parent
    / "shared/data/outputs/esc_self_consistency/last_letters_gpt35_40.jsonl"
)
QUESTION = Question("q1", "How many legs has a spider?")
drawn = st.lists(st.sampled_from(["8", "8", "8", "6", "4", "2", "7", "5", "?"]), min_size=40)


@dataclass(frozen=True)
class Said:
    """The completion is the answer; a question mark is none."""

    def solve(self, question, demos):
        prompt = Prompt((Message("text", question.text),))
        completion = yield from generate(Generate(prompt))
        if completion.text == "?":
            return Answer("", outcome="unparsed")
        return Answer(completion.text, f"because of draw {completion.prompt_tokens}")


def replay(program, texts):
    """Run a program on recorded draws, found by their number."""
    exchanges, batches = [], []
    program = recorded(program, exchanges)
    try:
        requests = next(program)
        while True:
            batches.append([request.sampling.draw for request in requests])
            requests = program.send(
                [Completion(texts[draw], prompt_tokens=draw) for draw in batches[-1]]
            )
    except StopIteration as stop:
        return stop.value, batches, tuple(exchanges)


def test_four_equal_answers_are_asked_for_at_once_and_end_it():
    answer, batches, exchanges = replay(AdaptiveConsistency(Said()).solve(QUESTION, ()), ["8"] * 40)
    assert answer == Answer("8", "because of draw 0", (("8", 4.0),))
    assert batches == [[0, 1, 2, 3]]
    assert [exchange.request.sampling.draw for exchange in exchanges] == [0, 1, 2, 3]


def test_a_dissenting_draw_asks_for_as_many_more_as_it_takes():
    answer, batches, _ = replay(
        AdaptiveConsistency(Said()).solve(QUESTION, ()), ["8", "6", *["8"] * 38]
    )
    assert answer.votes == (("8", 6.0), ("6", 1.0))
    assert batches == [[0, 1, 2, 3], [4, 5, 6]]


def test_every_draw_has_the_request_it_has_in_self_consistency():
    texts = ["8", "6"] * 20
    _, _, adaptive = replay(AdaptiveConsistency(Said()).solve(QUESTION, ()), texts)
    _, _, whole = replay(SelfConsistency(Said(), samples=40).solve(QUESTION, ()), texts)
    assert adaptive == whole


def test_draws_without_an_answer_do_not_bring_the_end_nearer():
    answer, batches, _ = replay(
        AdaptiveConsistency(Said()).solve(QUESTION, ()), ["?", "?", "8", "?", *["8"] * 36]
    )
    assert answer.votes == (("8", 4.0),)
    assert batches == [[0, 1, 2, 3], [4, 5, 6]]


def test_forty_draws_without_an_answer_are_an_unparsed_answer():
    answer, batches, _ = replay(AdaptiveConsistency(Said()).solve(QUESTION, ()), ["?"] * 40)
    assert answer.outcome == "unparsed"
    assert sum(map(len, batches)) == 40


def test_a_window_sets_how_many_are_asked_for_at_least():
    strategy = AdaptiveConsistency(Said(), batch=10, max_samples=25)
    _, batches, _ = replay(strategy.solve(QUESTION, ()), ["8", "6"] * 20)
    assert [len(batch) for batch in batches] == [10, 10, 5]


def test_a_tie_goes_to_the_policy_of_self_consistency():
    strategy = AdaptiveConsistency(Said(), max_samples=4, ties="abstain")
    answer, _, _ = replay(strategy.solve(QUESTION, ()), ["8", "6", "8", "6"])
    assert answer.outcome == "abstained"


def test_a_threshold_of_one_draws_all():
    strategy = AdaptiveConsistency(Said(), threshold=1)
    _, batches, _ = replay(strategy.solve(QUESTION, ()), ["8"] * 40)
    assert batches == [list(range(40))]


@given(drawn, st.sampled_from(["beta", "dirichlet"]), st.sampled_from([0.6, 0.8, 0.95, 0.99]))
def test_draws_are_as_many_as_if_each_had_been_asked_for_alone(texts, rule, threshold):
    strategy = AdaptiveConsistency(Said(), rule=rule, threshold=threshold)
    answer, batches, _ = replay(strategy.solve(QUESTION, ()), texts)
    alone: list[Answer] = []
    confidence = {"beta": beta, "dirichlet": dirichlet}[rule]
    while len(alone) < 40 and confidence([int(n) for _, n in Vote().tally(alone)]) < threshold:
        text = texts[len(alone)]
        alone.append(Answer("", outcome="unparsed") if text == "?" else Answer(text))
    assert sum(map(len, batches)) == len(alone)
    assert answer.votes == Vote().tally(alone)


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        ({"max_samples": 0}, "max_samples is 0"),
        ({"threshold": 1.5}, r"threshold is 1\.5"),
        ({"threshold": 0}, "threshold is 0"),
        ({"rule": "majority"}, "expected beta or dirichlet"),
        ({"batch": 0}, "batch is 0"),
        ({"temperature": 0}, "temperature is 0"),
        ({"ties": "last"}, "ties is 'last'"),
    ],
)
def test_a_vote_that_cannot_be_held_is_refused(knobs, said):
    with pytest.raises(ValueError, match=said):
        AdaptiveConsistency(Said(), **knobs)


@pytest.mark.skipif(not RECORDED.exists(), reason="needs the recorded draws of ESC's authors")
@pytest.mark.parametrize("rule", ["beta", "dirichlet"])
def test_recorded_draws_keep_the_majority_at_under_a_quarter_of_the_cost(rule):
    task, right, spent, majority = Task(answer="text"), 0, 0, 0
    rows = [json.loads(line) for line in RECORDED.read_text("utf-8").splitlines()]
    inner = ChainOfThought(task)
    for row in rows:
        question = Question(row["id"], row["question"])
        program = AdaptiveConsistency(inner, max_samples=40, rule=rule).solve(question, ())
        answer, batches, exchanges = replay(program, row["outputs"])
        assert len(exchanges) == sum(map(len, batches))
        spent += len(exchanges)
        right += same(answer.text, row["answer"], task)
        whole, _, _ = replay(SelfConsistency(inner, 40).solve(question, ()), row["outputs"])
        majority += same(whole.text, row["answer"], task)
    assert abs(right - majority) / len(rows) <= 0.005
    assert spent / (40 * len(rows)) < 0.25
    assert majority / len(rows) > 0.8
