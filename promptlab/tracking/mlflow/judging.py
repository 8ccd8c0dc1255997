"""What a judge said and what it is worth, as a run in MLflow: metrics, a table, and the record."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from mlflow.entities import Metric

from promptlab.text.escaping import in_line
from promptlab.tracking.mlflow.existing_runs import find_by_content
from promptlab.tracking.mlflow.identity import CONTENT
from promptlab.tracking.mlflow.page.params import safe_name
from promptlab.tracking.mlflow.store import open_store
from promptlab.tracking.mlflow.tracking import MLflow
from promptlab.types import digest

ENDS = {"value": "", "low": "_low", "high": "_high"}
OF_RUNS = ("grade", "right", "corrected", "strength")


def log_judging(
    tracking: MLflow, content: Mapping[str, Any], record: Path, figure: Figure | None = None
) -> str:
    """Write a run with what was judged; return its id, that of an earlier one if it says the same.

    Args:
        tracking: Where runs are shown.
        content: What `promptlab.judge.outcome` returns.
        record: The file that holds it.
        figure: The picture of it.
    """
    store = open_store(tracking.uri, tracking.experiment)
    client, said = store.client, digest(content)
    if earlier := find_by_content(store, said, "FINISHED"):
        return str(earlier.info.run_id)
    tags = {**tracking.tags, "kind": "judging", CONTENT: said}
    name = f"judge {in_line(record.parent.name)}"
    run_id = str(client.create_run(store.experiment_id, tags=tags, run_name=name).info.run_id)
    client.log_batch(run_id, metrics=list(_metrics(content)))
    client.log_table(run_id, pd.DataFrame(_rows(content)), "judged.json")
    client.log_artifact(run_id, str(record))
    if figure is not None:
        client.log_figure(run_id, figure, "judged.png")
    client.set_terminated(run_id, "FINISHED")
    return run_id


def _metrics(content: Mapping[str, Any]) -> Iterator[Metric]:
    """Yield what is known as a number: what the judge is worth, then what it says of each run."""
    now = time.time_ns() // 1_000_000
    for measure in content["measures"]:
        yield from _interval(f"judge/{_key(measure['name'])}", measure, now)
    for run in _runs(content):
        for what in OF_RUNS:
            yield from _interval(f"{what}/{_key(run['name'])}", run.get(what) or {}, now)


def _interval(name: str, estimate: Mapping[str, Any], now: int) -> Iterator[Metric]:
    for end, suffix in ENDS.items():
        if estimate.get(end) is not None:
            yield Metric(f"{name}{suffix}", float(estimate[end]), now, 0)


def _rows(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each run, and one for each measure of the judge."""
    rows = [
        {
            "of": in_line(run["name"]),
            **{what: (run.get(what) or {}).get("value") for what in OF_RUNS},
        }
        for run in _runs(content)
    ]
    worth = [
        {"of": f"the judge: {in_line(each['name'])}", **{end: each.get(end) for end in ENDS}}
        for each in content["measures"]
    ]
    return [*rows, *worth]


def _runs(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*content.get("graded", ()), *content.get("compared", ())]


def _key(name: str) -> str:
    return safe_name(name).replace("/", "_")
