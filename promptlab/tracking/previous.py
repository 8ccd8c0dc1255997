"""Runs that a store already has: those that the records are in, and those that never got so far."""

from collections.abc import Iterator, Mapping

from mlflow.entities import Run

from promptlab.tracking import trace_store
from promptlab.tracking.identity import CONTENT, INCOMPLETE
from promptlab.tracking.process import KEYS, gone
from promptlab.tracking.store import Store


def close_stale(store: Store) -> None:
    """End, as killed, the runs whose process is known to be gone."""
    for run in store.client.search_runs([store.experiment_id], "attributes.status = 'RUNNING'"):
        process = {key: run.data.tags[key] for key in KEYS if key in run.data.tags}
        if gone(process):
            store.client.set_terminated(run.info.run_id, "KILLED", _last_sign(store, run))


def give_way(store: Store, tags: Mapping[str, str]) -> None:
    """Bin earlier runs of the same records that are not whole, with their traces.

    The run that is about to be made will hold all of it.
    """
    for run in _of_folder(store, tags["folder"], tags["config_hash"]):
        if run.info.status != "FINISHED" or INCOMPLETE in run.data.tags:
            trace_store.delete(store, run.info.run_id)
            store.client.delete_run(run.info.run_id)


def found(store: Store, content: str, *, finished: bool) -> Run | None:
    """Return the run that has all of some records already, and says how they ended."""
    same = store.client.search_runs([store.experiment_id], f"tags.{CONTENT} = '{content}'")
    ends = ("FINISHED",) if finished else ("FAILED", "KILLED")
    return next((run for run in same if run.info.status in ends), None)


def _of_folder(store: Store, folder: str, config_hash: str) -> Iterator[Run]:
    quote = '"' if "'" in folder else "'"
    same = f"tags.folder = {quote}{folder}{quote} and tags.config_hash = '{config_hash}'"
    yield from store.client.search_runs([store.experiment_id], same)


def _last_sign(store: Store, run: Run) -> int:
    """Return when a run was last heard of, in milliseconds since 1970."""
    points = store.client.get_metric_history(run.info.run_id, "running_accuracy")
    return max(int(run.info.start_time), *(int(point.timestamp) for point in points), 0)
