"""Kill a run at random moments, give the same command again, and compare with an unbroken run.

    python benchmarks/kill_and_resume.py --times 20

The model is a scripted one that takes its time, so that a run lasts a few seconds and can be killed
anywhere: while Hydra composes, while batches are asked and written, at the very end. A killed run
is killed up to three times before it may finish.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

SLOW_MODEL = '''
import time
from dataclasses import dataclass
from promptlab.model.scripted import Scripted

@dataclass(frozen=True)
class Slow:
    """Answers as a scripted model does, after a pause."""

    pause: float

    @property
    def identity(self):
        return {"name": "slow"}

    def answer(self, requests):
        time.sleep(self.pause)
        texts = [f"The answer is {request.digest[:2]}." for request in requests]
        return [Scripted(t).answer([r])[0] for t, r in zip(texts, requests)]

    def preview(self, prompt):
        return Scripted().preview(prompt)
'''
SLOW_YAML = "# Takes its time. model=slow\n_target_: slow_model.Slow\npause: 0.15\n"


def prepare(folder: Path) -> None:
    """Write the slow model and its yaml."""
    (folder / "conf" / "model").mkdir(parents=True)
    (folder / "conf" / "model" / "slow.yaml").write_text(SLOW_YAML, "utf-8")
    (folder / "slow_model.py").write_text(SLOW_MODEL, "utf-8")


def command(run: str) -> list[str]:
    """Return the command of one run: 40 batches of self-consistency."""
    return [
        *(sys.executable, "-m", "promptlab", "--config-dir", "conf", "model=slow"),
        *("dataset=question_types", "dataset.limit=160", "batch=4", "tracking=none"),
        *("strategy=self_consistency", "strategy.samples=3", f"hydra.run.dir={run}"),
    ]


def start(folder: Path, run: str, cache: str) -> "subprocess.Popen[bytes]":
    """Start a run with a store of completions of its own."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]),
        "PROMPTLAB_CACHE": str(folder / cache),
    }
    quiet = subprocess.DEVNULL
    return subprocess.Popen(  # noqa: S603  our own command
        command(run), cwd=folder, env=environment, stdout=quiet, stderr=quiet
    )


def finish(folder: Path, run: str, cache: str) -> float:
    """Run to the end; return the seconds that it took."""
    began = time.perf_counter()
    status = start(folder, run, cache).wait()
    if status:
        raise RuntimeError(f"the run in {folder / run} ended with status {status}")
    return time.perf_counter() - began


def killed(folder: Path, run: str, cache: str, moments: Sequence[float]) -> list[int]:
    """Start a run and kill it at each of these moments; return the trials it had by then."""
    had = []
    for moment in moments:
        process = start(folder, run, cache)
        time.sleep(moment)
        process.kill()
        process.wait()
        trials = folder / run / "trials.jsonl"
        had.append(trials.read_bytes().count(b"\n") if trials.exists() else 0)
    return had


def left(folder: Path, run: str) -> tuple[bytes, dict[str, object]]:
    """Read what a run left, its timings aside."""
    result = json.loads((folder / run / "result.json").read_text("utf-8"))
    return (folder / run / "trials.jsonl").read_bytes(), {**result, "timings": None}


def loop(times: int, seed: int = 0) -> list[list[int]]:
    """Kill and resume so many runs; return the trials each had at each kill.

    Raises:
        AssertionError: a resumed run did not end as the unbroken one.
    """
    chance = random.Random(seed)
    counts = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        seconds = finish(folder, "whole", "cache-whole")
        for number in range(times):
            run, cache = f"run-{number}", f"cache-{number}"
            moments = [chance.uniform(0.1, seconds) for _ in range(chance.randint(1, 3))]
            counts.append(killed(folder, run, cache, moments))
            finish(folder, run, cache)
            if left(folder, run) != left(folder, "whole"):
                raise AssertionError(f"run {number}, killed after {moments} s, ended otherwise")
    return counts


def main() -> None:
    """Loop, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=20, help="how many runs to kill (20)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments of killing (0)")
    told = parser.parse_args()
    counts = loop(told.times, told.seed)
    kills = [count for run in counts for count in run]
    print(f"{len(counts)} runs, {len(kills)} kills, after {min(kills)} to {max(kills)} trials")
    print("every run ended with the same trials.jsonl and result.json as the unbroken one")


if __name__ == "__main__":
    main()
