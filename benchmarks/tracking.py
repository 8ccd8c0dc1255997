"""What MLflow takes of a run: hoped, under 2 % of one of a minute, with 100 traces.

    python benchmarks/tracking.py

A run of examples that a scripted model answers, recorded in a new sqlite store, without traces,
with some, with all. Counted is what the tracking itself does, from opening the run to closing it;
the store is opened once before, which takes two seconds in each process.
"""

import argparse
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptlab.records.files import Records
from promptlab.tracking.mlflow.tracking import MLflow
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Generate,
    Message,
    Prompt,
    Question,
    Sampling,
    Trial,
)

SHARE = 0.02
"""What logging may take of a run."""


@dataclass
class Watch:
    """Adds up the time spent in `with watch:`."""

    seconds: float = 0.0
    cpu: float = 0.0

    def __enter__(self) -> None:
        """Start."""
        self.seconds -= time.perf_counter()
        self.cpu -= time.process_time()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.seconds += time.perf_counter()
        self.cpu += time.process_time()


def trial(number: int, draws: int) -> Trial:
    """Make a trial of the usual size: a prompt of 1.1 kB, completions of 200 characters."""
    question = Question(
        f"q{number}", f"Tom has {number} pens and buys {number % 7} more. How many?"
    )
    pool = [Example(Question(f"p{n}", f"Ann has {n} figs. How many?"), str(n)) for n in range(8)]
    shown = "\n\n".join(f"Q: {demo.question.text * 4}\nA: {demo.answer}" for demo in pool)
    prompt = Prompt((Message("text", f"{shown}\n\nQ: {question.text}\nA:"),))
    told = f" He had {number} pens, and bought more of them. " * 4
    exchanges = tuple(
        Exchange(Generate(prompt, Sampling(0.7, draw=draw)), Completion(told, "stop", 280, 50))
        for draw in range(draws)
    )
    right = number % 3 > 0
    votes = ((str(number), float(draws)),) if draws > 1 else ()
    answer = Answer(str(number), told, votes)
    example = Example(question, str(number + (not right)))
    scores = {"accuracy": float(right), "exact_match": float(right)}
    return Trial(example, tuple(pool), exchanges, answer, scores)


def spent(uri: str, folder: Path, trials: list[Trial], traces: Any, batch: int = 32) -> Watch:
    """Record one run; return what the tracking took."""
    watch, records = Watch(), Records(folder)
    tracking = MLflow(uri, traces=traces)
    with watch:
        context = tracking.start("variant", {"k": 8, "seed": 0}, folder)
        run = context.__enter__()
    for start in range(0, len(trials), batch):
        records.append(trials[start : start + batch])
        with watch:
            run.log_trials(trials[start : start + batch])
    result = {"metrics": {"accuracy": 0.5, "accuracy_low": 0.4, "accuracy_high": 0.6}}
    records.write_result(result)
    with watch:
        run.log_result(result)
        context.__exit__(None, None, None)
    return watch


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=1, help="calls of the model for an example")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    trials = [trial(number, options.draws) for number in range(options.examples)]
    print(f"{options.examples} examples, {options.draws} calls each; {options.repeat} runs, median")
    print(
        f"{'traces':>8} {'seconds':>8} {'of a minute':>12}   under {100 * SHARE:.0f} % of a run of"
    )
    with tempfile.TemporaryDirectory() as folder:
        uri = f"sqlite:///{folder}/mlflow.db"
        spent(uri, Path(folder, "warm"), trials[:1], 1)
        for traces in (0, 100, "all"):
            runs = [
                spent(uri, Path(folder, f"{traces}-{n}"), trials, traces)
                for n in range(options.repeat)
            ]
            seconds = statistics.median(run.seconds for run in runs)
            cpu = statistics.median(run.cpu for run in runs)
            told = f"{traces:>8} {seconds:>8.2f} {cpu:>12.2f} {100 * seconds / 60:>10.2f} %"
            print(f"{told}  {seconds / SHARE:.0f} s or more", flush=True)


if __name__ == "__main__":
    main()
