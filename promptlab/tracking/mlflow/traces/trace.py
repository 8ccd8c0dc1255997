"""A trial as a trace: its steps, its scores and its gold answer, ready for any way of writing it.

Calls take the time that was measured of them, after the trial's first call; other steps, and calls
that were not measured, take none, and stand where their order puts them. What was answered together
took the same time together.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from promptlab.tracking.mlflow.traces.spans import TraceStep, root, steps
from promptlab.types import Trial

LONGEST = 1000
"""Characters of a preview that a store must keep."""


@dataclass(frozen=True)
class Trace:
    """One trial to be shown.

    Attributes:
        id: Thirty-two hexadecimal digits.
        example: The id of the example.
        question: By which the traces of several runs are paired.
        answer: What came out, in short.
        at: Milliseconds since 1970.
        root: The step that the others are part of.
        steps: The others, in their order.
        scores: Named values: numbers, yes or no, and the outcome.
        target: The gold answer; empty where none is known.
        why: What was read and what was expected, for a person to read beside a score.
    """

    id: str
    example: str
    question: str
    answer: str
    at: int
    root: TraceStep
    steps: tuple[TraceStep, ...]
    scores: Mapping[str, float | bool | str]
    target: str
    why: str

    @property
    def times(self) -> list[tuple[int, int]]:
        """When each step began and ended, in nanoseconds after the root began."""
        first = min((step.timing.started for step in self.steps if step.timing), default=0.0)
        times: list[tuple[int, int]] = []
        last = 0
        for index, step in enumerate(self.steps, start=1):
            began = ended = last + 1
            if step.timing:
                began = round((step.timing.started - first) * 1e9) + index
                ended = began + round(step.timing.seconds * 1e9)
            last = max(last, ended)
            times.append((began, ended))
        return times

    @property
    def duration(self) -> int | None:
        """How long the trial took, in milliseconds; None where nothing was measured."""
        if not any(step.timing for step in self.steps):
            return None
        return max(ended for _, ended in self.times) // 1_000_000

    @property
    def tokens(self) -> tuple[int, int]:
        """How many tokens all its calls read and wrote."""
        calls = [step.tokens for step in self.steps if step.tokens]
        return sum(read for read, _ in calls), sum(wrote for _, wrote in calls)


def traces(
    trials: Sequence[Trial], indices: Sequence[int], *, run_id: str, name: str, at: int
) -> Iterator[Trace]:
    """Make the traces of some of a run's trials.

    The same trial of the same run always has the same id, so it cannot be written twice.

    Args:
        trials: All of the run.
        indices: Which of them.
        run_id: Of the run.
        name: Of the variant.
        at: When, in milliseconds since 1970; the first trial is the latest, to be listed first.
    """
    questions, binary = previews(trials), _binary_scores(trials)
    for index in indices:
        trial = trials[index]
        yield Trace(
            id=blake2b(f"{run_id} {index}".encode(), digest_size=16).hexdigest(),
            example=trial.example.id,
            question=questions[index],
            answer=_shorten(trial.answer.text or f"({trial.answer.outcome})"),
            at=at - index,
            root=root(trial, name),
            steps=tuple(steps(trial)),
            scores={**_scores(trial, binary), "outcome": trial.answer.outcome},
            target=json_safe(_replace_surrogates(trial.example.answer)),
            why=_why(trial),
        )


def previews(trials: Sequence[Trial]) -> list[str]:
    """Return the questions, with the example's id where several have the same text."""
    texts = [trial.example.question.text for trial in trials]
    counts = Counter(texts)
    return [
        _shorten(text if counts[text] == 1 else f"{text} [{trial.example.id}]")
        for text, trial in zip(texts, trials, strict=True)
    ]


def json_safe(text: str) -> str:
    """Write a text so that MLflow's pages show it as it stands.

    They parse an expectation as JSON where they can: `0` and `false` disappear, `1.50` becomes
    1.5. Such a text gets JSON's quotes, which the pages remove.
    """
    try:
        value = json.loads(text)
    except ValueError:
        return text
    safe = type(value) is int and 0 < abs(value) < 2**53
    return text if safe else json.dumps(text, ensure_ascii=False)


def _binary_scores(trials: Sequence[Trial]) -> set[str]:
    """Return the scores that are 0 or 1 in every trial, which MLflow takes as booleans."""
    names = {name for trial in trials for name in trial.scores}
    return {name for name in names if all(t.scores.get(name, 0) in (0, 1) for t in trials)}


def _scores(trial: Trial, binary: set[str]) -> dict[str, float | bool]:
    """Put accuracy first; leave out scores that are not finite."""
    order = sorted(trial.scores, key=lambda name: (name != "accuracy", name))
    scores = {name: trial.scores[name] for name in order if math.isfinite(trial.scores[name])}
    return {name: bool(value) if name in binary else value for name, value in scores.items()}


def _shorten(text: str) -> str:
    """Cut a text to what a store keeps, with a digest that tells long texts apart."""
    text = _replace_surrogates(text)
    if len(text) <= LONGEST:
        return text
    mark = blake2b(text.encode(), digest_size=4).hexdigest()
    return f"{text[: LONGEST - 20]} … [{mark}]"


def _replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which no store accepts."""
    return text.encode("utf-8", "replace").decode()


def _why(trial: Trial) -> str:
    answer, target = trial.answer, trial.example.answer
    read = f"read {answer.text!r}" if answer.outcome == "parsed" else answer.outcome
    return _replace_surrogates(f"{read}; expected {target!r}")
