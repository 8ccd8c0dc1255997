"""Traces in a real store, read back: the same by the fast way and by the public one."""

import base64
import sqlite3
import time
from dataclasses import replace

import pytest
from mlflow import MlflowClient

from promptlab.tracking.mlflow.environment import prepare
from promptlab.tracking.mlflow.store import MlflowStore, open_store
from promptlab.tracking.mlflow.traces import rows as trace_rows
from promptlab.tracking.mlflow.traces import store as trace_store
from promptlab.tracking.mlflow.traces.store import TracedRun
from promptlab.tracking.mlflow.traces.trace import traces
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Generate,
    Message,
    Prompt,
    Question,
    Sampling,
    Timing,
    Trial,
)

prepare()
WAYS = (trace_store.write_by_client, trace_store.write_by_api)
TAGS = {"sweep": "first", "variant": "cot", "model": "SmolLM2", "folder": "/x"}


def trial(number: int) -> Trial:
    prompt = Prompt((Message("user", f"{number} + {number} = ？"),))
    draws = (
        Exchange(Generate(prompt, Sampling(0.5, draw=n)), Completion(f"是 {n}", "stop", 11, 3))
        for n in (0, 1)
    )
    example = Example(Question(f"q{number}", f"{number} + {number} = ？"), "0")
    demo = Example(Question("d1", "一加一？"), "2")
    return Trial(example, (demo,), tuple(draws), Answer("1"), {"accuracy": 0.0, "f1": 0.25})


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> MlflowStore:
    return open_store(f"sqlite:///{tmp_path_factory.mktemp('项目')}/mlflow.db", "promptlab")


@pytest.fixture(scope="module", params=WAYS, ids=lambda way: way.__name__)
def found(request, store: MlflowStore) -> list:
    run_id = store.client.create_run(store.experiment_id).info.run_id
    trials = [trial(number) for number in range(3)]
    at = time.time_ns() // 1_000_000
    made = traces(trials, range(3), run_id=run_id, name="cot", at=at)
    request.param(TracedRun(store, run_id, TAGS), list(made))
    return store.client.search_traces(locations=[store.experiment_id], run_id=run_id)


def test_the_run_has_its_traces_the_first_question_first(found):
    assert [each.info.tags["sweep"] for each in found] == ["first"] * 3
    roots = [each.data.spans[0] for each in found]
    assert [root.inputs["question"] for root in roots] == [f"{n} + {n} = ？" for n in range(3)]
    assert roots[0].outputs == {"answer": "1", "outcome": "parsed"}


def test_the_steps_are_spans_under_the_root_in_their_order(found):
    root, *steps = found[0].data.spans
    assert [step.name for step in steps] == [
        "demonstrations",
        "generate 1 of 2, draw 0",
        "generate 2 of 2, draw 1",
        "scores",
    ]
    assert {step.parent_id for step in steps} == {root.span_id}
    assert steps[0].outputs[0]["id"] == "d1"
    assert steps[1].inputs["messages"] == [{"role": "user", "content": "0 + 0 = ？"}]
    assert steps[2].outputs["choices"][0]["message"]["content"] == "是 1"


def test_no_step_takes_any_time_where_none_was_measured(found):
    _, *steps = found[0].data.spans
    assert [step.end_time_ns - step.start_time_ns for step in steps] == [0] * 4
    began = [step.start_time_ns for step in steps]
    assert began == list(range(began[0], began[0] + 4))
    assert not found[0].info.execution_duration


def test_calls_take_the_time_that_was_measured_and_the_trial_all_of_it(store):
    first, second = trial(1).exchanges
    timed = (
        replace(first, reply=replace(first.reply, timing=Timing(1000.5, 0.25, 2))),
        replace(second, reply=replace(second.reply, timing=Timing(1000.75, 1.5))),
    )
    trials = [replace(trial(number), exchanges=timed) for number in range(4)]
    run_id = store.client.create_run(store.experiment_id).info.run_id
    made = list(traces(trials, range(4), run_id=run_id, name="cot", at=1_700_000_000_000))
    for way, some in zip((*WAYS, trace_store.write), (made[:1], made[1:2], made[2:]), strict=True):
        way(TracedRun(store, run_id, TAGS), some)
    found = store.client.search_traces(locations=[store.experiment_id], run_id=run_id)
    assert len(found) == 4
    for each in found:
        root, *steps = each.data.spans
        calls = [span for span in steps if span.span_type == "CHAT_MODEL"]
        assert [round((s.end_time_ns - s.start_time_ns) / 1e9, 6) for s in calls] == [0.25, 1.5]
        assert round((calls[1].start_time_ns - calls[0].start_time_ns) / 1e9, 6) == 0.25
        assert all(span.end_time_ns <= root.end_time_ns for span in steps)
        assert each.info.execution_duration == 1750
        assert calls[0].get_attribute("answered_together") == 2


def test_tokens_are_counted_for_each_call_and_for_all(found):
    calls = [span for span in found[0].data.spans if span.span_type == "CHAT_MODEL"]
    used = {"input_tokens": 11, "output_tokens": 3, "total_tokens": 14}
    assert [call.get_attribute("mlflow.chat.tokenUsage") for call in calls] == [used, used]
    assert found[0].info.token_usage["total_tokens"] == 28
    assert calls[0].model_name == "SmolLM2"
    assert calls[1].get_attribute("draw") == 1


