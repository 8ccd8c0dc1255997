"""A finished sweep of 8 variants, run again: hoped, 50 times faster than its first run.

    python benchmarks/repeated_sweep.py

Whole commands, `python -m promptlab -m …`, from the shell's point of view: start-up, imports and
MLflow included, in an empty folder with an empty store of completions, everything else at its
default. The first run computes; the same command again finds all variants finished; and with
`resume=false` every variant is run anew, but its completions are in the store.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sidebyside import keep, limit_threads, machine, parser, say

from promptlab.machine.cache_folder import cache_folder

SWEEP = (
    "experiment=question_types",
    "selection=bm25,knn",
    "ordering=similar_last,similar_first",
    "k=4,8",
)
KINDS: dict[str, tuple[str, ...]] = {
    "first run": (),
    "again: all variants finished": (),
    "again with `resume=false`: all completions stored": ("resume=false",),
}


def run(folder: Path, overrides: list[str]) -> tuple[float, str]:
    """Run a command in a folder; return how long it took, and what all variants scored."""
    environment = {
        **os.environ,
        "PROMPTLAB_CACHE": str(folder / "cache"),
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}",
    }
    start = time.perf_counter()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "promptlab", "-m", *SWEEP, *overrides],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    results = [json.loads(path.read_text("utf-8")) for path in folder.glob("outputs/*/result.json")]
    # `resume=false` has folders of its own, beside those of the same names.
    scores = sorted({(result["name"], result["metrics"]["accuracy"]) for result in results})
    return seconds, json.dumps(scores)


def prepared(folder: Path) -> Path:
    """Make an empty place; the embedded model's converted weights are all that is in its cache."""
    (folder / "cache").mkdir()
    (folder / "cache" / "models").symlink_to(cache_folder("models"))
    return folder


def main() -> None:
    """Run the sweep, and run it again, in fresh folders."""
    options = parser(__doc__)
    options.add_argument("--examples", type=int, default=200, help="test examples of a variant")
    told = options.parse_args()
    limit_threads()
    overrides = [f"dataset.limit={told.examples}"]
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for turn in range(told.repetitions):
        scores = set()
        with tempfile.TemporaryDirectory() as made:
            folder = prepared(Path(made))
            for kind, more in KINDS.items():
                took, scored = run(folder, [*overrides, *more])
                seconds[kind].append(took)
                scores.add(scored)
                say(f"  {turn + 1}/{told.repetitions} {kind}: {took:.2f} s")
        say(f"  the same accuracies every time: {len(scores) == 1}")
    first = statistics.median(seconds["first run"])
    lines = ["| command | seconds, median (all) | times faster |", "|---|---|---|"]
    for kind, all_ in seconds.items():
        runs, median = ", ".join(f"{each:.2f}" for each in all_), statistics.median(all_)
        ratio = "" if kind == "first run" else f"**{first / median:.1f}**"
        lines.append(f"| {kind} | {median:.2f} ({runs}) | {ratio} |")
    command = "    python -m promptlab -m " + " ".join([*SWEEP, *overrides])
    page = "\n\n".join([(__doc__ or "").strip(), command, "\n".join(lines)]) + "\n"
    record = {"name": "repeated_sweep", "machine": machine(), "command": command.strip()}
    keep("repeated_sweep", page, record | {"seconds": seconds}, told.out)


if __name__ == "__main__":
    main()
