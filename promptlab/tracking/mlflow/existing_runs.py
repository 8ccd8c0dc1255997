"""Runs that a store already has: complete ones, stale ones and partial ones."""

from collections.abc import Iterator, Mapping

from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from promptlab.tracking.mlflow.identity import CONTENT, INCOMPLETE
from promptlab.tracking.mlflow.store import MlflowStore
from promptlab.tracking.mlflow.traces import store as trace_store
from promptlab.tracking.process import KEYS, has_ended, same_machine, this_process


def close_stale(store: MlflowStore) -> None:
    """Close, as killed, the runs whose process has ended."""
    for run in store.client.search_runs([store.experiment_id], "attributes.status = 'RUNNING'"):
        if has_ended(_process(run)):
            store.client.set_terminated(run.info.run_id, "KILLED", _last_seen(store, run))


def delete_partial(
    store: MlflowStore, tags: Mapping[str, str], recorder: Mapping[str, str]
) -> None:
    """Delete earlier incomplete runs of the same records, with their traces.

    Args:
        store: The store.
        tags: Of the run about to be created, which will hold everything.
        recorder: The process that recorded in the folder before. A run of another machine has its
            records in another folder of the same name, unless it is this process's.
    """
    for run in _runs_of_folder(store, tags["folder"], tags["config_hash"]):
        whole = run.info.status == "FINISHED" and INCOMPLETE not in run.data.tags
        if not whole and _is_ours(_process(run), recorder):
            trace_store.delete(store, run.info.run_id)
            store.client.delete_run(run.info.run_id)


def find_by_content(store: MlflowStore, content: str, status: str) -> Run | None:
    """Return the run that already holds these records in full and ended the same way."""
    same = store.client.search_runs([store.experiment_id], f"tags.{CONTENT} = '{content}'")
    ends = (status, "FAILED") if status == "KILLED" else (status,)  # the same on disk
    return next((run for run in same if run.info.status in ends), None)


def find_by_id(store: MlflowStore, run_id: str) -> Run | None:
    """Return the finished run of this id that was written before runs had a `records` tag."""
    if not run_id:
        return None
    try:
        run = store.client.get_run(run_id)
    except MlflowException:
        return None
    if run.info.lifecycle_stage != "active" or run.info.status != "FINISHED":
        return None
    return None if {CONTENT, INCOMPLETE} & set(run.data.tags) else run


def _process(run: Run) -> dict[str, str]:
    return {key: run.data.tags[key] for key in KEYS if key in run.data.tags}


def _is_ours(process: Mapping[str, str], recorder: Mapping[str, str]) -> bool:
    """Return whether a process recorded in our folder and has stopped."""
    if not process or process in (recorder, this_process()):
        return True
    return same_machine(process) and has_ended(process) is not False


def _runs_of_folder(store: MlflowStore, folder: str, config_hash: str) -> Iterator[Run]:
    quote = '"' if "'" in folder else "'"
    same = f"tags.folder = {quote}{folder}{quote} and tags.config_hash = '{config_hash}'"
    yield from store.client.search_runs([store.experiment_id], same)


def _last_seen(store: MlflowStore, run: Run) -> int:
    """Return the time of a run's last sign of life, in milliseconds since 1970."""
    points = store.client.get_metric_history(run.info.run_id, "running_accuracy")
    return max(int(run.info.start_time), *(int(point.timestamp) for point in points), 0)