def test_scores_are_feedback_and_the_gold_answer_an_expectation(found):
    told = {each.name: each for each in found[0].info.assessments}
    assert told["accuracy"].feedback.value is False
    assert told["f1"].feedback.value == 0.25
    assert told["outcome"].feedback.value == "parsed"
    assert told["accuracy"].rationale == "read '1'; expected '0'"
    assert told["target"].expectation.value == '"0"'  # a bare 0 would be shown as nothing


def test_the_bare_question_is_what_runs_are_compared_by(store):
    run_id = store.client.create_run(store.experiment_id).info.run_id
    told: list[int] = []
    made = traces([trial(7)], [0], run_id=run_id, name="cot", at=1000)
    trace_store.write(TracedRun(store, run_id, {}), made, told.append)
    (found,) = store.client.search_traces(locations=[store.experiment_id], run_id=run_id)
    assert found.info.request_preview == "7 + 7 = ？"
    assert found.info.response_preview == "1"
    assert found.info.client_request_id == "q7"
    assert told == [1]


def test_a_client_that_is_not_as_expected_is_gone_round_and_doubles_nothing(store, monkeypatch):
    whole, run_id = trace_store.write_by_client, store.client.create_run("1").info.run_id

    def changed(*told):
        whole(*told)
        raise TypeError("start_trace() got an unexpected keyword argument")

    monkeypatch.setattr(trace_store, "write_by_client", changed)
    made = traces([trial(1), trial(2)], [0, 1], run_id=run_id, name="cot", at=1000)
    trace_store.write(TracedRun(store, run_id, {}), made)
    found = store.client.search_traces(locations=[store.experiment_id], run_id=run_id)
    assert len(found) == 2
    trace_store.delete(store, run_id)
    assert store.client.search_traces(locations=[store.experiment_id], run_id=run_id) == []


def test_what_is_written_as_rows_is_what_mlflow_writes(store):
    dumps = []
    for way in (trace_store.write, trace_store.write_by_client):
        run_id = store.client.create_run(store.experiment_id).info.run_id
        trials = [trial(number) for number in range(5)]
        made = list(traces(trials, range(5), run_id=run_id, name="cot", at=1_700_000_000_000))
        way(TracedRun(store, run_id, TAGS), made)
        ids = {f"tr-{each.id}": f"trace {place}" for place, each in enumerate(made)}
        dumps.append([rows(store, trace_id, {**ids, run_id: "run"}) for trace_id in ids])
    assert len(dumps[0][1]) > 10
    assert dumps[0] == dumps[1]


def rows(store: MlflowStore, trace_id: str, names: dict[str, str]) -> list[str]:
    """List all rows that a store has of a trace, without times and random names."""
    found = []
    with sqlite3.connect(store.uri.removeprefix("sqlite:///")) as connection:
        for table in ("trace_info", "trace_tags", "trace_request_metadata", "assessments", "spans"):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_xinfo({table})")]
            key = "trace_id" if "trace_id" in columns else "request_id"
            kept = [c for c in columns if "assessment_id" not in c and "_timestamp" not in c]
            asked = f"SELECT {', '.join(kept)} FROM {table} WHERE {key} = ?"
            found += [f"{table} {row}" for row in connection.execute(asked, (trace_id,))]
    encoded = base64.b64encode(bytes.fromhex(trace_id.removeprefix("tr-"))).decode()
    told = sorted(row.replace(encoded, "encoded") for row in found)
    for known, name in names.items():
        told = [row.replace(known, name) for row in told]
    return sorted(told)


def test_tables_that_are_filled_otherwise_are_left_to_mlflow(store, monkeypatch):
    info = trace_rows._info
    monkeypatch.setattr(trace_store, "_TABLES", {})
    monkeypatch.setattr(trace_rows, "_info", lambda told: info(told) | {"trace_name": "other"})
    run_id = store.client.create_run(store.experiment_id).info.run_id
    trials = [trial(number) for number in range(3)]
    made = traces(trials, range(3), run_id=run_id, name="cot", at=1000)
    trace_store.write(TracedRun(store, run_id, TAGS), made)
    found = store.client.search_traces(locations=[store.experiment_id], run_id=run_id)
    assert [each.info.tags["mlflow.traceName"] for each in found] == ["cot"] * 3


def test_traces_that_are_there_already_are_not_doubled(store):
    run_id = store.client.create_run(store.experiment_id).info.run_id
    trials = [trial(number) for number in range(3)]
    for count in (2, 3):
        made = traces(trials, range(count), run_id=run_id, name="cot", at=1000)
        trace_store.write(TracedRun(store, run_id, TAGS), made)
    found = store.client.search_traces(locations=[store.experiment_id], run_id=run_id)
    assert sorted(each.info.client_request_id for each in found) == ["q0", "q1", "q2"]


def test_mlflow_is_left_where_it_was(store):
    import mlflow

    assert not mlflow.is_tracking_uri_set()
    assert isinstance(store.client, MlflowClient)
