"""What a judge is worth: each measure on judges of whom it is known."""

import numpy as np
import pytest

from promptlab.analysis.statistics import wilson
from promptlab.judge.judgement import Judgement, judgement_from_line, judgement_line
from promptlab.judge.labels import Labels
from promptlab.judge.measure import mean_of
from promptlab.judge.measures import measures
from promptlab.judge.standing import compared, graded, pairs
from promptlab.judge.truth import Truth
from promptlab.types import Completion, Exchange, Generate, Message, Prompt

ASKED = (Exchange(Generate(Prompt((Message("text", "?"),))), Completion("5"), "metric"),)
RNG = np.random.default_rng(0)
GOLD = [float(x) for x in RNG.integers(2, size=80)]


def graded_by(grade, runs=("a",), repeats=1):
    """Judgements of eighty answers of each run."""
    return [
        Judgement(f"q{n}", (run,), (tuple(grade(run, n) for _ in range(repeats)),), "", ASKED)
        for run in runs
        for n in range(80)
    ]


def truth(runs=("a",), lengths=lambda run, n: 10 + n % 7, own=(), graded=False, labels=None):
    values = {(run, f"q{n}"): {"gold": GOLD[n]} for run in runs for n in range(80)}
    told = {(run, f"q{n}"): lengths(run, n) for run in runs for n in range(80)}
    return Truth(labels or Labels(values, graded, people=False), told, frozenset(own), 5)


def found(judgements, known):
    return {each.name: each.estimate for each in measures(judgements, known)}


def test_a_judge_who_is_always_right_agrees_wholly() -> None:
    of = found(graded_by(lambda run, n: GOLD[n]), truth())
    assert (of["kappa"].value, of["alpha"].value, of["auroc"].value) == (1, 1, 1)
    assert of["agreement"] == (1, *wilson(80, 80), 80)
    assert of["no_verdict"].value == 0
    assert "self_preference" not in of


def test_a_judge_who_guesses_cannot_be_told_from_chance() -> None:
    grades = RNG.integers(5, size=80) / 4
    of = found(graded_by(lambda run, n: float(grades[n])), truth())
    assert of["kappa"].low < 0 < of["kappa"].high
    assert of["auroc"].low < 0.5 < of["auroc"].high


def test_a_judge_who_always_says_the_same_has_no_kappa_above_0() -> None:
    of = found(graded_by(lambda run, n: 0.25), truth())
    assert (of["kappa"].value, of["kappa"].high, of["auroc"].value) == (0, 0, 0.5)


def test_length_is_compared_among_answers_that_are_equally_right() -> None:
    long = found(graded_by(lambda run, n: (10 + n % 7) / 20), truth())
    assert long["length_bias"].value == pytest.approx(1)
    # Right answers are longer here, and the judge looks at what is right alone.
    fair = truth(lengths=lambda run, n: 10 + int(10 * GOLD[n]) + n % 3)
    assert abs(found(graded_by(lambda run, n: GOLD[n]), fair)["kappa"].value) == 1
    just = found(graded_by(lambda run, n: GOLD[n] * 0.9 + RNG.random() / 10), fair)
    assert abs(just["length_bias"].value) < 0.3


def test_self_preference_is_what_own_answers_are_graded_above_others() -> None:
    kind = graded_by(lambda run, n: min(1.0, GOLD[n] * 0.5 + 0.3 * (run == "own")), ("own", "b"))
    of = found(kind, truth(("own", "b"), own=["own"]))
    assert of["self_preference"].value == pytest.approx(0.3)
    # Own answers are more often right, and the judge says the same of all.
    values = {("own", f"q{n}"): {"gold": 1.0 if n % 4 else 0.0} for n in range(80)}
    values |= {("b", f"q{n}"): {"gold": 0.0 if n % 4 else 1.0} for n in range(80)}
    fair = truth(("own", "b"), own=["own"], labels=Labels(values, people=False))
    same = found(graded_by(lambda run, n: 0.25, ("own", "b")), fair)
    assert same["self_preference"].value == 0
    assert "self_preference" not in found(kind, truth(("own", "b"), own=["own", "b"]))


def test_repeats_that_differ_are_inconsistent() -> None:
    same = found(graded_by(lambda run, n: GOLD[n], repeats=3), truth())
    assert (same["consistency"].value, same["same"].value) == (1, 1)
    wild = found(graded_by(lambda run, n: float(RNG.integers(5)) / 4, repeats=3), truth())
    assert abs(wild["consistency"].value) < 0.2
    assert wild["same"].value < 0.4
    assert "consistency" not in found(graded_by(lambda run, n: 1.0), truth())


def test_what_nobody_was_asked_about_says_nothing_of_the_judge() -> None:
    judgements = graded_by(lambda run, n: GOLD[n])
    unread = [Judgement("x", ("a",), ((0.0,),))]
    known = truth()
    assert found(judgements + unread, known)["agreement"].n == 80


def test_grades_of_people_are_compared_by_their_distance() -> None:
    grades = RNG.integers(5, size=80) / 4
    values = {("a", f"q{n}"): {"ann": float(grades[n]), "bo": float(grades[n])} for n in range(80)}
    near = graded_by(lambda run, n: min(1.0, float(grades[n]) + 0.25 * (n % 4 == 0)))
    of = found(near, truth(graded=True, labels=Labels(values, graded=True)))
    assert of["kappa"].value > 0.9
    assert of["alpha"].value > 0.9
    assert of["alpha_people"].value == 1


def compared_by(forward, backward, runs=("a", "b")):
    return [Judgement(f"q{n}", runs, ((forward(n),), (backward(n),)), "", ASKED) for n in range(80)]


