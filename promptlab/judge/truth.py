"""What is known of the answers that are judged: their worth, their length, who gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from promptlab.judge.judged_run import JudgedRun
from promptlab.judge.labels import Answered, Labels
from promptlab.metric.judge import Judge


@dataclass(frozen=True)
class Truth:
    """What is known.

    Attributes:
        labels: What is taken for the worth of an answer.
        lengths: Characters of each answer, as the judge sees it.
        own: The names of the runs whose answers are by the judge's own model.
        grades: How many grades the scale has.
    """

    labels: Labels
    lengths: Mapping[Answered, int]
    own: frozenset[str]
    grades: int

    @property
    def whom(self) -> str:
        """Whose word the labels are."""
        return "people" if self.labels.people else "the gold answers"


def known(runs: Sequence[JudgedRun], labels: Labels, judge: Judge, model: str) -> Truth:
    """Gather what is known.

    Args:
        runs: What is judged.
        labels: What is taken for the worth of an answer.
        judge: How it is asked.
        model: The judge's name.
    """
    lengths = {
        (run.name, id_): len(trial.answer.text)
        + (len(trial.answer.rationale) if judge.rationale else 0)
        for run in runs
        for id_, trial in run.trials.items()
    }
    own = frozenset(run.name for run in runs if model and run.author == model)
    return Truth(labels, lengths, own, judge.best - judge.worst + 1)
