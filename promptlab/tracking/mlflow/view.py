"""A saved view of MLflow's table of runs: a sweep's variants, the telling columns, best first.

MLflow keeps a view that somebody shares as a tag of the experiment, and opens it by an address that
names the tag: https://mlflow.org/docs/latest/ml/tracking. So nothing is set in a person's browser.
"""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256

from mlflow import MlflowClient

from promptlab.tracking.mlflow.page.params import safe_name

TAG = "mlflow.sharedViewState."
BESIDE = ("unparsed_rate", "prompt_tokens", "seconds")
"""Metrics that are shown after the one that ranks, and its interval."""
MOST = 6
"""Settings shown."""


def save(
    client: MlflowClient, experiment_id: str, sweep: str, metric: str, settings: Sequence[str]
) -> str:
    """Save the view of a sweep, and return the key that opens it.

    Args:
        client: Of the store.
        experiment_id: Of MLflow's experiment that the runs are in.
        sweep: The sweep's tag.
        metric: The score that ranks.
        settings: What was swept.
    """
    key = key_of(sweep)
    client.set_experiment_tag(
        experiment_id, TAG + key, json.dumps(state(sweep, metric, settings), ensure_ascii=False)
    )
    return key


def key_of(sweep: str) -> str:
    """Name the view of a sweep."""
    return sha256(sweep.encode("utf-8", "backslashreplace")).hexdigest()


def address(experiment_id: str, key: str) -> str:
    """Return what follows the address of MLflow's pages."""
    return f"/#/experiments/{experiment_id}/runs?viewStateShareKey={key}"


def state(sweep: str, metric: str, settings: Sequence[str]) -> dict[str, object]:
    """Describe the view as MLflow's page does."""
    quote = '"' if "'" in sweep else "'"
    return {
        "searchFilter": f"tags.sweep = {quote}{sweep}{quote} and tags.kind = 'variant'",
        "orderByKey": _column("metrics", metric),
        "orderByAsc": False,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "datasetsFilter": [],
        "modelVersionFilter": "All Runs",
        "selectedColumns": list(_columns(metric, settings)),
    }


def _columns(metric: str, settings: Sequence[str]) -> Iterable[str]:
    for name in (metric, f"{metric}_low", f"{metric}_high", *BESIDE):
        yield _column("metrics", name)
    for name in settings[:MOST]:
        yield _column("params", name)


def _column(kind: str, name: str) -> str:
    return f"{kind}.`{safe_name(name)}`"
