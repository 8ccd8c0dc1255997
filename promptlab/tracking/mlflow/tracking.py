"""MLflow: one flat run for each variant, in a store beside the experiments (https://mlflow.org).

Runs are flat, and distinguished by tags, because MLflow's views for comparing hide nested ones.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from promptlab.protocols import Run
from promptlab.records.files import RESULT
from promptlab.tracking.mlflow.environment import prepare
from promptlab.tracking.mlflow.location import locate
from promptlab.tracking.mlflow.traces.sample import TraceCount, parse_count
from promptlab.tracking.pending import clear_pending, mark_pending, recording_process


@dataclass(frozen=True)
class MLflow:
    """Runs in an MLflow store.

    Attributes:
        uri: The store: `sqlite:///file`, a server's `http://…`, whatever MLflow knows. Empty:
            `MLFLOW_TRACKING_URI`, or else `mlflow.db` in the folder where the command is run.
        experiment: MLflow's experiment that the runs belong to.
        sweep: What the variants of one sweep have in common: the tag `sweep`.
        tags: More tags for every run.
        traces: How many examples of a run are shown step by step, failures and successes in
            proportion; or `all`.
    """

    uri: str = ""
    experiment: str = "promptlab"
    sweep: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    traces: TraceCount = 100

    def __post_init__(self) -> None:
        """Take yaml's mapping as a dict of texts."""
        if not self.experiment:
            raise ValueError("experiment is empty; expected the name of an MLflow experiment")
        tags = {str(name): str(value) for name, value in self.tags.items()}
        object.__setattr__(self, "tags", tags)
        object.__setattr__(self, "traces", parse_count(self.traces))

    @contextmanager
    def start(self, name: str, config: Mapping[str, Any], folder: Path) -> Iterator[Run]:
        """Open a run of the variant `name`, whose records are in `folder`.

        The run ends as FINISHED, FAILED on an error, or KILLED when it is interrupted. Where the
        store cannot be reached, the experiment goes on, with one warning.
        """
        prepare()
        from promptlab.tracking.mlflow.run import RunSpec, begin  # noqa: PLC0415  MLflow takes two seconds

        before = recording_process(folder)
        mark_pending(folder, locate(self.uri))
        tags = {**self.tags, **({"sweep": self.sweep} if self.sweep else {})}
        spec = RunSpec(name, config, folder, tags, self.traces, before)
        run = begin(self.uri, self.experiment, spec)
        status = "FINISHED"
        try:
            yield run
        except Exception:
            status = "FAILED"
            raise
        except BaseException:
            status = "KILLED"
            raise
        finally:
            if run.end(status) and (folder / RESULT).exists():
                clear_pending(folder, locate(self.uri))
