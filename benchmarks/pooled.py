"""Runs over several data sets and models, taken together: the mean, and the distance from one.

    python benchmarks/pooled.py outputs --by selection --reference KNN
    python benchmarks/pooled.py outputs --by ordering --reference SimilarLast
    python benchmarks/pooled.py outputs --by strategy --reference none
    python benchmarks/pooled.py outputs --by demonstrations --reference Joint

Each data set and model counts alike. Runs that differ in their seeds are averaged by question. The
differences are paired, a question that several models answered is one cluster, and p is corrected
by Holm for all rows. Rows are named by the class that was swept, and its filters; by `strategy`, by
the calibration. By `demonstrations`, runs are held against those of the same k and order alone.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from promptlab.analysis.statistics import holm
from promptlab.analysis.statistics.paired import paired_difference
from promptlab.records.runs import find_runs
from promptlab.text.escaping import in_line

Cell = tuple[str, str, str]
"""A model, a data set, and what else runs must have in common."""
FILTERS = ("minimum", "longest", "tokens", "distinct")
"""What a filtered selection may ask of its members."""
GROUPS = ("selection", "ordering", "strategy", "demonstrations")


def name(config: dict[str, Any], by: str) -> str:
    """Name what was swept."""
    part = config[by]
    if by == "demonstrations" and part.get("positions") == "parallel":
        return "Independent, parallel"
    if by == "strategy" and part.get("method", "none") != "none":
        return str(part["method"])
    if class_of(part) == "Filtered":
        kept = [key for key in FILTERS if part.get(key) is not None]
        return ", ".join(["Filtered", *kept])
    inner = part.get("inner", part).get("mode", "") if by == "strategy" else ""
    words = {"logprob": "none"}
    return words.get(inner, inner) or class_of(part)


def class_of(part: dict[str, Any]) -> str:
    """Return the name of a component's class."""
    return str(part["_target_"]).rpartition(".")[2]


def setting(config: dict[str, Any], by: str) -> str:
    """Name what two runs must have in common beside data and model."""
    return f"{config['k']}, {class_of(config['ordering'])}" if by == "demonstrations" else ""


def main() -> None:
    """Read the runs, and print a table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("runs", nargs="+", help="folders of finished runs, or of many")
    options.add_argument("--by", default="selection", choices=GROUPS)
    options.add_argument("--reference", required=True, help="the row that the others are held to")
    told = options.parse_args()
    scores: dict[str, dict[Any, list[float]]] = defaultdict(lambda: defaultdict(list))
    means: dict[str, dict[Cell, list[float]]] = defaultdict(lambda: defaultdict(list))
    for folder in find_runs(told.runs):
        result = json.loads((Path(folder) / "result.json").read_text("utf-8"))
        row, common = (read(result["config"], told.by) for read in (name, setting))
        cell = result["model"]["name"], result["dataset"], common
        means[row][cell].append(100 * result["metrics"]["accuracy"])
        for line in (Path(folder) / "trials.jsonl").read_text("utf-8").splitlines():
            trial = json.loads(line)
            scores[row][(*cell, trial["id"])].append(trial["scores"]["accuracy"])
    held, found = scores[told.reference], {}
    for row, own in scores.items():
        keys = sorted(own.keys() & held.keys())
        pair = [[fmean(some[key]) for key in keys] for some in (own, held)]
        found[row] = paired_difference(*pair, clusters=[(key[1], key[3]) for key in keys])
    rivals = [row for row in found if row != told.reference]
    corrected = dict(zip(rivals, holm([found[row].pvalue for row in rivals]), strict=True))
    print("| row | mean | from the reference, points | p, Holm | deviation | worst | columns |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for row in sorted(found, key=lambda row: -fmean(map(fmean, means[row].values()))):
        each, cells = found[row], means[row].values()
        spread = [stdev(cell) for cell in cells if len(cell) > 1]
        apart = f"{100 * each.difference:+.1f} [{100 * each.low:.1f}, {100 * each.high:.1f}]"
        print(
            f"| {in_line(row)} | {fmean(map(fmean, cells)):.1f} | {apart} "
            f"| {corrected.get(row, 1):.2g} | {fmean(spread) if spread else 0:.1f} "
            f"| {fmean(map(min, cells)):.1f} | {len(cells)} |"
        )


if __name__ == "__main__":
    main()
