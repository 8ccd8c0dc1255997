"""What a race saves on a real sweep: hoped, 2 times fewer calls for the same winner.

    python -m promptlab -m SWEEP                    # the full grid, once
    python benchmarks/race_saving.py outputs        # races on its recorded scores; asks no model
    python benchmarks/race_saving.py --live SWEEP   # grid and race, whole commands, one by one

Replayed: the scores that the grid recorded are raced on again in many orders, with the calls and
tokens that were recorded for each answer. Live: `python -m promptlab -m SWEEP` and
`python -m promptlab race SWEEP` in an empty folder, without a store of completions and without
MLflow. Folders of an earlier --live are gone on with (--work).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sidebyside import RESULTS, keep, machine

from promptlab.analysis.racing.elimination import RaceState, eliminate
from promptlab.records.files import read_result, read_trials
from promptlab.report.leaderboard import distinct

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    """A full sweep, as recorded.

    Attributes:
        names: Of the variants.
        scores: Of each example (rows) by each variant.
        calls: What each answer took; the same shape.
        tokens: Read and written for it; the same shape.
    """

    names: tuple[str, ...]
    scores: Array
    calls: Array
    tokens: Array

    @property
    def best(self) -> set[int]:
        """The variants with the highest mean."""
        sums = self.scores.sum(axis=0)
        return set(np.flatnonzero(sums >= sums.max() - 1e-9).tolist())


@dataclass(frozen=True)
class Replayed:
    """One race on recorded scores: who was left, and the grid's cost for one of the race's."""

    left: tuple[str, ...]
    is_same: bool
    answers: float
    calls: float
    tokens: float


def read(paths: Sequence[Path], metric: str) -> Grid:
    """Read the grid below some folders: all finished variants, on the examples of all of them."""
    folders = sorted({found.parent for path in paths for found in path.rglob("result.json")})
    known: dict[str, dict[str, dict[str, Any]]] = {}
    for folder in folders:
        if "race" in read_result(folder).get("tags", {}):
            continue  # it answered only part
        known[read_result(folder)["name"]] = {line["id"]: line for line in read_trials(folder)}
    if len(known) < 2:
        raise SystemExit(f"{len(known)} finished variants in {paths}; expected a full sweep")
    shared = set.intersection(*(set(lines) for lines in known.values()))
    ids = sorted(id_ for id_ in shared if all(metric in k[id_]["scores"] for k in known.values()))
    rows = [[lines[id_] for lines in known.values()] for id_ in ids]
    return Grid(
        tuple(distinct(list(known))),
        np.array([[float(line["scores"][metric]) for line in row] for row in rows]),
        np.array([[float(len(line["exchanges"])) for line in row] for row in rows]),
        np.array([[_tokens(line) for line in row] for row in rows]),
    )


def _tokens(line: Mapping[str, Any]) -> float:
    replies = [exchange["reply"] for exchange in line["exchanges"]]
    return float(sum(r["prompt_tokens"] + r.get("completion_tokens", 0) for r in replies))


def replay(grid: Grid, seed: int, told: argparse.Namespace) -> Replayed:
    """Race on recorded scores, the examples in an order of the seed."""
    order = np.random.default_rng(seed).permutation(len(grid.scores))
    scores = grid.scores[order]

    def ask(variants: Sequence[int], start: int, stop: int) -> Array:
        return scores[start:stop, list(variants)]

    rules = {"alpha": told.alpha, "block": told.block, "population": told.population}
    *_, last = eliminate(ask, len(grid.names), len(scores), **rules)
    answered = _answered(last, len(grid.names))
    asked = np.arange(len(scores))[:, None] < answered
    spent = [
        float(of_all.sum() / (of_all[order] * asked).sum())
        for of_all in (np.ones_like(grid.scores), grid.calls, grid.tokens)
    ]
    return Replayed(tuple(grid.names[v] for v in last.left), set(last.left) <= grid.best, *spent)


def _answered(last: RaceState, variants: int) -> NDArray[np.intp]:
    counts = np.full(variants, last.examples)
    for drop in last.dropped:
        counts[drop.variant] = drop.examples
    return counts


def page(grid: Grid, races: Sequence[Replayed], told: argparse.Namespace) -> str:
    """Write what the replays saved."""
    means = 100 * grid.scores.mean(axis=0)
    ranked = np.argsort(-means, kind="stable")
    listed = [f"| {grid.names[v]} | {means[v]:.1f} |" for v in ranked]
    same = sum(race.is_same for race in races)
    one = sum(len(race.left) == 1 for race in races)
    best = " = ".join(grid.names[v] for v in sorted(grid.best))
    what = "answers", "calls", "tokens"
    saved = [_saved(key, [getattr(race, key) for race in races]) for key in what]
    races_told = (
        f"{len(grid.names)} variants, {len(grid.scores)} examples; {len(races)} races in as many "
        "orders"
    )
    won = (
        f"The winner of the grid, {best}, was the race's in {same} of {len(races)}; one variant "
        f"was left in {one}."
    )
    ruled = f"alpha {told.alpha:g}, blocks of {told.block}"
    ruled += ", for a population" if told.population else ""
    return "\n".join(
        [
            f"{races_told}, {ruled}.",
            "",
            won,
            "",
            "| the grid's for one of the race's | median | 5 % to 95 % | least |",
            "|---|---|---|---|",
            *saved,
            "",
            f"| variant | {told.metric}, % |",
            "|---|---|",
            *listed,
        ]
    )


def _saved(key: str, ratios: Sequence[float]) -> str:
    five, middle, most = np.percentile(ratios, [5, 50, 95])
    return f"| {key} | **{middle:.2f}** | {five:.2f} to {most:.2f} | {min(ratios):.2f} |"


def live(sweep: Sequence[str], told: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Run grid and race as commands, and compare them."""
    common = [*sweep, "tracking=none", "cache=off"]
    rules = ["--alpha", str(told.alpha), "--block", str(told.block), "--metric", told.metric]
    seconds = {
        "grid": _timed(["-m", *common], work),
        "race": _timed(["race", *common, *rules], work),
    }
    grid = read([work / "outputs"], told.metric)
    (record,) = (work / "outputs").glob("race-*/race.json")
    race = json.loads(record.read_text("utf-8"))
    means = grid.scores.mean(axis=0).tolist()
    spent = {"calls": grid.calls.sum(), "tokens": grid.tokens.sum(), "answers": grid.scores.size}
    fewer = {key: float(spent[key]) / race["cost"]["asked"][key] for key in spent}
    return {
        "sweep": list(sweep),
        "seconds": seconds,
        "winners": sorted(grid.names[number] for number in grid.best),
        "race": race["verdict"],
        "left": race["left"],
        "times_fewer": fewer,
        "means": dict(zip(grid.names, means, strict=True)),
    }


