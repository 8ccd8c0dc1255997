"""Memory: what earlier runs answered rightly, with the reasoning that led there.

As the experience that an agent recalls in Shinn et al., Reflexion (2023), and the library of what
worked in Wang et al., Voyager (2023); what is alike is found by the inner selection's index.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from promptlab.program import then
from promptlab.protocols import Select, Selection, Step
from promptlab.records.files import TRIALS, read_mark, read_trials, section
from promptlab.records.runs import find_runs
from promptlab.records.trial_json import read_trial
from promptlab.selection.exclusion import content
from promptlab.selection.ranker import look_ahead
from promptlab.types import Example, Question, Trial, digest


@dataclass(frozen=True)
class Memory:
    """Select among what earlier runs answered rightly, and among the pool.

    What a run remembers is the question, its gold answer, and what the model wrote before its own.
    No question is shown itself, by whatever run it was answered. The answers of a run over the
    very test set are gold answers of its other questions: a run over others measures more.

    Attributes:
        inner: Ranks the members for a question.
        runs: The output folders of runs or of sweeps, or a run's `trials.jsonl`; the first that
            answered a question rightly is remembered. Of a sweep's, runs that remember the same
            are left out: a run remembers nothing of itself.
        score: Which score of a trial says that it is right: where it is 1.
        pooled: Whether the pool's own members may be shown, too; those that are remembered are not
            there twice.
    """

    inner: Selection
    runs: Sequence[str] = ()
    score: str = "accuracy"
    pooled: bool = True

    def __post_init__(self) -> None:
        """Take yaml's list as the tuple it is."""
        object.__setattr__(self, "runs", _several(self.runs))

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Read the runs, and fit the inner selection to what they remember.

        Raises:
            FileNotFoundError: a run is not there.
            ValueError: its records are broken, no answer was right, or all are too few for `k`.
        """
        if not self.runs:
            warnings.warn(
                "selection.runs names no run, so that nothing is remembered, and "
                f"{type(self.inner).__name__} chooses of the pool alone; earlier runs "
                "are remembered by their folders: selection.runs=[outputs/…]",
                stacklevel=2,
            )
            return self.inner.fit(pool)
        remembered: dict[str, Example] = {}
        for example in self._right():
            remembered.setdefault(content(example.question), example)
        others = [each for each in pool if content(each.question) not in remembered]
        every = (*remembered.values(), *(others if self.pooled else ()))
        return then(self.inner.fit(every), lambda select: Remembering(every, self.inner, select))

    @property
    def on_disk(self) -> str:
        """Names what the runs hold, which may grow; empty where no run is named."""
        contents = [sha256(file.read_bytes()).hexdigest() for file in self._files()]
        return digest(contents) if self.runs else ""

    def _files(self) -> list[Path]:
        """List the trials of the runs.

        Raises:
            FileNotFoundError: one of them is not there.
        """
        return [file for run in map(Path, self.runs) for file in self._trials_of(run)]

    def _trials_of(self, run: Path) -> list[Path]:
        if run.is_file() or (run / TRIALS).exists():
            return [run if run.is_file() else run / TRIALS]
        return [folder / TRIALS for folder in find_runs([run]) if not self._remembered_by(folder)]

    def _remembered_by(self, folder: Path) -> bool:
        told = section(read_mark(folder), "config", "selection").get("runs")
        return isinstance(told, (str, list)) and _several(told) == self.runs

    def _right(self) -> list[Example]:
        """Return what was answered rightly, in the order of the runs and their trials."""
        trials = [read_trial(line) for file in self._files() for line in read_trials(file)]
        right = [_solved(trial) for trial in trials if trial.scores.get(self.score, 0.0) >= 1]
        if not right:
            known = ", ".join(sorted({name for trial in trials for name in trial.scores}))
            raise ValueError(
                f"selection.runs is {', '.join(self.runs)}: none of their {len(trials)} trials has "
                f"{self.score} 1, and their scores are {known or 'none'}; expected runs that "
                "answered something rightly"
            )
        return right


@dataclass(frozen=True, slots=True)
class Remembering:
    """A selection that was fitted to what is remembered; it hands on no ranking of the pool.

    Attributes:
        subset: All that it selects from.
        inner: What was fitted to them.
        select: The same, fitted.
    """

    subset: tuple[Example, ...]
    inner: Selection
    select: Select

    def __call__(self, question: Question) -> Step[Sequence[Example]]:
        """Return what the inner selection takes of them."""
        return self.select(question)

    def ahead(self, questions: Sequence[Question]) -> None:
        """Let the inner selection prepare for a batch."""
        look_ahead(self.select, questions)


def _several(runs: Any) -> tuple[str, ...]:
    return tuple(map(str, (runs,) if isinstance(runs, str) else runs))


def _solved(trial: Trial) -> Example:
    return replace(trial.example, rationale=trial.answer.rationale.strip())
