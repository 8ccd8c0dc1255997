"""What inspect found, as a run in MLflow: the measures as metrics and as a table, and the map."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from mlflow.entities import Metric

from promptlab.text.escaping import in_line
from promptlab.tracking.mlflow.page.params import safe_name
from promptlab.tracking.mlflow.store import open_store
from promptlab.tracking.mlflow.tracking import MLflow


def log_inspection(
    tracking: MLflow,
    dataset: str,
    found: Mapping[str, Mapping[str, float]],
    labels: Sequence[Mapping[str, str | float]],
    picture: Path,
) -> str:
    """Write a run with what was measured of each selection, and of each label; return its id.

    A metric is called `measure/selection`, so that those of one measure stand together.
    """
    store = open_store(tracking.uri, tracking.experiment)
    client, now = store.client, time.time_ns() // 1_000_000
    tags = {**tracking.tags, "kind": "inspection", "dataset": in_line(dataset)}
    name = f"inspect {in_line(dataset)}"
    run_id = str(client.create_run(store.experiment_id, tags=tags, run_name=name).info.run_id)
    metrics = [
        Metric(f"{measure}/{safe_name(selection).replace('/', '_')}", float(value), now, 0)
        for selection, measures in found.items()
        for measure, value in measures.items()
    ]
    client.log_batch(run_id, metrics=metrics)
    rows = [{"selection": in_line(each), **measures} for each, measures in found.items()]
    client.log_table(run_id, pd.DataFrame(rows), "measures.json")
    if labels:
        client.log_table(run_id, pd.DataFrame(labels), "labels.json")
    client.log_artifact(run_id, str(picture))
    client.set_terminated(run_id, "FINISHED")
    return run_id
