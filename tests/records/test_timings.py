"""How long replies took: beside the trials, never in them, and never counted on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from test_experiment import TEST, Adder, experiment

from promptlab.metric.latency import latencies, latency
from promptlab.model.cache.cached_model import CachedModel
from promptlab.program import parallel, recorded, solve
from promptlab.records.files import Records
from promptlab.records.resume import resume
from promptlab.records.timings import measured, with_timings
from promptlab.route import Route
from promptlab.tool.calculator import Calculator
from promptlab.tracking.mlflow.sync import read
from promptlab.types import (
    Answer,
    Call,
    Completion,
    Exchange,
    Generate,
    Message,
    ModelReply,
    Prompt,
    Sampling,
    Timing,
    Trial,
)

ASKED = Generate(Prompt((Message("text", "Q: 1 + 1?"),)))


def trial(*timings: Timing | None, stage="strategy") -> Trial:
    told = [Exchange(ASKED, Completion("2", timing=timing), stage) for timing in timings]
    return Trial(TEST[0], (), tuple(told), Answer("2"), {})


def taken(trials: Sequence[Trial]) -> list[Timing | None]:
    return [measured(exchange.reply) for trial in trials for exchange in trial.exchanges]


def recorded_trials(run) -> list[Trial]:
    return resume(Records(run.folder), run.key, run.dataset, run.batch)


def test_every_reply_has_its_time_and_how_many_shared_it_and_the_trials_have_none(
    tmp_path: Path,
) -> None:
    run = experiment(tmp_path)
    run()
    assert b"timing" not in (tmp_path / "trials.jsonl").read_bytes()
    lines = [json.loads(line) for line in (tmp_path / "timings.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == [example.id for example in TEST]
    assert [line["exchanges"][0][2] for line in lines] == [3, 3, 3, 3, 3, 3, 1]
    assert [timing.batch for timing in taken(recorded_trials(run)) if timing] == [3] * 6 + [1]


def test_a_server_s_own_time_is_kept_and_a_tool_is_timed_alone() -> None:
    @dataclass(frozen=True)
    class Server(Adder):
        def answer(self, requests) -> list[ModelReply]:
            first, *others = super().answer(requests)
            return [replace(first, timing=Timing(5.0, 0.5)), *others]

    route = Route({"model": Server()}, {"calculator": Calculator()})
    own, shared, tool = route.answer([ASKED, ASKED, Call("calculator", "1 + 1")])
    assert own.timing == Timing(5.0, 0.5)
    assert [each.timing.batch for each in (shared, tool) if each.timing] == [1, 1]


def test_a_reply_from_the_store_has_no_time_of_its_own(tmp_path: Path) -> None:
    path = str(tmp_path / "completions.db")
    experiment(tmp_path / "asked", CachedModel(Adder(), path))()
    result = experiment(tmp_path / "found", CachedModel(Adder([0]), path))()
    assert not (tmp_path / "found" / "timings.jsonl").exists()
    assert not {"latency_median", "latency_p95"} & set(result["timings"])
    a, b = ((tmp_path / name / "trials.jsonl").read_bytes() for name in ("asked", "found"))
    assert a == b


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b'{"trial": 1, "id": "t0", "exchanges": [[1.0, 2.0',
        b"\xff\x00not json\n[]\n7\n",
        b'{"trial": 1, "id": "t6", "exchanges": [[1.0, 2.0, 1]]}\n',
        b'{"trial": 1, "id": "t0", "exchanges": [[1.0, 2.0, 1], [1.0, 2.0, 1]]}\n',
        b'{"trial": 1, "id": "t0", "exchanges": [[1.0, NaN, 1]]}\n',
        b'{"trial": 1, "id": "t0", "exchanges": [[1e999, 1.0, 1]]}\n',
        b'{"trial": 1, "id": "t0", "exchanges": [[1.0, -1.0, 1]]}\n',
        b'{"trial": 1, "id": "t0", "exchanges": [["1", true, null]]}\n',
        b'{"trial": [1], "id": {}, "exchanges": 5}\n',
    ],
)
def test_what_is_lost_cut_or_foreign_is_a_time_that_is_not_known(tmp_path: Path, text) -> None:
    run = experiment(tmp_path)
    run()
    trials = (tmp_path / "trials.jsonl").read_bytes()
    (tmp_path / "timings.jsonl").write_bytes(text)
    assert taken(recorded_trials(run)) == [None] * 7
    assert taken(read(tmp_path).trials) == [None] * 7
    assert experiment(tmp_path, Adder([0]))()["metrics"]["n"] == 7
    assert (tmp_path / "trials.jsonl").read_bytes() == trials


def test_a_run_that_goes_on_has_the_times_from_before(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        experiment(tmp_path, Adder([3]))()
    path = tmp_path / "timings.jsonl"
    path.write_bytes(path.read_bytes() + b'{"trial": 4, "id"')
    run = experiment(tmp_path)
    assert run()["timings"]["latency_p95"] >= 0
    assert None not in taken(recorded_trials(run))
    assert len(path.read_text().splitlines()) == 7


def test_a_file_that_cannot_be_written_costs_a_warning_and_not_the_run(tmp_path: Path) -> None:
    run = experiment(tmp_path)
    Records(tmp_path).begin(run.key)
    (tmp_path / "timings.jsonl").mkdir()
    with pytest.warns(UserWarning, match="how long replies took is not recorded"):
        assert run()["metrics"]["n"] == 7
    assert taken(with_timings(recorded_trials(run), tmp_path)) == [None] * 7


def test_what_is_asked_at_once_is_waited_for_once_and_a_metric_is_not_waited_for() -> None:
    together = Timing(10.0, 2.0, 2)
    assert latency(trial(together, together).exchanges) == 2.0
    assert latency(trial(together, Timing(11.0, 4.0), Timing(20.0, 1.0)).exchanges) == 6.0
    judged = [*trial(together).exchanges, *trial(Timing(30.0, 9.0), stage="metric").exchanges]
    assert latency(judged) == 2.0


def test_a_latency_is_not_known_where_a_reply_was_found_or_nobody_was_asked() -> None:
    assert latency(trial(Timing(1.0, 1.0), None).exchanges) is None
    assert latency(trial(Timing(0.0, 0.0, 0)).exchanges) is None
    assert latency(()) is None
    assert latencies([trial(None)]) == {}
    some = [trial(Timing(0.0, float(n))) for n in range(1, 21)] + [trial(None)]
    assert latencies(some) == {"latency_median": 10.5, "latency_p95": 19.0}


def test_two_replies_are_equal_whatever_they_took() -> None:
    assert Completion("a", timing=Timing(1.0, 2.0)) == Completion("a")
    asked = [replace(ASKED, sampling=Sampling(draw=draw)) for draw in (0, 1)]
    exchanges: list[Exchange] = []

    def program(request):
        return (yield [request])

    solve(parallel(recorded(program(each), exchanges) for each in asked), Route({"model": Adder()}))
    batches = [timing.batch for each in exchanges if (timing := measured(each.reply))]
    assert batches == [2, 2]
