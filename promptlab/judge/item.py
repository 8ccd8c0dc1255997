"""One thing to judge: an answer to be graded, or two answers to be compared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from promptlab.judge.judged_run import JudgedRun, check_same_questions
from promptlab.judge.judgement import Judgement
from promptlab.metric.judge import Judge
from promptlab.metric.judging.verdict import Verdicts
from promptlab.program import recorded
from promptlab.protocols import Program
from promptlab.types import Exchange


@dataclass(frozen=True)
class Item:
    """An answer, or two.

    Attributes:
        id: The question's.
        runs: The run that gave the answer, or the two.
    """

    id: str
    runs: tuple[JudgedRun, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The runs' names."""
        return tuple(run.name for run in self.runs)

    def judged(self, judge: Judge) -> Program[Judgement]:
        """Ask a judge; a reply that is no verdict is noted, and spoils nothing else."""
        exchanges: list[Exchange] = []
        judge = replace(judge, task=self.runs[0].task)
        said = yield from recorded(self._asked(judge), exchanges, "metric")
        errors = [str(error) for some in said for error in some.errors]
        verdicts = tuple(some.values for some in said)
        return Judgement(self.id, self.names, verdicts, "; ".join(errors[:1]), tuple(exchanges))

    def _asked(self, judge: Judge) -> Program[tuple[Verdicts, ...]]:
        trials = [run.trials[self.id] for run in self.runs]
        example = trials[0].example
        if len(trials) == 1:
            return ((yield from judge.grade(trials[0].answer, example)),)
        found = yield from judge.prefer(trials[0].answer, trials[1].answer, example)
        return found.forward, found.backward


def to_grade(runs: Sequence[JudgedRun]) -> list[Item]:
    """List every answer of these runs."""
    return [Item(id_, (run,)) for run in runs for id_ in run.trials]


def to_compare(runs: Sequence[JudgedRun], baseline: JudgedRun | None = None) -> list[Item]:
    """List every two answers to one question: of all pairs of runs, or of each and a baseline.

    Raises:
        ValueError: there is one run alone, or they were asked other questions.
    """
    everybody = list(runs)
    if baseline is not None:
        everybody = [run for run in runs if run.folder != baseline.folder] + [baseline]
    if len(everybody) < 2:
        raise ValueError(
            f"{everybody[0].folder}: one run, and nothing to compare it with; expected two or more"
        )
    pairs = list(combinations(everybody, 2))
    if baseline is not None:
        pairs = [(run, baseline) for run in everybody[:-1]]
    shared = check_same_questions(everybody)
    return [Item(id_, pair) for id_ in shared for pair in pairs]
