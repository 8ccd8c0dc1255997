"""What came of judging, in plain sentences: for a terminal, and for a report."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from promptlab.judge.record import OUTCOME, read_outcome

FEW = 0.4
"""A kappa below which agreement is at most fair (Landis and Koch, 1977)."""
SHARES = ("agreement", "turned", "same", "no_verdict")
"""Measures that are told in per cent."""
NAMES = {
    "kappa": "Cohen's kappa",
    "alpha": "Krippendorff's alpha",
    "alpha_people": "Krippendorff's alpha",
    "auroc": "AUROC",
    "agreement": "agreement",
    "length_bias": "length bias",
    "self_preference": "self-preference",
    "position_bias": "position bias",
    "turned": "turned round",
    "consistency": "consistency",
    "same": "repeats alike",
    "no_verdict": "no verdict",
}


def find_outcomes(folder: Path) -> list[Path]:
    """Find what `promptlab judge` left in a folder, or below."""
    return sorted(folder.rglob(OUTCOME)) if folder.is_dir() else []


def sentences(content: Mapping[str, Any]) -> list[str]:
    """Say what a `judge.json` holds: what the judge is worth first, then what it found."""
    return [who(content), verdict(content), *map(measured, content["measures"]), *_found(content)]


def said_of(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the data sets of a `judge.json`, and what it says; one sentence where it is broken."""
    try:
        content = read_outcome(path)
        return tuple(content["datasets"]), tuple(sentences(content))
    except (ValueError, KeyError, TypeError) as error:
        return (), (f"left out: {error}",)


def who(content: Mapping[str, Any]) -> str:
    """Say who judged what, and how."""
    settings = content["settings"]
    kind = "compared two answers at a time" if content["mode"] == "pairwise" else "graded answers"
    scale = (
        f" from {settings['worst']} to {settings['best']}" if content["mode"] == "single" else ""
    )
    ways = [
        settings["prompt"]["name"],
        "with the reference" if settings["reference"] else "without the reference",
        f"by its {'reply' if settings['reading'] == 'reply' else 'probabilities'}",
        *(["reasons first"] if settings["reasons"] else []),
        *([f"{settings['repeats']} repeats"] if settings["repeats"] > 1 else []),
    ]
    name = content["judge"].get("name") or "the judge"
    return f"{name} {kind}{scale} of {counted(len(content['runs']))} ({', '.join(ways)})"


def counted(runs: int) -> str:
    """Say how many runs."""
    return f"{runs} run{'' if runs == 1 else 's'}"


def verdict(content: Mapping[str, Any]) -> str:
    """Say whether the judge can be believed, by its agreement beyond chance."""
    found = {each["name"]: each for each in content["measures"]}.get("kappa")
    if content.get("asked") == 0:
        return "this judge was asked nothing: any two answers to one question are the same"
    if found is None:
        return "this judge was not measured: no right answers are known, and no --labels were given"
    return _beyond_chance(found)


def _beyond_chance(found: Mapping[str, Any]) -> str:
    low, high = found["low"], found["high"]
    if found["value"] is None:
        return "this judge cannot be measured: it says the same of every answer, or all are alike"
    if low is not None and low > FEW:
        return "this judge agrees with what is known, more than fairly"
    if low is not None and low > 0:
        return "this judge agrees with what is known beyond chance, but by no means reliably"
    if high is not None and high < 0:
        return "this judge disagrees with what is known more than by chance: do not believe it"
    return "this judge cannot be told from one who guesses: do not believe its verdicts"


def measured(found: Mapping[str, Any]) -> str:
    """Say one measure."""
    name = NAMES.get(found["name"], found["name"])
    return f"{name} {figure(found, share=found['name'] in SHARES)}: {found['meaning']}"


def figure(found: Mapping[str, Any], *, share: bool = False) -> str:
    """Write an estimate with its interval and of how many it is."""
    if found["value"] is None:
        return f"not defined (n = {found['n']})"
    scale, digits = (100, 1) if share else (1, 2)
    value, *ends = (
        "?" if found[key] is None else f"{round(scale * found[key], digits) + 0.0:.{digits}f}"
        for key in ("value", "low", "high")
    )
    return f"{value}{' %' if share else ''} ({ends[0]} to {ends[1]}, n = {found['n']})"


def _found(content: Mapping[str, Any]) -> Iterator[str]:
    for run in content.get("graded", ()):
        yield f"{run['name']}: {_graded(run)}"
    for run in content.get("compared", ()):
        strength = figure(run["strength"])
        yield f"{run['name']}: strength {strength}, {100 * run['points']:.1f} % of the points"


def _graded(run: Mapping[str, Any]) -> str:
    gold = "" if run["gold"] is None else f"; accuracy {100 * run['gold']:.1f} %"
    fixed = run["corrected"]
    corrected = f"; corrected by people's labels {figure(fixed, share=True)}" if fixed else ""
    told = figure(run["right"], share=True)
    return f"mean grade {figure(run['grade'])}, right by the judge {told}{corrected}{gold}"