def _timed(command: Sequence[str], work: Path) -> float:
    work.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    program = [sys.executable, "-m", "promptlab", *command]
    subprocess.run(program, cwd=work, env={**os.environ}, check=True)  # noqa: S603
    return time.perf_counter() - start


def live_page(found: Mapping[str, Any]) -> str:
    """Write what the live race saved."""
    grid, race, fewer = found["seconds"]["grid"], found["seconds"]["race"], found["times_fewer"]
    return (
        f"    python -m promptlab race {' '.join(found['sweep'])}\n\n"
        f"The grid's winner: {', '.join(found['winners'])}. The race: {found['race']}\n\n"
        "| | grid | race | ratio |\n|---|---|---|---|\n"
        f"| seconds, start-up included | {grid:.0f} | {race:.0f} | **{grid / race:.2f}** |\n"
        + "".join(f"| {key} | | | **{ratio:.2f}** |\n" for key, ratio in fewer.items())
    )


def main() -> None:
    """Replay or run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="+", help="folders of the full grid; or, live, the sweep")
    parser.add_argument("--live", action="store_true", help="run grid and race")
    parser.add_argument("--work", type=Path, help="where to run them (a folder of their own)")
    parser.add_argument("--orders", type=int, default=1000, help="of the examples, replayed")
    parser.add_argument("--metric", default="accuracy")
    parser.add_argument("--alpha", type=float, default=0.05)
    parser.add_argument("--block", type=int, default=20)
    parser.add_argument("--population", action="store_true")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    told = parser.parse_intermixed_args()
    about = (__doc__ or "").strip()
    if told.live:
        found = live(told.what, told, told.work or Path(tempfile.mkdtemp()))
        record = {"name": "race_live", "machine": machine(), **found}
        keep("race_live", f"{about}\n\n{live_page(found)}", record, told.out)
        return
    grid = read([Path(path) for path in told.what], told.metric)
    races = [replay(grid, seed, told) for seed in range(told.orders)]
    record = {
        "name": "race_saving",
        "means": dict(zip(grid.names, grid.scores.mean(axis=0).tolist(), strict=True)),
        "races": [asdict(race) for race in races],
    }
    keep("race_saving", f"{about}\n\n{page(grid, races, told)}\n", record, told.out)


if __name__ == "__main__":
    main()
