"""Traces in a store, a hundred at a time.

There are three ways, each several times faster than the next: as rows of the store's tables, where
the store is a database (see `trace_rows`); by MLflow's client of the tracing store, which takes the
spans of many traces at once, and a trace with its scores; and by the public interface. Nobody
promised to keep the first two as they are: where one is not as expected, the next it is.
"""

import base64
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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

from promptlab.tracking.mlflow.store import Store, globally
from promptlab.tracking.mlflow.traces.spans import Step
from promptlab.tracking.mlflow.traces.trace import Trace

if TYPE_CHECKING:
    from promptlab.tracking.mlflow.traces.rows import Tables

CHUNK = 100
SOURCE = AssessmentSource("CODE", "promptlab")
TOKENS = "mlflow.chat.tokenUsage"
MODEL = "mlflow.llm.model"
_LEARNED: "dict[tuple[str, str, str], Tables | None]" = {}
"""By store, experiment and model: what the first trace showed in this process."""
UNEXPECTED = (ImportError, AttributeError, TypeError, NotImplementedError)
"""What calling a client that is not as it was may raise."""


def write(
    store: Store,
    run_id: str,
    tags: Mapping[str, str],
    traces: Iterable[Trace],
    tell: Callable[[int], None] = lambda _: None,
) -> None:
    """Write the traces of a run.

    Args:
        store: Where.
        run_id: The run that they belong to.
        tags: Of the run; its traces have its sweep, and their calls its model.
        traces: The traces.
        tell: Told how many were written, chunk by chunk.
    """
    each = iter(traces)
    learned = store.uri, store.experiment_id, tags.get("model", "")
    tables = _LEARNED.get(learned)
    if tables is None and (first := next(each, None)):
        _write(store, run_id, tags, [first])
        tell(1)
        tables = _LEARNED[learned] = _tables(store, run_id, tags, first)
    while chunk := list(itertools.islice(each, CHUNK)):
        if not (tables and write_rows(tables, store, run_id, tags, chunk)):
            tables = None
            _write(store, run_id, tags, chunk)
        tell(len(chunk))


def write_rows(
    tables: "Tables", store: Store, run_id: str, tags: Mapping[str, str], traces: Sequence[Trace]
) -> bool:
    """Write traces as rows; say whether they could be written so."""
    model = tags.get("model", "")
    made = ((_info(store, run_id, tags, each), list(_spans(each, model))) for each in traces)
    try:
        tables.write(made)
    except (*UNEXPECTED, KeyError, SQLAlchemyError):
        return False
    return True


def _write(store: Store, run_id: str, tags: Mapping[str, str], traces: Sequence[Trace]) -> None:
    try:
        write_at_once(store, run_id, tags, traces)
    except UNEXPECTED:
        with suppress(MlflowException):
            _delete(store, [f"tr-{trace.id}" for trace in traces])
        write_publicly(store, run_id, tags, traces)


def _tables(store: Store, run_id: str, tags: Mapping[str, str], first: Trace) -> "Tables | None":
    """Return the tables of the store, where the first trace shows that they can be written."""
    info, spans = _info(store, run_id, tags, first), list(_spans(first, tags.get("model", "")))
    try:
        from promptlab.tracking.mlflow.traces.rows import learned  # noqa: PLC0415  it may not be there

        return learned(store.uri, info, spans)
    except (*UNEXPECTED, KeyError, ValueError, SQLAlchemyError):
        return None


def write_at_once(
    store: Store, run_id: str, tags: Mapping[str, str], traces: Sequence[Trace]
) -> None:
    """Write traces by MLflow's client of the tracing store."""
    from mlflow.tracing.client import TracingClient  # noqa: PLC0415  it may not be there

    client = TracingClient(store.uri)
    for trace in traces:
        client.start_trace(_info(store, run_id, tags, trace))
    model = tags.get("model", "")
    spans = (Span.from_dict(span) for each in traces for span in _spans(each, model))
    with _own_prices():
        client.log_spans(store.experiment_id, list(spans))


