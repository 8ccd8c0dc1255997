"""A run in numbers: accuracy with its interval, what became of the answers, and what they cost."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from statistics import fmean
from typing import get_args

from promptlab.extract import canonical, key
from promptlab.metric.classes.macro_f1 import macro_f1
from promptlab.metric.classes.mcc import mcc
from promptlab.metric.classes.micro_f1 import micro_f1
from promptlab.metric.confidence.known import reliability
from promptlab.protocols import Metric, OfRun
from promptlab.types import Outcome, Task, Trial

CLASSED = ("label", "choice", "yes_no")
"""The kinds of answer that have classes, and so an F1 of each."""


def summarise(trials: Sequence[Trial], task: Task) -> dict[str, float | int]:
    """Summarise trials.

    Returns:
        `n` trials; `accuracy`, `accuracy_low`, `accuracy_high` (Wilson, 95 %) over those that
        have one; `accuracy_answered` of those that were given, where a strategy abstained;
        `macro_f1`, `micro_f1` and `mcc` where answers have classes; `ece`, `brier` and their like
        where answers have a confidence; the mean of every other score; the number and share of
        each outcome, such as `refused` and `refused_rate`, save that `unparsed_rate` is the share
        of all that was not parsed, for whatever reason; `prompt_tokens`, `completion_tokens` and
        `calls` in all, what several trials asked (the making of their
        demonstrations, say) counted once; `mean_demos`, which a trial's prompts show, and
        `fewest_demos` of one.
    """
    if not trials:
        return {"n": 0}
    return {
        "n": len(trials),
        **_accuracy(trials),
        **figures(trials, task),
        **_other_scores(trials),
        **_outcomes(trials),
        **_costs(trials),
    }


def _accuracy(trials: Sequence[Trial]) -> dict[str, float]:
    """Return the mean accuracy with its interval, where a gold answer or a test told it."""
    scores = [trial.scores["accuracy"] for trial in trials if "accuracy" in trial.scores]
    if not scores:
        return {}
    return {"accuracy": fmean(scores), **_interval("accuracy", scores), **_of_answered(trials)}


def _of_answered(trials: Sequence[Trial]) -> dict[str, float]:
    """Return the accuracy of the answers that were given, where some were withheld."""
    given = [trial for trial in trials if trial.answer.outcome != "abstained"]
    scores = [trial.scores["accuracy"] for trial in given if "accuracy" in trial.scores]
    if not scores or len(given) == len(trials):
        return {}
    return {"accuracy_answered": fmean(scores), **_interval("accuracy_answered", scores)}


def figures(trials: Sequence[Trial], task: Task, confidence: float = 0.95) -> dict[str, float]:
    """Return what is no mean over trials: of classes and of confidence, each with its interval."""
    return _of_classes(trials, task, confidence) | reliability(trials, confidence)


def _of_classes(trials: Sequence[Trial], task: Task, confidence: float) -> dict[str, float]:
    pairs = [pair(trial, task) for trial in _scored(trials)]
    if not pairs or task.answer not in CLASSED:
        return {}
    found = {"macro_f1": macro_f1(pairs), "micro_f1": micro_f1(pairs), "mcc": mcc(pairs)}
    from promptlab.metric.bootstrap.classes import on_draws  # noqa: PLC0415  numpy, at a run's end
    from promptlab.metric.bootstrap.interval import intervals  # noqa: PLC0415

    return found | intervals(found, len(pairs), partial(on_draws, pairs), confidence)


def pair(trial: Trial, task: Task) -> tuple[str, str]:
    """Return the classes of a trial's answer (empty: none was read) and of its gold answer.

    An answer that is one of the aliases is of the gold answer's class.
    """
    question = trial.example.question
    gold, *aliases = (
        key(canonical(right, task, question) or right, task)
        for right in (trial.example.answer, *trial.example.aliases)
    )
    predicted = key(trial.answer.text, task) if trial.answer.outcome == "parsed" else ""
    return gold if predicted in aliases else predicted, gold


def _other_scores(trials: Sequence[Trial]) -> dict[str, float]:
    """Return each mean with its interval: Wilson's where all are 0 or 1, or by bootstrap."""
    names = sorted({name for trial in trials for name in trial.scores} - {"accuracy"})
    summary: dict[str, float] = {}
    for name in names:
        scores = [trial.scores[name] for trial in trials if name in trial.scores]
        summary[name] = fmean(scores)
        if not set(scores) <= {0, 1}:
            summary |= _resampled(name, scores)
        else:
            summary |= _interval(name, scores)
    return summary


def _interval(name: str, scores: Sequence[float]) -> dict[str, float]:
    from promptlab.analysis.statistics import wilson  # noqa: PLC0415  scipy, only when a run has ended

    low, high = wilson(round(sum(scores)), len(scores))
    return {f"{name}_low": low, f"{name}_high": high}


def _resampled(name: str, scores: Sequence[float]) -> dict[str, float]:
    from promptlab.analysis.statistics import bca  # noqa: PLC0415  scipy, only when a run has ended

    low, high = bca(scores)
    return {f"{name}_low": low, f"{name}_high": high}


def _outcomes(trials: Sequence[Trial]) -> dict[str, float | int]:
    counts = Counter(trial.answer.outcome for trial in trials)
    outcomes: dict[str, float | int] = {}
    for name in get_args(Outcome):
        outcomes[name] = counts[name]
        outcomes[f"{name}_rate"] = counts[name] / len(trials)
    outcomes["unparsed_rate"] = 1 - counts["parsed"] / len(trials)
    return outcomes


def _costs(trials: Sequence[Trial]) -> dict[str, float | int]:
    exchanges = (exchange for trial in trials for exchange in trial.exchanges)
    replies = list({exchange.request: exchange.reply for exchange in exchanges}.values())
    return {
        "prompt_tokens": sum(reply.tokens_read for reply in replies),
        "completion_tokens": sum(reply.completion_tokens for reply in replies),
        "calls": len(replies),
        "mean_demos": fmean(map(_shown, trials)),
        "fewest_demos": min(map(_shown, trials)),
    }


def _shown(trial: Trial) -> int:
    """Return how many demonstrations a trial's prompts show."""
    return len(trial.demos) if trial.shown is None else trial.shown


def _scored(trials: Sequence[Trial]) -> Iterator[Trial]:
    """Yield the trials whose gold answer is known."""
    return (trial for trial in trials if trial.example.answer)


def missing(trials: Sequence[Trial], metrics: Iterable[str]) -> dict[str, int]:
    """Count, for each metric that could not score some answers, the trials where it failed."""
    counts = {name: sum(t.error.startswith(unscored(name)) for t in trials) for name in metrics}
    return {f"{name}_missing": count for name, count in counts.items() if count}


def unscored(metric: str) -> str:
    """Return how a trial's error begins where a metric could not score its answer."""
    return f"metric {metric}: "


def of_run(
    trials: Sequence[Trial], metrics: Mapping[str, Metric], confidence: float = 0.95
) -> tuple[dict[str, float], dict[str, str]]:
    """Return what metrics say of a run as a whole, and their signatures: how that was computed."""
    found: dict[str, float] = {}
    signatures: dict[str, str] = {}
    for metric in metrics.values():
        if isinstance(metric, OfRun):
            scores, names = metric.of_run(trials, confidence)
            found.update(scores)
            signatures.update(names)
    return found, signatures
