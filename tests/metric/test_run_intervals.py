"""Intervals of figures of a whole run: on every draw the figure itself, and degenerate runs."""

import random
from functools import partial

import numpy as np
import pytest
from sacrebleu.metrics import BLEU, CHRF

from promptlab.metric.bootstrap import classes, confidence
from promptlab.metric.bootstrap.draws import draws
from promptlab.metric.bootstrap.interval import corrected, intervals
from promptlab.metric.classes.macro_f1 import macro_f1
from promptlab.metric.classes.mcc import mcc
from promptlab.metric.classes.micro_f1 import micro_f1
from promptlab.metric.confidence.auroc import auroc
from promptlab.metric.confidence.brier import brier
from promptlab.metric.confidence.ece import ece
from promptlab.metric.confidence.known import reliability
from promptlab.metric.confidence.log_loss import log_loss
from promptlab.metric.confidence.selective import accuracy_at, area_under_coverage
from promptlab.metric.overlap.bleu import Bleu
from promptlab.metric.overlap.chrf import Chrf
from promptlab.metric.overlap.corpus_overlap import _on_draws
from promptlab.metric.ranking import Ranking
from promptlab.metric.summary import summarise
from promptlab.types import Answer, Example, Question, Task, Trial

TASK = Task(answer="label", labels=("a", "b", "c"))


def pairs_of(n, seed=0):
    """Pairs of all kinds: right, wrong, not read, and of no known answer."""
    chance = random.Random(seed)
    return [(chance.choice(["a", "b", "c", "d", ""]), chance.choice("aabc") if i % 7 else "")
            for i in range(n)]  # fmt: skip


@pytest.mark.parametrize("n", [2, 3, 9, 60])
def test_classes_on_a_draw_are_what_they_are_of_the_drawn_answers(n) -> None:
    pairs = pairs_of(n)
    for some in draws(n, count=20):
        found = classes.on_draws(pairs, some)
        for row, which in enumerate(some.which):
            drawn = [pairs[place] for place in which]
            expected = {"macro_f1": macro_f1(drawn), "micro_f1": micro_f1(drawn), "mcc": mcc(drawn)}
            assert {name: values[row] for name, values in found.items()} == pytest.approx(expected)


@pytest.mark.parametrize("n", [2, 3, 9, 60])
@pytest.mark.parametrize("ties", [True, False])
def test_confidence_on_a_draw_is_what_it_is_of_the_drawn_answers(n, ties) -> None:
    chance = random.Random(n)
    shares = sorted((round(chance.random(), 1 if ties else 9) for _ in range(n)), reverse=True)
    came = [chance.random() < 0.6 for _ in range(n)]
    for some in draws(n, count=20):
        found = confidence.on_draws(np.array(shares), np.array(came), some)
        for row, which in enumerate(some.which):
            sure, right = [shares[i] for i in which], [came[i] for i in which]
            ranked = auroc(sure, right)
            expected = {
                "confidence": sum(sure) / n,
                "ece": ece(sure, right),
                "brier": brier(sure, right),
                "log_loss": log_loss(sure, right),
                "selective_accuracy": area_under_coverage(sure, right),
                "accuracy_at_50": accuracy_at(0.5, sure, right),
                "auroc": np.nan if ranked is None else ranked,
            }
            got = {name: values[row] for name, values in found.items()}
            assert got == pytest.approx(expected, nan_ok=True)


def test_the_draws_are_the_same_each_time_and_all_of_n_answers() -> None:
    first, second = (list(draws(5, count=30)) for _ in range(2))
    assert all(np.array_equal(a.which, b.which) for a, b in zip(first, second, strict=True))
    assert (first[0].times.sum(axis=1) == 5).all()
    assert sum(len(some.which) for some in draws(3_000_000, count=3)) == 3


def test_an_interval_covers_the_truth_nineteen_times_in_twenty() -> None:
    """Of a mean, whose truth is known: 200 samples of 60 answers that are right by 0.7."""
    chance, covered = random.Random(1), 0
    for _ in range(200):
        came = [chance.random() < 0.7 for _ in range(60)]
        right = np.array(came)
        mean = {"accuracy": sum(came) / 60}
        found = intervals(mean, 60, lambda some, right=right: {"accuracy": some.times @ right / 60})
        covered += found["accuracy_low"] <= 0.7 <= found["accuracy_high"]
    assert 182 <= covered <= 198