@contextmanager
def _own_prices() -> Iterator[None]:
    """Let MLflow take the prices of calls from its own list, as where litellm is not installed.

    For nothing but another such list it would import litellm, which takes two seconds.
    """
    if "litellm" in sys.modules:
        yield
        return
    sys.modules["litellm"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["litellm"]


def write_publicly(
    store: Store, run_id: str, tags: Mapping[str, str], traces: Sequence[Trace]
) -> None:
    """Write traces by what MLflow documents."""
    model = tags.get("model", "")
    with globally(store):
        for trace in traces:
            trace_id = _step_by_step(store, run_id, tags, trace, model)
            for assessment in _assessments(trace, run_id):
                mlflow.log_assessment(trace_id, assessment)


def delete(store: Store, run_id: str) -> None:
    """Delete the traces of a run."""
    while found := store.client.search_traces(
        locations=[store.experiment_id], run_id=run_id, include_spans=False, max_results=CHUNK
    ):
        _delete(store, [trace.info.trace_id for trace in found])


def _delete(store: Store, trace_ids: Sequence[str]) -> None:
    store.client.delete_traces(store.experiment_id, trace_ids=list(trace_ids))


def _info(store: Store, run_id: str, tags: Mapping[str, str], trace: Trace) -> TraceInfo:
    return TraceInfo(
        trace_id=f"tr-{trace.id}",
        trace_location=TraceLocation.from_experiment_id(store.experiment_id),
        request_time=trace.at,
        state=TraceState.OK,
        request_preview=trace.question,
        response_preview=trace.answer,
        client_request_id=trace.example,
        trace_metadata={
            "mlflow.sourceRun": run_id,
            "mlflow.trace.tokenUsage": json.dumps(_usage(trace.tokens)),
        },
        tags={**_told(tags), "mlflow.traceName": trace.root.name},
        assessments=list(_assessments(trace, run_id)),
    )


def _assessments(trace: Trace, run_id: str) -> Iterator[Assessment]:
    metadata = {"mlflow.assessment.sourceRunId": run_id}
    for name, value in trace.scores.items():
        yield Feedback(name, value, source=SOURCE, metadata=metadata, rationale=trace.why)
    if trace.target:
        yield Expectation("target", trace.target, source=SOURCE, metadata=metadata)


def _spans(trace: Trace, model: str) -> Iterator[dict[str, object]]:
    """Yield the root and its steps, a nanosecond apart, so that their order is kept."""
    at = trace.at * 1_000_000
    yield _span(trace, trace.root, 0, (at, at + len(trace.steps)), model)
    for place, step in enumerate(trace.steps, start=1):
        yield _span(trace, step, place, (at + place, at + place), model)


def _span(
    trace: Trace, step: Step, place: int, time: tuple[int, int], model: str
) -> dict[str, object]:
    attributes = {
        "mlflow.traceRequestId": f"tr-{trace.id}",
        "mlflow.spanType": step.kind,
        "mlflow.spanInputs": step.inputs,
        "mlflow.spanOutputs": step.outputs,
        **_attributes(step, model),
    }
    return {
        "trace_id": _encoded(trace.id),
        "span_id": _encoded(f"{place + 1:016x}"),
        "parent_span_id": _encoded(f"{1:016x}") if place else "",
        "name": step.name,
        "start_time_unix_nano": time[0],
        "end_time_unix_nano": time[1],
        "events": [],
        "status": {"code": "STATUS_CODE_OK", "message": ""},
        "attributes": {key: json.dumps(value) for key, value in attributes.items()},
        "links": [],
    }


def _step_by_step(
    store: Store, run_id: str, tags: Mapping[str, str], trace: Trace, model: str
) -> str:
    """Write one trace, without its scores; return the id that it was given."""
    client, root, at = store.client, trace.root, trace.at * 1_000_000
    whole = client.start_trace(
        *(root.name, root.kind, root.inputs, dict(root.settings), _told(tags)),
        experiment_id=store.experiment_id,
        start_time_ns=at,
        run_id=run_id,
    )
    for time, step in enumerate(trace.steps, start=at + 1):
        span = client.start_span(
            *(step.name, whole.trace_id, whole.span_id, step.kind, step.inputs),
            attributes=_attributes(step, model),
            start_time_ns=time,
        )
        client.end_span(whole.trace_id, span.span_id, step.outputs, end_time_ns=time)
    client.end_trace(whole.trace_id, root.outputs, end_time_ns=at + len(trace.steps))
    return str(whole.trace_id)


def _told(tags: Mapping[str, str]) -> dict[str, str]:
    return {"sweep": tags["sweep"]} if "sweep" in tags else {}


def _attributes(step: Step, model: str) -> dict[str, object]:
    if step.tokens is None:
        return dict(step.settings)
    return {**step.settings, TOKENS: _usage(step.tokens), **({MODEL: model} if model else {})}


def _usage(tokens: tuple[int, int]) -> dict[str, int]:
    read, wrote = tokens
    return {"input_tokens": read, "output_tokens": wrote, "total_tokens": read + wrote}


def _encoded(digits: str) -> str:
    return base64.b64encode(bytes.fromhex(digits)).decode()
