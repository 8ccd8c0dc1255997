"""ESC ends with the first batch of draws that agrees."""

import random

import pytest

from promptlab.program import generate, recorded
from promptlab.strategy.voting.esc import ESC
from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.strategy.voting.vote import Vote
from promptlab.types import Answer, Completion, Generate, Message, Prompt, Question

QUESTION = Question("q1", "How many legs has a spider?")


class Said:
    """The completion is the answer; a question mark is none."""

    def solve(self, question, demos):
        prompt = Prompt((Message("text", question.text),))
        completion = yield from generate(Generate(prompt))
        unparsed = completion.text == "?"
        return Answer("", outcome="unparsed") if unparsed else Answer(completion.text)


def replay(program, texts):
    """Run a program on recorded draws, found by their number."""
    exchanges, batches = [], []
    program = recorded(program, exchanges)
    try:
        requests = next(program)
        while True:
            batches.append([request.sampling.draw for request in requests])
            requests = program.send([Completion(texts[draw]) for draw in batches[-1]])
    except StopIteration as stop:
        return stop.value, batches, tuple(exchanges)


def test_a_first_batch_that_agrees_is_all_that_is_drawn():
    answer, batches, exchanges = replay(ESC(Said()).solve(QUESTION, ()), ["8"] * 40)
    assert answer == Answer("8", votes=(("8", 5.0),))
    assert batches == [[0, 1, 2, 3, 4]]
    assert len(exchanges) == 5


def test_the_batch_that_agrees_is_right_against_the_majority_before_it():
    texts = ["8", "8", "8", "8", "6", "8", "8", "8", "8", "6", *["6"] * 5]
    answer, batches, _ = replay(ESC(Said()).solve(QUESTION, ()), texts)
    assert answer.text == "6"
    assert answer.votes == (("8", 8.0), ("6", 7.0))
    assert len(batches) == 3


def test_where_no_batch_agrees_all_draws_vote():
    texts = ["8", "6", "8", "6", "6"] * 8
    answer, batches, exchanges = replay(ESC(Said()).solve(QUESTION, ()), texts)
    assert answer.text == "6"
    assert answer.votes == (("6", 24.0), ("8", 16.0))
    assert [draw for batch in batches for draw in batch] == list(range(40))
    _, _, whole = replay(SelfConsistency(Said(), samples=40).solve(QUESTION, ()), texts)
    assert exchanges == whole


def test_a_draw_without_an_answer_is_never_agreement():
    answer, batches, _ = replay(ESC(Said()).solve(QUESTION, ()), ["8", "?", *["8"] * 38])
    assert len(batches) == 2
    assert answer.text == "8"
    answer, batches, _ = replay(ESC(Said()).solve(QUESTION, ()), ["?"] * 40)
    assert len(batches) == 8
    assert answer.outcome == "unparsed"


def test_a_last_batch_that_is_cut_short_does_not_agree():
    texts = ["8", "8", "6", "8", "8", "6", "6"]
    strategy = ESC(Said(), batch=5, max_samples=7)
    answer, batches, _ = replay(strategy.solve(QUESTION, ()), texts)
    assert [len(batch) for batch in batches] == [5, 2]
    assert answer.text == "8"


def test_the_answer_brings_the_rationale_of_its_own_batch():
    assert Vote().unanimous([Answer("8", "first"), Answer("8", "second")])
    assert not Vote().unanimous([Answer("8"), Answer("6")])
    assert not Vote().unanimous([Answer("8"), Answer("8", outcome="unparsed")])


def expected_draws(probabilities, batch=5, max_samples=40):
    """The mean number of draws in closed form; what is missing to 1 is draws without an answer."""
    agreeing = sum(probability**batch for probability in probabilities)
    batches = max_samples // batch
    ending = [(done + 1) * agreeing * (1 - agreeing) ** done for done in range(batches - 1)]
    return batch * (sum(ending) + batches * (1 - agreeing) ** (batches - 1))


@pytest.mark.parametrize("probabilities", [(0.9, 0.1), (0.5, 0.3, 0.2), (0.7,), (1.0,), (0.0,)])
def test_draws_are_as_many_as_the_closed_form_says(probabilities):
    rng, spent, repeats = random.Random(7), 0, 1000
    answers = [*map(str, range(len(probabilities))), "?"]
    weights = [*probabilities, 1 - sum(probabilities)]
    for _ in range(repeats):
        texts = rng.choices(answers, weights, k=40)
        spent += sum(map(len, replay(ESC(Said()).solve(QUESTION, ()), texts)[1]))
    assert spent / repeats == pytest.approx(expected_draws(probabilities), rel=0.05)


def test_the_closed_form_has_its_bounds():
    assert expected_draws([1.0]) == 5
    assert expected_draws([0.0]) == 40
    assert expected_draws([0.6, 0.4], batch=40) == 40


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        ({"batch": 0}, "batch is 0"),
        ({"batch": 50}, "which is 40"),
        ({"max_samples": 0}, "max_samples is 0"),
        ({"temperature": 0}, "temperature is 0"),
        ({"ties": "last"}, "ties is 'last'"),
    ],
)
def test_batches_that_cannot_be_drawn_are_refused(knobs, said):
    with pytest.raises(ValueError, match=said):
        ESC(Said(), **knobs)
