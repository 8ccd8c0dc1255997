"""Traces as rows of MLflow's own tables, many in one transaction.

MLflow's store writes a trace in a transaction of its own, by several dozen statements: ten
milliseconds, where its rows take less than one. How the tables are filled is not public, so MLflow
writes the first trace of a run itself; where its rows differ from those made here for the same
trace, no trace is written this way.
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

TableRow = dict[str, Any]
SpanEntry = Mapping[str, Any]
"""A span as `Span.from_dict` takes it."""

VOLATILE = ("assessment_id", "created_timestamp", "last_updated_timestamp")
"""Columns that differ whenever a trace is written again."""
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
        """Insert new traces: all of them, or none."""
        batch: defaultdict[str, list[TableRow]] = defaultdict(list)
        for info, spans in traces:
            for name, rows in self.rows(info, spans).items():
                batch[name] += rows
        with self.engine.begin() as connection:
            for name in (INFO, TAGS, METADATA, ASSESSMENTS, SPANS):
                if batch[name]:
                    connection.execute(self.tables[name].insert(), batch[name])

    def rows(self, info: TraceInfo, spans: Sequence[SpanEntry]) -> dict[str, list[TableRow]]:
        """Make the rows of a trace, table by table."""
        entries = {
            INFO: [_info(info)],
            TAGS: _pairs(info, _tags(info) | {ARTIFACTS: self.artifacts(info.trace_id)}),
            METADATA: _pairs(info, _metadata(info)),
            ASSESSMENTS: [_assessment(info, entry) for entry in info.assessments],
            SPANS: [_span(info, entry) for entry in spans],
        }
        return {name: [self._complete(name, row) for row in rows] for name, rows in entries.items()}

    def _complete(self, name: str, row: TableRow) -> TableRow:
        return {column: row.get(column) for column in self.columns[name]}


def learn_tables(uri: str, info: TraceInfo, spans: Sequence[SpanEntry]) -> Tables | None:
    """Return a store's tables, or None where MLflow fills them otherwise than this module.

    Args:
        uri: Of the store.
        info: Of a trace that MLflow has written.
        spans: Its spans.
    """
    store = _get_store(uri)  # type: ignore[no-untyped-call]
    engine = getattr(store, "engine", None)
    if engine is None or _has_rollups():
        return None
    schema = {table.name: table for table in SqlAssessments.metadata.sorted_tables}
    with engine.connect() as connection:
        rows_by_table = {
            name: _rows_of_trace(connection, schema[name], info.trace_id) for name in schema
        }
    written = {name: rows for name, rows in rows_by_table.items() if rows}
    if set(written) != {INFO, TAGS, METADATA, ASSESSMENTS, SPANS}:
        return None
    columns = {name: frozenset(_writable_columns(schema[name])) for name in written}
    artifact = {row["key"]: str(row["value"]) for row in written[TAGS]}.get(ARTIFACTS, "")
    tables = Tables(engine, schema, columns, lambda name: artifact.replace(info.trace_id, name))
    expected = tables.rows(info, spans)
    same = all(
        _comparable(expected[name], columns[name]) == _comparable(written[name], columns[name])
        for name in written
    )
    return tables if same else None


def _writable_columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.computed is None]


def _has_rollups() -> bool:
    """Return whether MLflow keeps sums over traces, which rows written here would miss."""
    try:
        from mlflow.store.tracking.utils.sql_trace_rollups import rollups_enabled  # noqa: PLC0415
    except ImportError:
        return False
    return bool(rollups_enabled())


def _rows_of_trace(connection: Connection, table: Table, trace_id: str) -> list[TableRow]:
    """Read a trace's rows from a table."""
    key = table.c.get("trace_id", table.c.get("request_id"))
    if key is None:
        return []
    return [
        dict(row) for row in connection.execute(select(table).where(key == trace_id)).mappings()
    ]


def _comparable(rows: Sequence[TableRow], columns: frozenset[str]) -> list[str]:
    """Return rows in a form to compare: sorted, without the volatile columns."""
    names = sorted(columns.difference(VOLATILE))
    entries = (
        [json.loads(row[key]) if key == "content" else row[key] for key in names] for row in rows
    )
    return sorted(json.dumps(values, sort_keys=True, default=str) for values in entries)


def _info(info: TraceInfo) -> TableRow:
    usage = json.loads(info.trace_metadata.get("mlflow.trace.tokenUsage", "{}"))
    return {
        "request_id": info.trace_id,
        "experiment_id": _experiment(info),
        "timestamp_ms": info.request_time,
        "execution_time_ms": info.execution_duration,
        "status": info.state.value,
        "client_request_id": info.client_request_id,
        "request_preview": info.request_preview,
        "response_preview": info.response_preview,
        "db_payload_generation": 1,
        "trace_name": info.tags["mlflow.traceName"],
        **usage,
    }


def _tags(info: TraceInfo) -> dict[str, str]:
    tags = {key: value for key, value in info.tags.items() if key != "mlflow.traceName"}
    return tags | {"mlflow.trace.spansLocation": "TRACKING_STORE"}


def _metadata(info: TraceInfo) -> dict[str, str]:
    metadata = {
        key: value for key, value in info.trace_metadata.items() if not key.endswith("tokenUsage")
    }
    return metadata | {"mlflow.trace.infoFinalized": "true"}


def _pairs(info: TraceInfo, pairs: Mapping[str, str]) -> list[TableRow]:
    return [{"request_id": info.trace_id, "key": key, "value": pairs[key]} for key in pairs]


def _assessment(info: TraceInfo, assessment: Any) -> TableRow:
    record = SqlAssessments.from_mlflow_entity(assessment)
    row = {column.name: getattr(record, column.name) for column in SqlAssessments.__table__.columns}
    return row | {
        "trace_id": info.trace_id,
        "experiment_id": _experiment(info),
        "trace_timestamp_ms": info.request_time,
    }


def _span(info: TraceInfo, span: SpanEntry) -> TableRow:
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
