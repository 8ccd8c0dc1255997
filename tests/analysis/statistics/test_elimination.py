"""Races of given scores: who is asked, who is dropped and when, and when a race ends."""

import json
from math import inf
from pathlib import Path

import numpy as np
import pytest

from promptlab.analysis.racing.elimination import eliminate

GSM8K = Path(__file__).resolve().parents[3].parent / (
    "shared/data/outputs/gsm8k_openai_solutions/all.jsonl"
)


def table(*shares, examples=100, seed=0):
    """Scores of variants that have such a share of the examples right."""
    rng = np.random.default_rng(seed)
    return (rng.random((examples, len(shares))) < shares).astype(float)


def race(scores, **rules):
    """Race on a table of scores; return the standings and what was asked."""
    asked = []

    def ask(variants, start, stop):
        asked.append((tuple(variants), start, stop))
        return scores[start:stop, list(variants)]

    return list(eliminate(ask, scores.shape[1], len(scores), **rules)), asked


def test_a_clear_winner_is_found_before_all_is_asked():
    standings, asked = race(table(0.9, 0.3, 0.5), block=10)
    last = standings[-1]
    assert last.left == (0,)
    assert {drop.variant for drop in last.dropped} == {1, 2}
    assert last.examples < 100
    assert asked[0] == ((0, 1, 2), 0, 10)


def test_only_those_still_in_are_asked_and_each_block_once():
    standings, asked = race(table(0.9, 0.2, 0.6, 0.85), block=10)
    for before, (variants, start, stop) in zip(standings, asked[1:], strict=False):
        assert set(variants) == set(before.left)
        assert (start, stop) == (before.examples, before.examples + 10)
    assert len(asked) == len(standings)


def test_a_drop_says_when_and_by_how_much_and_on_what_evidence():
    scores = np.array([[1.0, 0.0]] * 50)
    (standing, *_), _ = race(scores, block=25, population=True)
    (drop,) = standing.dropped
    assert (drop.variant, drop.leader, drop.examples, drop.difference) == (1, 0, 25, 1.0)
    assert 20 <= drop.e_value < inf


def test_at_the_end_the_highest_mean_is_left_and_its_equals():
    scores = table(0.7, 0.7, 0.7, examples=30)
    scores[:, 2] = scores[:, 0]
    standings, _ = race(scores, block=7)
    means = scores.mean(axis=0)
    assert standings[-1].examples == 30
    assert set(standings[-1].left) == set(np.flatnonzero(means == means.max()))


def test_for_a_population_what_cannot_be_told_apart_is_left():
    standings, _ = race(table(0.7, 0.72), population=True)
    assert (standings[-1].examples, sorted(standings[-1].left)) == (100, [0, 1])


def test_the_race_is_the_same_again():
    assert race(table(0.6, 0.7, 0.5)) == race(table(0.6, 0.7, 0.5))


def test_scores_need_not_be_right_or_wrong():
    rng = np.random.default_rng(3)
    scores = np.clip(rng.normal([0.8, 0.5, 0.75], 0.1, (200, 3)), 0, 1)
    standings, _ = race(scores)
    assert standings[-1].left == (0,)
    assert standings[-1].examples < 200


def test_enough_is_enough():
    budget = iter([False, False, True])
    standings, asked = race(table(0.7, 0.7), block=10, enough=lambda: next(budget))
    assert (len(standings), len(asked)) == (2, 2)


def test_smaller_risks_take_more_examples():
    scores = table(0.8, 0.5)
    answered = [race(scores, block=1, alpha=alpha)[0][-1].examples for alpha in (0.2, 0.01)]
    assert answered[0] < answered[1]


@pytest.mark.parametrize(
    ("variants", "rules", "said"),
    [
        (1, {}, "1 variant to race"),
        (2, {"alpha": 0}, "alpha is 0; expected more than 0"),
        (2, {"alpha": 1}, "alpha is 1"),
        (2, {"block": 0}, "block is 0"),
    ],
)
def test_what_makes_no_race_is_refused(variants, rules, said):
    with pytest.raises(ValueError, match=said):
        race(table(*[0.5] * variants), **rules)


@pytest.mark.skipif(not GSM8K.exists(), reason="needs the published outputs")
def test_of_four_systems_on_gsm8k_the_best_is_found_with_a_tenth_of_the_answers():
    rows = [json.loads(line)["outputs"] for line in GSM8K.read_text("utf-8").splitlines()]
    scores = np.array([[float(output["correct"]) for output in row] for row in rows])
    best = int(scores.mean(axis=0).argmax())
    answers = []
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(len(scores))
        standings, asked = race(scores[order])
        assert standings[-1].left == (best,)
        answers.append(sum(len(variants) * (stop - start) for variants, start, stop in asked))
    assert np.median(answers) < scores.size / 10
