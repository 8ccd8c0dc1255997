"""Scores by slice: the test examples that have the same value in a field of their record.

Among many slices some look good or bad by chance, so that each interval is as wide as their number
asks: with m slices of all fields its confidence is 1 - 0.05 / m (Bonferroni), and with 95 % all of
them hold together. Each slice is compared with the rest of its field's, too, and the p-values are
corrected for all slices (Holm, 1979).
"""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from statistics import fmean
from typing import Any, TypeAlias

from promptlab.types import Example, Trial

SMALL = 30
"""A slice of fewer examples is marked: its mean says little."""
ALPHA = 0.05
Figures: TypeAlias = Callable[[Sequence[Trial], float], Mapping[str, float]]
"""What returns the figures of some trials together, with intervals of that confidence."""
NONE = ""
"""The value of a record that has no such field."""


def value_of(example: Example, field: str) -> str:
    """Return what a record says in a field, as text."""
    value = example.question.metadata.get(field)
    return NONE if value is None else str(value)


def check_fields(fields: Sequence[str], examples: Sequence[Example]) -> None:
    """Refuse a field that no record has.

    Raises:
        ValueError: names the field, and those that there are.
    """
    known = sorted({str(name) for example in examples for name in example.question.metadata})
    for field in fields:
        if field not in known:
            near = get_close_matches(str(field), known, 1)
            hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
            none = "the records have no fields beside what is asked and answered"
            raise ValueError(
                f"slices: no test example has a field {field!r}; {hint if known else none}"
            )


def slices(
    trials: Sequence[Trial], fields: Sequence[str], figures: Figures | None = None
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return by field and value `n`, whether it is `small`, and each score with its interval.

    `accuracy_holm` is the p-value of the accuracy's difference from all other slices of the field,
    after Holm; there is none where a field has one value alone, and none of figures, which are no
    means over trials: their intervals are as wide as those of scores, and say it.
    """
    parts = {field: _parts(trials, field) for field in fields}
    number = sum(map(len, parts.values()))
    confidence = 1 - ALPHA / max(number, 1)
    told = {
        field: {value: _told(part, confidence, figures) for value, part in sorted(held.items())}
        for field, held in parts.items()
    }
    for name in sorted({name for trial in trials for name in trial.scores}):
        for (field, value), pvalue in _compared(parts, name).items():
            told[field][value][f"{name}_holm"] = pvalue
    return told


def _compared(
    parts: Mapping[str, Mapping[str, Sequence[Trial]]], name: str
) -> dict[tuple[str, str], float]:
    """Return the corrected p-value of each slice against the rest of its field."""
    from promptlab.analysis.statistics import holm, unpaired  # noqa: PLC0415  scipy, when a run has ended

    raw: dict[tuple[str, str], float] = {}
    for field, held in parts.items():
        scores = {value: _scores_of(part, name) for value, part in held.items()}
        for value, own in scores.items():
            rest = [score for other, them in scores.items() if other != value for score in them]
            if own and rest:
                raw[field, value] = unpaired(own, rest)
    return dict(zip(raw, map(float, holm(list(raw.values()))), strict=True))


def _scores_of(trials: Sequence[Trial], name: str) -> list[float]:
    return [trial.scores[name] for trial in trials if name in trial.scores]


def _parts(trials: Sequence[Trial], field: str) -> dict[str, list[Trial]]:
    parts: dict[str, list[Trial]] = {}
    for trial in trials:
        parts.setdefault(value_of(trial.example, field), []).append(trial)
    return parts


def _told(trials: Sequence[Trial], confidence: float, figures: Figures | None) -> dict[str, Any]:
    together = figures(trials, confidence) if figures else {}
    return {**together, **_scores(trials, confidence)}


def _scores(trials: Sequence[Trial], confidence: float) -> dict[str, Any]:
    told: dict[str, Any] = {"n": len(trials), "small": len(trials) < SMALL}
    for name in sorted({name for trial in trials for name in trial.scores}):
        scores = _scores_of(trials, name)
        low, high = _interval(scores, confidence)
        told |= {name: fmean(scores), f"{name}_low": low, f"{name}_high": high}
    return told


def _interval(scores: Sequence[float], confidence: float) -> tuple[float, float]:
    from promptlab.analysis.statistics import bca, wilson  # noqa: PLC0415  scipy, when a run has ended

    if set(scores) <= {0, 1}:
        return wilson(round(sum(scores)), len(scores), confidence)
    return bca(scores, confidence=confidence)


def lines(told: Mapping[str, Mapping[str, Mapping[str, Any]]], score: str) -> list[str]:
    """Write each slice on a line: its count, and one score with its interval."""
    return [
        f"{field}={value or '(none)'}: n={part['n']}, {score} {part[score]:.3f} "
        f"({part[f'{score}_low']:.3f} to {part[f'{score}_high']:.3f})"
        + (", unlike the rest" if part.get(f"{score}_holm", 1) < ALPHA else "")
        + (f", fewer than {SMALL}" if part["small"] else "")
        for field, parts in told.items()
        for value, part in parts.items()
        if score in part
    ]
