"""Traces as rows of MLflow's own tables, many in one transaction.

MLflow's store writes a trace in a transaction of its own, by several dozen statements: ten
milliseconds, where its rows take less than one. How the tables are filled nobody promised to keep
as it is; so MLflow writes the first trace of a run itself, and where its rows are not those that
are made here for the same trace, no trace is written in this way.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlflow.entities import TraceInfo
from mlflow.store.tracking.dbmodels.models import SqlAssessments
from mlflow.tracking._tracking_service.utils import _get_store
from sqlalchemy import Connection, Table, select

Row = dict[str, Any]
SpanEntry = Mapping[str, Any]
"""A span as `Span.from_dict` takes it."""

VOLATILE = ("assessment_id", "created_timestamp", "last_updated_timestamp")
"""Columns that two writings of a trace differ in."""
INFO, TAGS, METADATA, ASSESSMENTS, SPANS = (
    "trace_info",
    "trace_tags",
    "trace_request_metadata",
    "assessments",
    "spans",
)
ARTIFACTS = "mlflow.artifactLocation"


@dataclass(frozen=True)
class Tables:
    """The tables of a store, as MLflow fills them for a trace.

    Attributes:
        engine: SQLAlchemy's, of the store.
        tables: By name.
        columns: That are written, by table.
        artifacts: Where the files of the trace `id` would go.
    """

    engine: Any
    tables: Mapping[str, Table]
    columns: Mapping[str, frozenset[str]]
    artifacts: Callable[[str], str]

    def write(self, traces: Iterable[tuple[TraceInfo, Sequence[SpanEntry]]]) -> None:
        """Write traces that are not there yet: all of them, or none."""
        made: defaultdict[str, list[Row]] = defaultdict(list)
        for info, spans in traces:
            for name, rows in self.rows(info, spans).items():
                made[name] += rows
        with self.engine.begin() as connection:
            for name in (INFO, TAGS, METADATA, ASSESSMENTS, SPANS):
                if made[name]:
                    connection.execute(self.tables[name].insert(), made[name])

    def rows(self, info: TraceInfo, spans: Sequence[SpanEntry]) -> dict[str, list[Row]]:
        """Make the rows of a trace, table by table."""
        made = {
            INFO: [_info(info)],
            TAGS: _pairs(info, _tags(info) | {ARTIFACTS: self.artifacts(info.trace_id)}),
            METADATA: _pairs(info, _metadata(info)),
            ASSESSMENTS: [_assessment(info, each) for each in info.assessments],
            SPANS: [_span(info, each) for each in spans],
        }
        return {name: [self._whole(name, row) for row in rows] for name, rows in made.items()}

    def _whole(self, name: str, row: Row) -> Row:
        return {column: row.get(column) for column in self.columns[name]}


def learned(uri: str, info: TraceInfo, spans: Sequence[SpanEntry]) -> Tables | None:
    """Return the tables of a store, where MLflow filled them for a trace as it is done here.

    Args:
        uri: Of the store.
        info: Of a trace that MLflow has written.
        spans: Its spans.
    """
    store = _get_store(uri)  # type: ignore[no-untyped-call]
    engine = getattr(store, "engine", None)
    if engine is None or _rolled_up():
        return None
    known = {table.name: table for table in SqlAssessments.metadata.sorted_tables}
    with engine.connect() as connection:
        there = {name: _of_trace(connection, known[name], info.trace_id) for name in known}
    written = {name: rows for name, rows in there.items() if rows}
    if set(written) != {INFO, TAGS, METADATA, ASSESSMENTS, SPANS}:
        return None
    columns = {name: frozenset(_written(known[name])) for name in written}
    told = {row["key"]: str(row["value"]) for row in written[TAGS]}.get(ARTIFACTS, "")
    tables = Tables(engine, known, columns, lambda name: told.replace(info.trace_id, name))
    made = tables.rows(info, spans)
    same = all(
        _comparable(made[name], columns[name]) == _comparable(written[name], columns[name])
        for name in written
    )
    return tables if same else None


def _written(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.computed is None]


def _rolled_up() -> bool:
    """Say whether MLflow keeps sums of its traces, which it then has to be told of."""
    try:
        from mlflow.store.tracking.utils.sql_trace_rollups import rollups_enabled  # noqa: PLC0415
    except ImportError:
        return False
    return bool(rollups_enabled())


def _of_trace(connection: Connection, table: Table, trace_id: str) -> list[Row]:
    """Read the rows that a table has of a trace."""
    key = table.c.get("trace_id", table.c.get("request_id"))
    if key is None:
        return []
    return [
        dict(row) for row in connection.execute(select(table).where(key == trace_id)).mappings()
    ]


def _comparable(rows: Sequence[Row], columns: frozenset[str]) -> list[str]:
    """Write rows so that they can be compared: in any order, without what always differs."""
    kept = sorted(columns.difference(VOLATILE))
    told = (
        [json.loads(row[key]) if key == "content" else row[key] for key in kept] for row in rows
    )
    return sorted(json.dumps(values, sort_keys=True, default=str) for values in told)


def _info(info: TraceInfo) -> Row:
    used = json.loads(info.trace_metadata.get("mlflow.trace.tokenUsage", "{}"))
    return {
        "request_id": info.trace_id,
        "experiment_id": _experiment(info),
        "timestamp_ms": info.request_time,
        "status": info.state.value,
        "client_request_id": info.client_request_id,
        "request_preview": info.request_preview,
        "response_preview": info.response_preview,
        "db_payload_generation": 1,
        "trace_name": info.tags["mlflow.traceName"],
        **used,
    }


def _tags(info: TraceInfo) -> dict[str, str]:
    told = {key: value for key, value in info.tags.items() if key != "mlflow.traceName"}
    return told | {"mlflow.trace.spansLocation": "TRACKING_STORE"}


def _metadata(info: TraceInfo) -> dict[str, str]:
    told = {
        key: value for key, value in info.trace_metadata.items() if not key.endswith("tokenUsage")
    }
    return told | {"mlflow.trace.infoFinalized": "true"}


def _pairs(info: TraceInfo, told: Mapping[str, str]) -> list[Row]:
    return [{"request_id": info.trace_id, "key": key, "value": told[key]} for key in told]


def _assessment(info: TraceInfo, assessment: Any) -> Row:
    made = SqlAssessments.from_mlflow_entity(assessment)
    row = {column.name: getattr(made, column.name) for column in SqlAssessments.__table__.columns}
    return row | {
        "trace_id": info.trace_id,
        "experiment_id": _experiment(info),
        "trace_timestamp_ms": info.request_time,
    }


def _span(info: TraceInfo, span: SpanEntry) -> Row:
    attributes, parent = span["attributes"], span["parent_span_id"]
    model = attributes.get("mlflow.llm.model")
    content = {**span, "parent_span_id": parent or None}
    return {
        "trace_id": info.trace_id,
        "experiment_id": _experiment(info),
        "span_id": _hexadecimal(span["span_id"]),
        "parent_span_id": _hexadecimal(parent) if parent else None,
        "name": span["name"],
        "type": json.loads(attributes["mlflow.spanType"]),
        "status": span["status"]["code"].removeprefix("STATUS_CODE_"),
        "start_time_unix_nano": span["start_time_unix_nano"],
        "end_time_unix_nano": span["end_time_unix_nano"],
        "content": json.dumps(content, ensure_ascii=False),
        "model_name": json.loads(model)[:500] if model else None,
    }


def _experiment(info: TraceInfo) -> int:
    return int(info.experiment_id or 0)


def _hexadecimal(encoded: str) -> str:
    return base64.b64decode(encoded).hex()
