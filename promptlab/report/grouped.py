"""The rows of a leaderboard: runs that asked the same are one, and seeds are taken together."""

from collections.abc import Mapping, Sequence
from math import isnan
from pathlib import Path
from statistics import fmean
from typing import Any

from promptlab.analysis.comparison.variant import RankedVariant
from promptlab.records.files import section
from promptlab.report.data.standings import Standings
from promptlab.report.leaderboard import DEVIATION


def grouped(
    results: Mapping[Path, Mapping[str, Any]], sweeps: Sequence[Standings]
) -> list[tuple[Mapping[str, Any], str]]:
    """Return a result for each variant, with its significance letters.

    That of a variant with several seeds has the means of their figures, the interval that counts
    each example once, and the standard deviation of their scores.

    Args:
        results: The contents of `result.json`, by folder.
        sweeps: What was compared of them; a run that was not has a row of its own.
    """
    rows, seen = list[tuple[Mapping[str, Any], str]](), set[Path]()
    for sweep in sweeps:
        for variant in sweep.variants:
            rows.append((_result(results, variant, sweep.comparison.metric), variant.letters))
            seen |= {*variant.run.folders, *(folder for _, folder in variant.run.same)}
    return rows + [(result, "") for folder, result in results.items() if folder not in seen]


def _result(
    results: Mapping[Path, Mapping[str, Any]], variant: RankedVariant, metric: str
) -> Mapping[str, Any]:
    members = [results[folder] for folder in variant.run.folders]
    first = {**members[0], "name": variant.name}
    if len(members) == 1:
        return first
    metrics = _means([section(each, "metrics") for each in members])
    own = {"n": variant.examples, metric: variant.mean}
    ends = {f"{metric}_low": variant.low, f"{metric}_high": variant.high}
    spread = {} if isnan(variant.run.spread) else {DEVIATION: variant.run.spread}
    timings = _means([section(each, "timings") for each in members])
    return {**first, "metrics": {**metrics, **own, **ends, **spread}, "timings": timings}


def _means(tables: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the means of the numbers that all tables have; whole ones where all are whole."""
    means: dict[str, Any] = {}
    for key in tables[0]:
        values = [table.get(key) for table in tables]
        if all(isinstance(value, (int, float)) for value in values):
            mean = fmean(value for value in values if value is not None)
            whole = all(isinstance(value, int) for value in values)
            means[key] = round(mean) if whole else mean
    return means