@pytest.mark.parametrize(
    ("confidence", "count"), [(0.9, 1000), (0.95, 1000), (0.99, 5000), (0.9999, 10_000)]
)
def test_narrow_tails_have_more_draws(confidence, count) -> None:
    """25 beyond each bound, as far as 10,000 go."""
    seen = []

    def on(some):
        seen.append(len(some.which))
        return {"mean": some.times @ np.arange(9.0) / 9}

    intervals({"mean": 4.0}, 9, on, confidence)
    assert sum(seen) == count


def test_a_bias_of_the_draws_is_corrected() -> None:
    values = np.linspace(0, 1, 1001)
    assert corrected(0.5, values) == pytest.approx((0.025, 0.975), abs=1e-3)
    low, high = corrected(0.3, values)
    assert low < 0.025
    assert high == pytest.approx(0.818, abs=0.002)  # the normal's at 2 z(0.3) + z(0.975)


def trial(number, said, gold, *, share=0.0):
    votes = ((said, share), ("other", 1 - share)) if share else ()
    answer = Answer(said, votes=votes)
    example = Example(Question(f"q{number}", "?"), gold)
    return Trial(example, (), (), answer, {"accuracy": float(said == gold)})


def test_a_run_has_the_interval_of_each_figure() -> None:
    chance = random.Random(0)
    trials = [
        trial(n, chance.choice("aab"), chance.choice("aabc"), share=0.5 + n / 200)
        for n in range(99)
    ]
    found = summarise(trials, TASK)
    figures = ["macro_f1", "micro_f1", "mcc", "ece", "brier", "log_loss", "auroc"]
    for name in [*figures, "selective_accuracy", "accuracy_at_50", "confidence"]:
        assert found[f"{name}_low"] < found[name] < found[f"{name}_high"]


def test_where_nothing_differs_no_interval_is_made_up() -> None:
    one = summarise([trial(0, "a", "a", share=0.9)], TASK)
    all_right = summarise([trial(n, "a", "a", share=0.9) for n in range(20)], TASK)
    for found in (one, all_right):
        assert found["macro_f1"] == 1
        assert not [name for name in found if name.startswith(("macro_f1_", "ece_", "brier_"))]
    assert reliability([]) == {}


@pytest.mark.parametrize(("metric", "name"), [(Bleu(), "bleu"), (Chrf(), "chrf")])
def test_an_overlap_of_the_corpus_on_a_draw_is_what_it_is_of_the_drawn_answers(
    metric, name
) -> None:
    said = ["the cat sat on the mat", "a dog ran in the park", "it rains today in Rome"]
    trials = [
        trial(n, text, text if n else "the cat is on the mat today")
        for n, text in enumerate(said * 4)
    ]
    found, _ = metric.of_run(trials)
    assert 0 < found[f"{name}_low"] < found[name] < found[f"{name}_high"] <= 1
    drawn = [
        metric.of_run([trials[place] for place in which])[0][name]
        for some in draws(12, count=40)
        for which in some.which
    ]
    scorer = CHRF() if name == "chrf" else BLEU()
    references = [[t.example.answer for t in trials]]
    on = _on_draws(name, scorer, [t.answer.text for t in trials], references)
    assert next(on(some)[name] for some in draws(12, count=40)) == pytest.approx(drawn)


def test_kendalls_tau_has_an_interval() -> None:
    scores = [{"pairs_in_order": n / 10, "pairs_reversed": 1 - n / 10} for n in range(11)]
    trials = [Trial(Example(Question("q", "?"), "A"), (), (), Answer("A"), each) for each in scores]
    found, _ = Ranking().of_run(trials)
    assert found["kendall_tau_low"] < found["kendall_tau"] < found["kendall_tau_high"]


def test_many_answers_are_drawn_in_bounded_memory() -> None:
    pairs = pairs_of(4000)
    found = intervals({"macro_f1": macro_f1(pairs)}, 4000, partial(classes.on_draws, pairs))
    assert found["macro_f1_low"] < macro_f1(pairs) < found["macro_f1_high"]
