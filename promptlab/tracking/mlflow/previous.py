"""Runs that a store already has: those that the records are in, and those that never got so far."""

from collections.abc import Iterator, Mapping

from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from promptlab.tracking.mlflow.identity import CONTENT, INCOMPLETE
from promptlab.tracking.mlflow.process import KEYS, gone, same_machine, this_process
from promptlab.tracking.mlflow.store import Store
from promptlab.tracking.mlflow.traces import store as trace_store


def close_stale(store: Store) -> None:
    """End, as killed, the runs whose process is known to be gone."""
    for run in store.client.search_runs([store.experiment_id], "attributes.status = 'RUNNING'"):
        if gone(_process(run)):
            store.client.set_terminated(run.info.run_id, "KILLED", _last_sign(store, run))


def give_way(store: Store, tags: Mapping[str, str], recorder: Mapping[str, str]) -> None:
    """Bin earlier runs of the same records that are not whole, with their traces.

    The run that is about to be made will hold all of it.

    Args:
        store: Where.
        tags: Of the run to be made.
        recorder: The process that recorded in the folder before. A run of another machine has its
            records in another folder of the same name, unless it is this process's.
    """
    for run in _of_folder(store, tags["folder"], tags["config_hash"]):
        whole = run.info.status == "FINISHED" and INCOMPLETE not in run.data.tags
        if not whole and _is_ours(_process(run), recorder):
            trace_store.delete(store, run.info.run_id)
            store.client.delete_run(run.info.run_id)


def found(store: Store, content: str, status: str) -> Run | None:
    """Return the run that has all of some records already, and ended as they did."""
    same = store.client.search_runs([store.experiment_id], f"tags.{CONTENT} = '{content}'")
    ends = (status, "FAILED") if status == "KILLED" else (status,)  # not told apart on disk
    return next((run for run in same if run.info.status in ends), None)


def known(store: Store, run_id: str) -> Run | None:
    """Return the finished run of this id, written before there were tags of what is in it."""
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
    """Say whether a process recorded in our folder, and does so no more."""
    if not process or process in (recorder, this_process()):
        return True
    return same_machine(process) and gone(process) is not False


def _of_folder(store: Store, folder: str, config_hash: str) -> Iterator[Run]:
    quote = '"' if "'" in folder else "'"
    same = f"tags.folder = {quote}{folder}{quote} and tags.config_hash = '{config_hash}'"
    yield from store.client.search_runs([store.experiment_id], same)


def _last_sign(store: Store, run: Run) -> int:
    """Return when a run was last heard of, in milliseconds since 1970."""
    points = store.client.get_metric_history(run.info.run_id, "running_accuracy")
    return max(int(run.info.start_time), *(int(point.timestamp) for point in points), 0)
