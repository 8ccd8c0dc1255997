"""A sweep keeps of every answer what a report counts, and reads texts again when they are shown."""

import json
import math

import pytest
from report_runs import settings, trial, trials, write

from promptlab.report.data.reading.answers import completions, prompts
from promptlab.report.data.reading.cost import Cost, cost, front
from promptlab.report.data.standings import read_standings


def test_variants_are_ranked_with_what_became_of_their_answers(sweep):
    (found,) = read_standings([sweep])
    best, *_, last = found.ranking
    assert (best.rank, best.name, best.behind) == (1, "knn,k=4", None)
    assert sum(best.kinds.values()) == 40
    assert last.kinds["right"] < best.kinds["right"]
    assert last.kinds["unparsed"] == last.named > 0
    assert last.behind.a == best.name


def test_names_leave_out_what_all_variants_share(tmp_path):
    for k in (1, 2):
        write(tmp_path, f"knn,k={k}", trials(0.5))
    (found,) = read_standings([tmp_path], baseline="knn,k=1")
    assert sorted(found.names) == ["k=1", "k=2"]
    assert found.comparison.baseline == "k=1"


def test_an_answer_finds_its_whole_trial_again(sweep):
    (found,) = read_standings([sweep])
    for asked, (answer,) in found.answers["knn,k=2"].items():
        line = answer.line()
        assert line["id"] == asked.id
        assert prompts(line) == [f"Demo. Demo. Q: {found.items[asked].question}\nA:"]
        assert len(completions(line)) == 1


def test_repeated_runs_become_one_variant_whose_costs_add_up(tmp_path):
    for seed in range(3):
        write(tmp_path, f"knn,seed={seed}", trials(0.6, seed=seed), seconds=1.5)
        write(tmp_path, f"zero,seed={seed}", trials(0.3, seed=seed), seconds=1.5)
    (found,) = read_standings([tmp_path], repeated="seed")
    assert found.names == ["knn", "zero"]
    spent = found.ranking[0].cost
    assert (spent.answers, spent.calls, spent.seconds) == (120, 120, 4.5)
    assert spent.asked == 120
    assert spent.cached == pytest.approx(0.25)
    assert all(len(answers) == 3 for answers in found.answers["knn"].values())


def test_a_run_that_was_stopped_has_no_seconds(tmp_path):
    write(tmp_path, "stopped", trials(0.5), finished=False)
    (found,) = read_standings([tmp_path])
    spent = found.ranking[0].cost
    assert spent.prompt_tokens == 400
    assert math.isnan(spent.seconds)
    assert math.isnan(spent.cached)
    assert found.factors == {}


def test_odd_records_count_as_nothing(tmp_path):
    odd = tmp_path / "odd"
    odd.mkdir()
    lines = (
        {"id": 1, "scores": {"accuracy": 1}, "outcome": "parsed", "exchanges": [3, {}]},
        {"id": 2, "scores": {"accuracy": 0}, "outcome": "lost", "choices": 1, "aliases": 2},
    )
    (odd / "trials.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    (found,) = read_standings([odd])
    (place,) = found.ranking
    assert place.kinds == {"right": 1, "unparsed": 1}
    assert math.isnan(place.cost.seconds)
    assert place.cost == Cost(2, 0, 0, 1, math.nan, place.cost.seconds, 0, 0)


def test_the_front_is_what_nothing_as_cheap_is_better_than():
    points = [(10, 0.5), (20, 0.7), (20, 0.6), (30, 0.7), (40, 0.9)]
    assert front(points) == [True, True, False, False, True]
    assert front([(10, 0.5), (10, 0.5)]) == [True, True]


def test_a_cost_without_answers_is_none():
    assert cost([], [{}]).tokens == 0


def test_factors_are_what_was_swept_and_not_what_follows_from_it(sweep):
    (found,) = read_standings([sweep])
    assert list(found.factors) == ["k", "selection"]
    assert found.factors["selection"][0] == "knn"
    write(sweep, "other,k=4", trials(0.5), config=settings("bm25", 8))
    (found,) = read_standings([sweep])
    assert set(found.factors["k"]) == {"1", "2", "4", "8"}


def test_what_concerns_all_data_sets_is_noted_once(tmp_path):
    for name in ("one", "two"):
        write(tmp_path, name, trials(0.5))
    write(tmp_path, "other", [trial(99, gold="1", said="1")], dataset="small")
    with (tmp_path / "one" / "trials.jsonl").open("a") as file:
        file.write("{broken\n")
    first, second = read_standings([tmp_path])
    assert [note.rpartition(" ")[2] for note in first.comparison.notes] == ["out", "apart"]
    assert second.comparison.notes == ()
