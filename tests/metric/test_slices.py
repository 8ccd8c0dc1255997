"""A run's scores by a field of the records, with intervals for as many slices as there are."""

import pytest
from scipy.stats import fisher_exact

from promptlab.analysis.statistics import holm, wilson
from promptlab.metric.slices import check_fields, lines, slices
from promptlab.metric.summary import figures
from promptlab.types import Answer, Example, Question, Task, Trial


def trial(topic, right, **scores):
    fields = {} if topic is None else {"topic": topic}
    example = Example(Question("q", "?", metadata=fields), "x")
    return Trial(example, (), (), Answer("x"), {"accuracy": right} | scores)


TRIALS = [trial("数学", 1.0)] * 30 + [trial("{a}", 0.0)] * 2 + [trial(None, 1.0)]


def test_each_slice_has_its_count_mean_and_corrected_interval():
    told = slices(TRIALS, ["topic"])["topic"]
    assert {value: part["n"] for value, part in told.items()} == {"": 1, "{a}": 2, "数学": 30}
    low, high = wilson(30, 30, 1 - 0.05 / 3)
    assert (told["数学"]["accuracy_low"], told["数学"]["accuracy_high"]) == (low, high)
    assert [part["small"] for part in told.values()] == [True, True, False]


def test_a_score_between_0_and_1_has_an_interval_too():
    told = slices([trial("a", 1.0, f1=n / 10) for n in range(10)], ["topic"])["topic"]["a"]
    assert told["f1"] == pytest.approx(0.45)
    assert told["f1_low"] < 0.45 < told["f1_high"]


def test_small_slices_are_marked_where_people_read_them():
    first, second, third = lines(slices(TRIALS, ["topic"]), "accuracy")
    assert first.startswith("topic=(none): n=1, accuracy 1.000")
    assert second.endswith("fewer than 30")
    assert "fewer" not in third


def test_a_field_that_no_record_has_is_named_with_those_there_are():
    examples = [each.example for each in TRIALS]
    check_fields(["topic"], examples)
    with pytest.raises(ValueError, match="no test example has a field 'topik'; did you mean topic"):
        check_fields(["topik"], examples)
    with pytest.raises(ValueError, match="the records have no fields"):
        check_fields(["topic"], [Example(Question("q", "?"), "x")])


def test_a_slice_is_compared_with_the_rest_after_holm():
    made = (
        [trial("a", 1.0)] * 20
        + [trial("b", 0.0)] * 20
        + [trial("c", float(n % 2)) for n in range(20)]
    )
    told = slices(made, ["topic"])["topic"]
    raw = [fisher(20, 20, 10, 40), fisher(0, 20, 30, 40), fisher(10, 20, 20, 40)]
    assert [part["accuracy_holm"] for part in told.values()] == pytest.approx(list(holm(raw)))
    assert "unlike the rest" in lines({"topic": told}, "accuracy")[0]
    assert "unlike" not in lines({"topic": told}, "accuracy")[2]


def fisher(right, n, others_right, others):
    table = [[right, n - right], [others_right, others - others_right]]
    return min(fisher_exact(table).pvalue, 1.0)


def test_a_field_with_one_value_is_compared_with_nothing():
    (part,) = slices([trial("a", 1.0)] * 3, ["topic"])["topic"].values()
    assert "accuracy_holm" not in part


TASK = Task(answer="label", labels=("good", "bad"))


def labelled(topic, gold, said, share):
    example = Example(Question("q", "?", metadata={"topic": topic}), gold)
    answer = Answer(said, votes=((said, share), ("other", 1 - share)))
    return Trial(example, (), (), answer, {"accuracy": float(gold == said)})


MIXED = [
    labelled(f"topic {n % 3}", TASK.labels[n % 2], TASK.labels[n // 7 % 2], 0.5 + n % 50 / 100)
    for n in range(300)
]


def of_task(trials, confidence):
    return figures(trials, TASK, confidence)


def test_a_slice_has_the_figures_of_a_run_of_its_trials_alone():
    told = slices(MIXED, ["topic"], of_task)["topic"]
    for value, part in told.items():
        own = [each for each in MIXED if each.example.question.metadata["topic"] == value]
        alone = figures(own, TASK, 1 - 0.05 / 3)
        assert {"macro_f1", "mcc", "ece", "brier", "auroc"} <= set(alone)
        assert {name: part[name] for name in alone} == alone


def test_the_intervals_of_figures_are_as_wide_as_the_number_of_slices_asks():
    one = slices(MIXED, ["topic"], of_task)["topic"]["topic 0"]
    alone = figures(MIXED[::3], TASK)
    for name in ("macro_f1", "brier"):
        wide, narrow = (told[f"{name}_high"] - told[f"{name}_low"] for told in (one, alone))
        assert 1.1 < wide / narrow < 1.5  # of the normal: 2.39 / 1.96 = 1.22