def test_a_judge_who_takes_what_is_first_is_found_out() -> None:
    of = found(compared_by(lambda n: 1.0, lambda n: 0.0), truth(("a", "b")))
    assert of["position_bias"] == (0.5, 0.5, 0.5, 80)
    assert of["turned"].value == 1


def test_a_judge_who_takes_what_is_longer_is_found_out() -> None:
    known = truth(("a", "b"), lengths=lambda run, n: 9 if run == "a" else 10)
    of = found(compared_by(lambda n: 0.0, lambda n: 0.0), known)
    assert of["length_bias"].value == 0.5
    assert of["position_bias"].value == 0


def test_a_judge_who_takes_its_own_is_found_out() -> None:
    of = found(compared_by(lambda n: 0.0, lambda n: 0.0), truth(("a", "b"), own=["b"]))
    assert of["self_preference"].value == 0.5


def test_preferences_are_right_where_the_better_is_preferred() -> None:
    values = {("a", f"q{n}"): {"gold": GOLD[n]} for n in range(80)}
    values |= {("b", f"q{n}"): {"gold": GOLD[-n - 1]} for n in range(80)}
    labels = Labels(values, people=False)
    better = [(1 + GOLD[n] - GOLD[-n - 1]) / 2 for n in range(80)]
    known = truth(("a", "b"), labels=labels)
    of = found(compared_by(lambda n: better[n], lambda n: better[n]), known)
    assert (of["kappa"].value, of["agreement"].value) == (1, 1)
    of = found(compared_by(lambda n: 1 - better[n], lambda n: 1 - better[n]), known)
    assert of["agreement"].value == 0


def test_the_strengths_are_those_of_the_points() -> None:
    judgements = compared_by(lambda n: float(n % 4 > 0), lambda n: float(n % 4 > 0))
    (first, second), ties = compared(judgements)
    assert (first.name, first.points, second.points, ties) == ("a", 0.75, 0.25, 0)
    assert first.strength.value == pytest.approx(np.log(60.5 / 20.5) / 2, abs=1e-3)
    assert first.strength.low > 0 > second.strength.high
    (pair,) = pairs(judgements)
    assert (pair.won, pair.tied, pair.lost) == (60, 0, 20)
    assert pair.preference.value == 0.75


def test_who_prefers_each_in_one_order_prefers_neither_however_sure() -> None:
    """By probabilities the two orders do not cancel out: 0.9 for the first place, 0.2 for it."""
    of = compared_by(lambda n: 0.9, lambda n: 0.2)
    assert {each.side for each in of} == {0}
    (pair,) = pairs(of)
    assert (pair.won, pair.tied, pair.lost) == (0, 80, 0)
    (first, second), _ = compared(of)
    assert first.points == second.points == 0.5
    assert {each.side for each in compared_by(lambda n: 0.9, lambda n: 0.6)} == {1}
    assert {each.side for each in compared_by(lambda n: 0.5, lambda n: 0.2)} == {-1}


def test_a_share_of_one_kind_has_an_interval_still() -> None:
    of = found(compared_by(lambda n: 1.0, lambda n: 0.0), truth(("a", "b")))
    assert of["turned"] == (1, *wilson(80, 80), 80)
    twice = mean_of("x", [1.0] * 20, [f"q{n // 2}" for n in range(20)], "").estimate
    assert twice == (1, *wilson(10, 10), 20)  # two answers to one question are no two


def test_a_corrected_share_is_a_share() -> None:
    judgements = graded_by(lambda run, n: 1.0)
    sample = {("a", f"q{n}"): {"people": float(n > 0)} for n in range(4)}
    (run,) = graded(judgements, Labels(sample), truth().labels)
    assert run.corrected.value == pytest.approx(0.75)
    assert 0 < run.corrected.low < 0.75
    assert run.corrected.high == 1


def test_an_accuracy_is_corrected_by_the_labels_of_a_sample() -> None:
    # The judge calls all answers right; people say so of half of the labelled ones.
    judgements = graded_by(lambda run, n: 1.0 if n % 8 else 0.75)
    sample = {("a", f"q{n}"): {"people": float(n % 2)} for n in range(20)}
    gold = truth().labels
    (run,) = graded(judgements, Labels(sample), gold)
    assert run.right.value == 1
    assert run.corrected.value == pytest.approx(0.5)
    assert run.corrected.low < 0.5 < run.corrected.high
    assert run.gold == pytest.approx(sum(GOLD) / 80)
    (alone,) = graded(judgements, gold, gold)
    assert alone.corrected.n == 0


def test_answers_without_a_verdict_count_in_what_is_corrected_and_in_what_is_so() -> None:
    judgements = [
        Judgement(f"q{n}", ("a",), ((GOLD[n] if n % 3 else None,),), "", ASKED) for n in range(80)
    ]
    sample = {("a", f"q{n}"): {"people": GOLD[n]} for n in range(40)}
    (run,) = graded(judgements, Labels(sample), truth().labels)
    assert (run.grade.n, run.corrected.n) == (53, 40)
    assert run.gold == pytest.approx(sum(GOLD) / 80)
    assert run.corrected.low < run.gold < run.corrected.high


def test_a_line_is_read_back_as_it_was() -> None:
    judgement = Judgement("q", ("a", "b"), ((1.0, None), (0.25,)), "no score", ASKED)
    assert judgement_from_line(judgement_line(judgement)) == judgement
    assert judgement.value == 0.625
    assert Judgement("q", ("a", "b"), ((1.0,), (None,))).value is None
    with pytest.raises(ValueError, match="broken"):
        judgement_from_line({"id": "q"})
