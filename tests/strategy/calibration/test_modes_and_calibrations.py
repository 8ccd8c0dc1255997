"""Calibrations of every mode; those that need the same log-probabilities ask for them once."""

import math
from dataclasses import dataclass, field, replace

import pytest
from laws import driven

from promptlab.model.cache.cached_model import CachedModel
from promptlab.model.scripted import Scripted
from promptlab.program import parallel, solve
from promptlab.stages import prepared
from promptlab.strategy.calibration.calibrated import Calibrated
from promptlab.strategy.choose import Choose
from promptlab.template import Template
from promptlab.types import Example, Question, Scores, Task

TASK = Task("Say which.", answer="label", labels=("good", "bad"))
CHOOSE = Choose(TASK, Template("t", instruction="", question="{question}\n"))
POOL = [Example(Question(str(number), f"Film {number}."), "good") for number in range(6)]
DEMOS = (Example(Question("d", "Dull."), "bad"),)
TEST = [Question("q1", "A film."), Question("q2", "好看。")]
LENGTHS = ("sum", "token", "character", "byte")


@dataclass
class Counting:
    """A model that counts what it is asked."""

    inner: Scripted = field(default_factory=Scripted)
    asked: int = 0

    @property
    def identity(self):
        return {"name": "counting"}

    def answer(self, requests):
        self.asked += len(requests)
        return self.inner.answer(requests)

    def preview(self, prompt):
        return self.inner.preview(prompt)


@pytest.fixture
def counted():
    """Say how many new requests some strategies cost, whatever was asked before."""
    model = Counting()
    stored = CachedModel(model, ":memory:")

    def cost(*strategies):
        before = model.asked
        for strategy in strategies:
            ready = prepared(strategy, POOL)
            solve(parallel(ready.solve(question, DEMOS) for question in TEST), stored)
        return model.asked - before

    return cost


def test_ten_variants_that_need_the_same_log_probabilities_cost_one_pass(counted):
    """Two words a label, whose characters and bytes differ: no two lengths read the same."""
    words = (("good", "很好的"), ("bad", "rather awful"))
    readings = [
        replace(CHOOSE, verbaliser=words, normalise=length, synonyms=synonyms)
        for length in LENGTHS
        for synonyms in ("sum", "best")
    ]
    told = {str(solve(each.solve(TEST[0], DEMOS), Scripted()).votes) for each in readings}
    assert len(told) == len(readings) == 8
    assert counted(readings[0]) == len(TEST)
    assert counted(*readings, Calibrated(readings[0], method="none"), *readings[:1]) == 0


def test_calibrations_cost_their_references_once_for_all_questions_and_lengths(counted):
    assert counted(CHOOSE) == len(TEST)
    contextual = [Calibrated(Choose(TASK, CHOOSE.template, normalise=length)) for length in LENGTHS]
    assert counted(*contextual) == 3
    batches = [Calibrated(CHOOSE, method=each, samples=4) for each in ("batch", "prototypical")]
    assert counted(*batches) == 4
    assert counted(Calibrated(CHOOSE, method="domain_context", samples=5)) == 5


def test_pmi_costs_its_premise_more_whatever_it_is_compared_with(counted):
    assert counted(CHOOSE) == len(TEST)
    for against, more in (("domain", 1), ("unconditional", 1), ("content_free", 1)):
        pmi = [
            Choose(TASK, CHOOSE.template, mode="pmi", against=against, normalise=length)
            for length in LENGTHS
        ]
        assert counted(*pmi) == more


@pytest.mark.parametrize("mode", ["channel", "first_token", "perplexity", "pmi"])
@pytest.mark.parametrize("method", ["contextual", "domain_context", "batch", "prototypical"])
def test_every_mode_is_calibrated_by_every_method(mode, method):
    strategy = prepared(
        Calibrated(Choose(TASK, CHOOSE.template, mode=mode), method=method, samples=4), POOL
    )
    answer = solve(strategy.solve(TEST[0], DEMOS), Scripted())
    assert answer.outcome == "parsed"
    assert math.isclose(sum(share for _, share in answer.votes), 1)


@pytest.mark.parametrize("method", ["contextual", "domain_context", "batch"])
def test_a_channel_that_prefers_an_answer_is_set_right(method):
    """Each question is three times as probable after `good`, the one asked twice as much."""

    def reply(request):
        (said,) = request.continuations
        word = request.prompt.text.rpartition("\n\n")[2].strip()
        after = {"good": 2.0 if "A film." in said else 3.0, "bad": 1.0}[word]
        return Scores((math.log(after) - 9.0 * len(said),), (1,))

    choose = Choose(TASK, CHOOSE.template, mode="channel")
    inputs = ("N/A", "[MASK]")
    strategy = prepared(Calibrated(choose, method=method, inputs=inputs, samples=4), POOL)
    _, answer = driven(strategy.solve(TEST[0], DEMOS), reply)
    assert dict(answer.votes) == pytest.approx({"good": 2 / 5, "bad": 3 / 5})


def test_a_short_reference_does_not_outweigh_the_others_in_a_channel():
    """Of a short text both answers make the same, of a long one `good` three times as much."""

    def reply(request):
        (said,) = request.continuations
        word = request.prompt.text.rpartition("\n\n")[2].strip()
        after = 3.0 if word == "good" and "long" in said else 1.0
        return Scores((math.log(after) - 9.0 * len(said),), (1,))

    choose = Choose(TASK, CHOOSE.template, mode="channel")
    strategy = Calibrated(choose, inputs=("", "N/A", "a long one"))
    asked, answer = driven(strategy.solve(TEST[1], DEMOS), reply)
    assert sum(map(len, asked)) == 2 * 3  # what is blank is not asked
    odds = (1 / (0.5 + 0.75)) / (1 / (0.5 + 0.25))
    assert dict(answer.votes)["good"] == pytest.approx(odds / (1 + odds))


def test_blank_inputs_alone_say_nothing_of_a_channel():
    with pytest.raises(ValueError, match="all blank; mode=channel asks how probable a text"):
        Calibrated(Choose(TASK, CHOOSE.template, mode="channel"), inputs=("", " "))
