"""What is tried next: never the same twice, learnt from what was tried, the same on every call."""

import random

import pytest

from promptlab.analysis.search import (
    ChoiceAxis,
    RangeAxis,
    SearchTrial,
    Study,
    count_variants,
    format_values,
    propose,
)

optuna = pytest.importorskip("optuna", reason='optuna is missing: pip install "promptlab[search]"')

SPACE = [
    ChoiceAxis("selection", ("zero", "random", "bm25", "knn")),
    ChoiceAxis("k", tuple(map(str, range(1, 17))), ordered=True),
    ChoiceAxis("ordering", ("similar_last", "similar_first", "shuffled")),
]


def score(params) -> float:
    """One best variant: knn, the ninth k, similar_last; 192 in all."""
    return (
        ("zero", "random", "bm25", "knn").index(params["selection"]) / 3
        - abs(params["k"] - 8) / 8
        + (params["ordering"] == "similar_last") / 2
    )


def searched(trials: int, seed: int, space=SPACE, of=score) -> list[SearchTrial]:
    found: list[SearchTrial] = []
    for _ in range(trials):
        params = propose(space, found, seed)
        found.append(SearchTrial(params, of(params)))
    return found


def test_no_variant_is_proposed_twice_and_all_are_in_the_end() -> None:
    space = [ChoiceAxis("a", ("x", "y", "z")), RangeAxis("k", 1, 4)]
    assert count_variants(space) == 12
    tried = searched(12, 3, space, lambda params: float(params["k"]))
    assert {format_values(space, each.params) for each in tried} == {
        (a, k) for a in "xyz" for k in "1234"
    }


def test_the_same_seed_proposes_the_same_and_another_does_not() -> None:
    assert searched(15, 1) == searched(15, 1)
    assert searched(15, 1) != searched(15, 2)


def test_forty_trials_find_a_better_variant_than_forty_drawn_by_chance() -> None:
    found, by_chance = [], []
    for seed in range(2):
        found.append(max(each.value for each in searched(40, seed)))
        chance = random.Random(seed)
        points = [{axis.key: axis.draw(chance) for axis in SPACE} for _ in range(40)]
        by_chance.append(max(map(score, points)))
    assert sum(found) > sum(by_chance)
    assert max(found) == 1.5


def test_a_variant_that_failed_is_not_proposed_again_and_misleads_nobody() -> None:
    def fails(params) -> float | None:
        return None if params["selection"] == "knn" else score(params)

    tried = searched(30, 0, of=fails)
    assert len({format_values(SPACE, each.params) for each in tried}) == 30
    assert max(each.value for each in tried if each.value is not None) > 0.9


def test_intervals_are_written_as_the_command_line_says_numbers() -> None:
    space = [RangeAxis("t", 0.001, 10.0, log=True), RangeAxis("k", 1, 64), RangeAxis("p", 0.0, 1.0)]
    assert count_variants(space) is None
    for each in searched(12, 0, space, lambda params: -params["t"]):
        t, k, p = format_values(space, each.params)
        assert 0.001 <= float(t) <= 10
        assert int(k) in range(1, 65)
        assert 0 <= float(p) <= 1
        assert len(p) <= 9


@pytest.mark.parametrize(
    ("low", "high", "log", "said"),
    [(1.0, 1.0, False, "a larger one"), (0.0, 1.0, True, "above 0"), (5, 2, False, "smaller")],
)
def test_an_interval_with_nothing_in_it_is_refused(low, high, log, said) -> None:
    with pytest.raises(ValueError, match=said):
        RangeAxis("t", low, high, log)


def run(study: Study, trials: int) -> list[SearchTrial]:
    while len(study.trials) < trials:
        params = study.next()
        study.tell(SearchTrial(params, score(params)))
    return study.trials


def test_a_study_that_was_stopped_ends_as_one_that_was_not(tmp_path) -> None:
    whole = run(Study(SPACE, "accuracy", 5, tmp_path / "whole.db"), 17)
    for trials in (1, 9, 17):
        stopped = Study(SPACE, "accuracy", 5, tmp_path / "stopped.db")
        stopped.next()  # asked for, and never told
        assert run(stopped, trials) == whole[:trials]


def test_a_study_is_one_that_optuna_reads(tmp_path) -> None:
    study = Study(SPACE, "accuracy", 0, tmp_path / "study.db")
    params = study.next()
    study.tell(SearchTrial(params, None, "ValueError: no"))
    run(study, 6)
    (name,) = optuna.get_all_study_names(f"sqlite:///{tmp_path}/study.db")
    kept = optuna.load_study(study_name=name, storage=f"sqlite:///{tmp_path}/study.db")
    assert [trial.state.name for trial in kept.trials] == ["FAIL", *["COMPLETE"] * 5]
    assert kept.best_value == max(each.value for each in study.trials[1:])
    assert kept.trials[0].user_attrs["error"] == "ValueError: no"
    assert list(kept.trials[1].user_attrs["values"]) == ["selection", "k", "ordering"]


def test_another_seed_metric_or_space_is_another_study_in_the_same_file(tmp_path) -> None:
    path = tmp_path / "study.db"
    run(Study(SPACE, "accuracy", 0, path), 2)
    for other in (
        Study(SPACE, "accuracy", 1, path),
        Study(SPACE, "macro_f1", 0, path),
        Study(SPACE[:2], "accuracy", 0, path),
    ):
        other.next()
        assert other._stored == []


def test_what_scores_otherwise_when_it_is_run_again_is_replaced(tmp_path) -> None:
    path = tmp_path / "study.db"
    first = run(Study(SPACE, "accuracy", 0, path), 5)
    again = Study(SPACE, "accuracy", 0, path)
    for each in first:
        assert again.next() == each.params
        again.tell(SearchTrial(each.params, 7.0 if each is first[2] else each.value))
    values = [each.value for each in Study(SPACE, "accuracy", 0, path)._stored]
    assert values == [7.0 if each is first[2] else each.value for each in first]


def test_without_anything_to_vary_it_says_so(tmp_path) -> None:
    with pytest.raises(ValueError, match="nothing is varied"):
        Study([], "accuracy", 0, tmp_path / "study.db")
