"""Traces in a store, a hundred at a time.

There are three ways, each several times faster than the next: as rows of the store's tables, where
the store is a database (see `rows.py`); by MLflow's client of the tracing store, which takes the
spans of many traces at once, and a trace with its scores; and by the public interface. The first
two are not public: where one does not behave as expected, the next is used.
"""

import base64
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mlflow
from mlflow.entities import (
    AssessmentSource,
    Expectation,
    Feedback,
    Span,
    TraceInfo,
    TraceLocation,
    TraceState,
)
from mlflow.entities.assessment import Assessment
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from promptlab.tracking.mlflow.store import MlflowStore, default_store
from promptlab.tracking.mlflow.traces.spans import TraceStep
from promptlab.tracking.mlflow.traces.trace import Trace

if TYPE_CHECKING:
    from promptlab.tracking.mlflow.traces.rows import Tables

CHUNK = 100
SOURCE = AssessmentSource("CODE", "promptlab")
TOKENS = "mlflow.chat.tokenUsage"
MODEL = "mlflow.llm.model"
_TABLES: "dict[tuple[str, str, str], Tables | None]" = {}
"""By store, experiment and model: what the first trace showed in this process."""
UNEXPECTED = (ImportError, AttributeError, TypeError, NotImplementedError)
"""What calling a client that is not as it was may raise."""


@dataclass(frozen=True)
class TracedRun:
    """A run that traces belong to.

    Attributes:
        store: Where it is.
        id: Its name there.
        tags: Of the run; its traces have its sweep, and their calls its model.
    """

    store: MlflowStore
    id: str
    tags: Mapping[str, str]

    @property
    def model(self) -> str:
        """The model's name; empty where it is not known."""
        return self.tags.get("model", "")


def write(
    run: TracedRun, traces: Iterable[Trace], progress: Callable[[int], None] = lambda _: None
) -> None:
    """Write the traces of a run; calls `progress` with the number written, chunk by chunk."""
    remaining = iter(traces)
    key = run.store.uri, run.store.experiment_id, run.model
    tables = _TABLES.get(key)
    if tables is None and (first := next(remaining, None)):
        _write(run, [first])
        progress(1)
        tables = _TABLES[key] = _tables(run, first)
    while chunk := list(itertools.islice(remaining, CHUNK)):
        if not (tables and write_rows(tables, run, chunk)):
            tables = None
            _write(run, chunk)
        progress(len(chunk))


def write_rows(tables: "Tables", run: TracedRun, traces: Sequence[Trace]) -> bool:
    """Write traces as rows; return whether that worked."""
    entries = ((_info(run, trace), list(_spans(trace, run.model))) for trace in traces)
    try:
        tables.write(entries)
    except (*UNEXPECTED, KeyError, SQLAlchemyError):
        return False
    return True


def _write(run: TracedRun, traces: Sequence[Trace]) -> None:
    try:
        write_by_client(run, traces)
    except UNEXPECTED:
        with suppress(MlflowException):
            _delete(run.store, [f"tr-{trace.id}" for trace in traces])
        write_by_api(run, traces)


def _tables(run: TracedRun, first: Trace) -> "Tables | None":
    """Return the tables of the store, where the first trace shows that they can be written."""
    info, spans = _info(run, first), list(_spans(first, run.model))
    try:
        from promptlab.tracking.mlflow.traces.rows import learn_tables  # noqa: PLC0415  it may not be there

        return learn_tables(run.store.uri, info, spans)
    except (*UNEXPECTED, KeyError, ValueError, SQLAlchemyError):
        return None


def write_by_client(run: TracedRun, traces: Sequence[Trace]) -> None:
    """Write traces by MLflow's client of the tracing store."""
    from mlflow.tracing.client import TracingClient  # noqa: PLC0415  it may not be there

    client = TracingClient(run.store.uri)
    for trace in traces:
        client.start_trace(_info(run, trace))
    spans = (Span.from_dict(span) for trace in traces for span in _spans(trace, run.model))
    with _without_litellm():
        client.log_spans(run.store.experiment_id, list(spans))


