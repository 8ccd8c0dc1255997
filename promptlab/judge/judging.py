"""A judge goes through finished runs: batch by batch, each kept before the next is asked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from promptlab.context import with_room
from promptlab.judge.item import Item, to_compare, to_grade
from promptlab.judge.judged_run import JudgedRun
from promptlab.judge.judgement import Judgement
from promptlab.judge.record import JudgementRecord
from promptlab.metric.judge import Judge
from promptlab.program import parallel, solve
from promptlab.protocols import Model
from promptlab.records.owner import own
from promptlab.records.provenance import versions
from promptlab.route import Route
from promptlab.types import RequestFailed, digest

Mode = Literal["single", "pairwise"]
Watch = Callable[[int], None]


@dataclass(frozen=True)
class Judging:
    """A judge, and what it judges.

    Attributes:
        judge: How it is asked; its task is that of each run.
        model: Who it is.
        runs: What is judged.
        mode: Whether each answer is graded, or every two to one question are compared.
        baseline: The run that each other is compared with; None compares every two.
        folder: Where the judgements are kept; made from all that decides them in `outputs`, where
            it is not given.
        outputs: See `folder`.
        batch: How many are judged side by side, and kept at once.
    """

    judge: Judge
    model: Model
    runs: Sequence[JudgedRun]
    mode: Mode = "single"
    baseline: JudgedRun | None = None
    folder: Path | None = None
    outputs: Path = Path("outputs")
    batch: int = 32

    def __post_init__(self) -> None:
        """Check the settings before anybody is asked."""
        if self.batch < 1:
            raise ValueError(f"batch is {self.batch}; expected at least 1")
        if not self.runs:
            raise ValueError("there is no run to judge; expected one at least")

    @cached_property
    def items(self) -> list[Item]:
        """All that is judged, in its order; raises as `to_compare` does."""
        if self.mode == "single":
            return to_grade(self.runs)
        return to_compare(self.runs, self.baseline)

    @property
    def everybody(self) -> list[JudgedRun]:
        """The runs that are judged, the baseline among them."""
        there = {run.folder for run in self.runs}
        missing = [self.baseline] if self.baseline and self.baseline.folder not in there else []
        return [*self.runs, *missing]

    @property
    def settings(self) -> dict[str, Any]:
        """How the judge is asked, as plain data."""
        return {key: value for key, value in asdict(self.judge).items() if key != "task"}

    @cached_property
    def key(self) -> str:
        """Names all that decides a verdict: who judges, how, and what."""
        told = [[run.name, run.digest, asdict(run.task)] for run in self.everybody]
        base = self.baseline.name if self.baseline else ""
        who = dict(self.model.identity)
        made = versions().get("promptlab", "")
        return digest([who, self.settings, self.mode, base, told, made])

    @property
    def where(self) -> Path:
        """The folder of the judgements."""
        return self.folder or self.outputs / f"judge-{self.mode}-{self.key[:10]}"

    @property
    def record(self) -> JudgementRecord:
        """Its record."""
        return JudgementRecord(self.where, self.key)

    @property
    def about(self) -> dict[str, Any]:
        """What is known before anything was judged."""
        return {
            "judge": dict(self.model.identity),
            "settings": self.settings,
            "mode": self.mode,
            "baseline": self.baseline.name if self.baseline else "",
            "runs": {run.name: str(run.folder) for run in self.everybody},
            "datasets": sorted({run.dataset for run in self.everybody}),
        }

    def __call__(self, watch: Watch | None = None) -> list[Judgement]:
        """Judge what was not judged yet; return all judgements.

        Args:
            watch: Told how many there are, after every batch.

        Raises:
            RequestFailed: each of the first batch failed alike, which is no answer's fault.
            OSError: the record cannot be written; what was judged is kept.
        """
        with own(self.where):
            done = self.record.resumed(self.items, self.about)
            for batch in self._batches(len(done)):
                self.record.append(batch, len(done))
                done += batch
                if watch:
                    watch(len(done))
        return done

    def _batches(self, done: int) -> Iterator[list[Judgement]]:
        answerer = Route({"model": self.model})
        for start in range(done, len(self.items), self.batch):
            some = self.items[start : start + self.batch]
            programs = [with_room(i.judged(self.judge), answerer.preview) for i in some]
            batch = solve(parallel(programs), answerer)
            yield batch if start else without_common_failure(batch)


def without_common_failure(batch: list[Judgement]) -> list[Judgement]:
    """Return the first judgements, unless all failed alike.

    Raises:
        RequestFailed: they did, and why.
    """
    asked = [judgement for judgement in batch if judgement.exchanges or judgement.error]
    errors = {judgement.error for judgement in asked}
    if len(asked) > 1 and len(errors) == 1 and all(each.value is None for each in asked):
        raise RequestFailed(f"each of the first {len(asked)} verdicts failed: {errors.pop()}")
    return batch
