"""A run of forty sums into an MLflow store: to its end, or to where it waits to be killed."""

import sys
import time
from pathlib import Path

from promptlab import Accuracy, Direct, Example, Experiment, First, Question, Scripted, Task
from promptlab.ordering.as_selected import AsSelected
from promptlab.tracking.mlflow import run as mlflow_run
from promptlab.tracking.mlflow.traces import store as trace_store
from promptlab.tracking.mlflow.tracking import MLflow
from promptlab.types import Dataset


def experiment(uri: str, folder: Path) -> Experiment:
    task = Task(answer="number")
    pool = tuple(Example(Question(f"p{n}", f"{n} + 0?"), str(n)) for n in range(3))
    test = tuple(Example(Question(f"q{n}", f"{n} + {n}?"), str(n % 4)) for n in range(40))
    return Experiment(
        Dataset("sums", task, pool, test),
        First(2),
        AsSelected(),
        Direct(task),
        Scripted("A: 0"),
        {"accuracy": Accuracy(task)},
        tracking=MLflow(uri, sweep="s", traces="all"),
        folder=Path(folder),
        name="direct",
        batch=10,
        config={"batch": 10, "seed": 0, "tracking": {"sweep": "s", "traces": "all"}},
    )


def wait(*_: object) -> None:
    print("stopped", flush=True)
    time.sleep(600)


def run_until(stop: str, uri: str, folder: Path) -> None:
    """Run until the process is to be killed: while `asking`, `tracing` or `closing`."""
    if stop == "asking":
        experiment(uri, folder)(lambda batch: wait() if batch[0].example.id == "q30" else None)
        return
    if stop == "tracing":
        whole = trace_store.write_by_client
        trace_store.write_by_client = lambda *told: (whole(*told), wait())
    else:
        mlflow_run.MlflowRun.end = wait
    experiment(uri, folder)()


if __name__ == "__main__":
    trace_store.CHUNK = 10
    run_until(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