@contextmanager
def _without_litellm() -> Iterator[None]:
    """Make MLflow take prices from its own list, as if litellm were not installed.

    It would import litellm, which takes two seconds, only for another such list.
    """
    if "litellm" in sys.modules:
        yield
        return
    sys.modules["litellm"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["litellm"]


def write_by_api(run: TracedRun, traces: Sequence[Trace]) -> None:
    """Write traces through MLflow's public interface."""
    with default_store(run.store):
        for trace in traces:
            trace_id = _write_steps(run, trace)
            for assessment in _assessments(trace, run.id):
                mlflow.log_assessment(trace_id, assessment)


def delete(store: MlflowStore, run_id: str) -> None:
    """Delete the traces of a run."""
    while page := store.client.search_traces(
        locations=[store.experiment_id], run_id=run_id, include_spans=False, max_results=CHUNK
    ):
        _delete(store, [trace.info.trace_id for trace in page])


def _delete(store: MlflowStore, trace_ids: Sequence[str]) -> None:
    store.client.delete_traces(store.experiment_id, trace_ids=list(trace_ids))


def _info(run: TracedRun, trace: Trace) -> TraceInfo:
    return TraceInfo(
        trace_id=f"tr-{trace.id}",
        trace_location=TraceLocation.from_experiment_id(run.store.experiment_id),
        request_time=trace.at,
        execution_duration=trace.duration,
        state=TraceState.OK,
        request_preview=trace.question,
        response_preview=trace.answer,
        client_request_id=trace.example,
        trace_metadata={
            "mlflow.sourceRun": run.id,
            "mlflow.trace.tokenUsage": json.dumps(_usage(trace.tokens)),
        },
        tags={**_trace_tags(run.tags), "mlflow.traceName": trace.root.name},
        assessments=list(_assessments(trace, run.id)),
    )


def _assessments(trace: Trace, run_id: str) -> Iterator[Assessment]:
    metadata = {"mlflow.assessment.sourceRunId": run_id}
    for name, value in trace.scores.items():
        yield Feedback(name, value, source=SOURCE, metadata=metadata, rationale=trace.why)
    if trace.target:
        yield Expectation("target", trace.target, source=SOURCE, metadata=metadata)


def _spans(trace: Trace, model: str) -> Iterator[dict[str, object]]:
    """Yield the root and its steps."""
    at, times = trace.at * 1_000_000, trace.times
    last = max((ended for _, ended in times), default=0)
    yield _span(trace, trace.root, 0, (at, at + last), model)
    for index, (step, (began, ended)) in enumerate(zip(trace.steps, times, strict=True), start=1):
        yield _span(trace, step, index, (at + began, at + ended), model)


def _span(
    trace: Trace, step: TraceStep, index: int, time: tuple[int, int], model: str
) -> dict[str, object]:
    attributes = {
        "mlflow.traceRequestId": f"tr-{trace.id}",
        "mlflow.spanType": step.kind,
        "mlflow.spanInputs": step.inputs,
        "mlflow.spanOutputs": step.outputs,
        **_attributes(step, model),
    }
    return {
        "trace_id": _encode(trace.id),
        "span_id": _encode(f"{index + 1:016x}"),
        "parent_span_id": _encode(f"{1:016x}") if index else "",
        "name": step.name,
        "start_time_unix_nano": time[0],
        "end_time_unix_nano": time[1],
        "events": [],
        "status": {"code": "STATUS_CODE_OK", "message": ""},
        "attributes": {key: json.dumps(value) for key, value in attributes.items()},
        "links": [],
    }


def _write_steps(run: TracedRun, trace: Trace) -> str:
    """Write one trace without its scores; return its id."""
    client, root, at = run.store.client, trace.root, trace.at * 1_000_000
    root_span = client.start_trace(
        name=root.name,
        span_type=root.kind,
        inputs=root.inputs,
        attributes=dict(root.settings),
        tags=_trace_tags(run.tags),
        experiment_id=run.store.experiment_id,
        start_time_ns=at,
        run_id=run.id,
    )
    times = trace.times
    for step, (began, ended) in zip(trace.steps, times, strict=True):
        span = client.start_span(
            name=step.name,
            trace_id=root_span.trace_id,
            parent_id=root_span.span_id,
            span_type=step.kind,
            inputs=step.inputs,
            attributes=_attributes(step, run.model),
            start_time_ns=at + began,
        )
        client.end_span(root_span.trace_id, span.span_id, step.outputs, end_time_ns=at + ended)
    last = max((ended for _, ended in times), default=0)
    client.end_trace(root_span.trace_id, root.outputs, end_time_ns=at + last)
    return str(root_span.trace_id)


def _trace_tags(tags: Mapping[str, str]) -> dict[str, str]:
    return {"sweep": tags["sweep"]} if "sweep" in tags else {}


def _attributes(step: TraceStep, model: str) -> dict[str, object]:
    if step.tokens is None:
        return dict(step.settings)
    return {**step.settings, TOKENS: _usage(step.tokens), **({MODEL: model} if model else {})}


def _usage(tokens: tuple[int, int]) -> dict[str, int]:
    read, wrote = tokens
    return {"input_tokens": read, "output_tokens": wrote, "total_tokens": read + wrote}


def _encode(digits: str) -> str:
    return base64.b64encode(bytes.fromhex(digits)).decode()
