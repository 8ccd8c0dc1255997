"""One variant in a race: it answers block by block, and is recorded as any run is.

Its test examples stand in the race's order, so its records are those of a run over them that may
end early. What is recorded already is not asked again.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from promptlab.experiment import Experiment
from promptlab.model.usage import Usage
from promptlab.protocols import Run
from promptlab.records.files import Records, read_result
from promptlab.records.owner import own
from promptlab.records.resume import resume
from promptlab.records.timings import append_timings
from promptlab.tracking.pending import is_pending
from promptlab.types import Trial


class Paused(BaseException):
    """Raised to a run's tracking when the run stops but may be resumed."""


class Contender:
    """A variant, and what it has answered.

    Attributes:
        experiment: The variant; its test examples are in the race's order, its batch is a block.
        answered: How many of its trials the race has seen.
        calls: What these took, requests to the model.
        tokens: Read and written in them.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.answered = self.calls = self.tokens = 0
        self._tracking, self._owner = ExitStack(), ExitStack()
        self._owner.enter_context(own(experiment.folder, wait=experiment.wait))
        self._records = Records(experiment.folder)
        self._trials = resume(
            self._records,
            experiment.key,
            experiment.dataset,
            experiment.batch,
            experiment.about,
        )
        self._seconds, self._counts = 0.0, Usage()
        self._run: Run | None = None
        self._batches: Iterator[list[Trial]] | None = None

    def __enter__(self) -> "Contender":
        """Enter the race."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        """Close the run as what the race ended with: an error, an interruption."""
        with self._owner:
            return self._tracking.__exit__(kind, error, trace)

    @property
    def name(self) -> str:
        """The variant's name."""
        return self.experiment.name

    def answer(self, stop: int) -> Sequence[Trial]:
        """Return the trials of the next block, which ends before example number `stop`."""
        while len(self._trials) < stop:
            self._ask()
        block = self._trials[self.answered : stop]
        replies = [exchange.reply for trial in block for exchange in trial.exchanges]
        self.answered = stop
        self.calls += len(replies)
        self.tokens += sum(reply.tokens_read + reply.completion_tokens for reply in replies)
        return block

    def finish(self, tags: dict[str, str], *, paused: bool = False) -> None:
        """Write the result of all that was answered, unless an earlier race did.

        Args:
            tags: What became of the variant, for whoever looks at its run.
            paused: Whether a race with more to spend would go on with it.
        """
        if self._run is None and self._is_written(tags):
            return
        run = self._open_run()
        timings = self.experiment.timings(self._trials, self._seconds, self._counts)
        extra = {"timings": timings, "tags": tags}
        result: dict[str, Any] = self.experiment.result(self._trials, run.id) | extra
        self._records.write_result(result)
        run.log_result(result)
        if paused:
            self._tracking.__exit__(Paused, Paused(), None)
        else:
            self._tracking.close()

    def _ask(self) -> None:
        """Ask for one block more, and record it."""
        run = self._open_run()
        if self._batches is None:
            self._batches = self.experiment.batches(len(self._trials))
        started, before = time.perf_counter(), self.experiment.counts()
        batch = next(self._batches)
        self._records.append(batch)
        append_timings(self.experiment.folder, batch, len(self._trials))
        self._trials += batch
        run.log_trials(batch)
        self._seconds += time.perf_counter() - started
        self._counts += self.experiment.counts() - before

    def _open_run(self) -> Run:
        """Open the run in the tracking, with the trials already recorded."""
        if self._run is None:
            experiment = self.experiment
            context = experiment.tracking.start(
                experiment.name, experiment.config, experiment.folder
            )
            self._run = self._tracking.enter_context(context)
            if self._trials:
                self._run.log_trials(self._trials)
        return self._run

    def _is_written(self, tags: dict[str, str]) -> bool:
        if not self._records.result_path.exists() or is_pending(self.experiment.folder):
            return False
        result = read_result(self.experiment.folder)
        same = result.get("tags") == tags and result["metrics"]["n"] == len(self._trials)
        return same and self.experiment.repriced(result, self._trials) == result
