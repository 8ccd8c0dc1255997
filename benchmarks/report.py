"""How long the report of a large sweep takes, and how much memory: 200 variants, 1,000 examples.

    python benchmarks/report.py                          # makes the sweep, then reports it
    python benchmarks/report.py 16 300 --folder sweep    # another size, kept in a folder

The sweep is synthetic, but written as runs are written: about 2 kB of prompt for each answer. The
report is made by a process of its own, whose largest memory is read when it ends.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path

from promptlab.records.files import Records
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Generate,
    Message,
    Outcome,
    Prompt,
    Question,
    Trial,
)

SELECTIONS = {"zero": -0.12, "random": 0.0, "balanced": 0.01, "bm25": 0.08, "knn": 0.1}
STRATEGIES = {"direct": 0.0, "cot": 0.12}
TEMPLATES = {"qa_v1": 0.0, "chat_v1": 0.02}
SHOTS = (1, 2, 4, 8, 16)
OUTCOMES: tuple[Outcome, ...] = ("unparsed", "truncated", "refused")


def variants() -> Iterator[tuple[str, dict[str, object], float]]:
    """Yield the names of variants, what was swept, and how good they are."""
    grid = product(SELECTIONS, SHOTS, STRATEGIES, TEMPLATES, range(2))
    for selection, k, strategy, template, seed in grid:
        name = f"selection={selection},k={k},strategy={strategy},template={template},seed={seed}"
        config = {
            "selection": {"_target_": f"promptlab.selection.{selection}", "k": k},
            "strategy": {"_target_": f"promptlab.strategy.{strategy}"},
            "template": {"name": template},
            "k": k,
            "seed": seed,
        }
        skill = SELECTIONS[selection] * k**0.3 + STRATEGIES[strategy] + TEMPLATES[template]
        yield name, config, skill


def trial(number: int, variant: str, skill: float, k: int) -> Trial:
    """Answer one example: hard ones are hard for all."""
    hard = random.Random(f"hard:{number}").gauss(0.45, 0.3)
    draw = random.Random(f"{variant}:{number}")
    right = skill + draw.gauss(0, 0.12) > hard - 0.3
    gold = str(random.Random(number).randrange(10, 900))
    lost = not right and draw.random() < 0.2
    said = gold if right else str(draw.randrange(10, 900))
    text = f"First there are {draw.randrange(9)}, then more. " * 4
    text += "I am not sure." if lost else f"The answer is {said}."
    demos = "\n\n".join(
        f"Q: How many are {each} and {each * k} of these?\nA: {each + each * k}"
        for each in range(k * 3)
    )
    question = Question(f"test-{number}", f"Question {number}: how many are left in the end?")
    prompt = Prompt((Message("text", f"{demos}\n\nQ: {question.text}\nA:"),))
    tokens = len(prompt.messages[0].content) // 4
    reply = Completion(text, "stop", tokens, len(text) // 4)
    outcome = draw.choice(OUTCOMES) if lost else "parsed"
    return Trial(
        Example(question, gold),
        (),
        (Exchange(Generate(prompt), reply),),
        Answer("" if lost else said, text, (), outcome),
        {"accuracy": float(right)},
    )


def make(folder: Path, count: int, examples: int) -> None:
    """Write a sweep."""
    every = list(variants())
    step = max(1, len(every) // count)
    for number, (name, config, skill) in enumerate(islice(every, 0, count * step, step)):
        records = Records(folder / f"{number:03d}")
        k = int(str(config["k"]))
        trials = [trial(example, name, skill, k) for example in range(examples)]
        records.append(trials)
        replies = [each.exchanges[0].reply for each in trials]
        metrics = {
            "n": examples,
            "prompt_tokens": sum(reply.prompt_tokens for reply in replies),
            "completion_tokens": sum(getattr(reply, "completion_tokens", 0) for reply in replies),
            "calls": examples,
        }
        requests = {"asked": examples, "found": number % 7 * 10, "computed": examples}
        records.write_result(
            {
                "name": name,
                "dataset": "synthetic",
                "metrics": metrics,
                "config": config | {"dataset": {"task": {"answer": "number"}}},
                "model": {"name": "synthetic-1b"},
                "timings": {"seconds": 3.0 + k, "requests": requests},
            }
        )


def measure(folder: Path, out: Path) -> tuple[float, float]:
    """Report the sweep; return seconds and megabytes."""
    command = [sys.executable, "-m", "promptlab", "report", str(folder), "--out", str(out)]
    started = time.perf_counter()
    child = os.spawnv(os.P_NOWAIT, sys.executable, command)  # noqa: S606  a fixed command
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit("the report failed")
    print(f"CPU: {usage.ru_utime + usage.ru_stime:.1f} s")
    return time.perf_counter() - started, usage.ru_maxrss / 1000


def main() -> None:
    """Make, report, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variants", nargs="?", type=int, default=200)
    parser.add_argument("examples", nargs="?", type=int, default=1000)
    parser.add_argument("--folder", type=Path, help="make the sweep here, or use the one there")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp())
    sweep = folder / "sweep"
    if not sweep.exists():
        make(sweep, options.variants, options.examples)
    seconds, megabytes = measure(sweep, folder / "report")
    sizes = sum(path.stat().st_size for path in sweep.rglob("*.jsonl")) / 1e6
    page = (folder / "report" / "report.html").stat().st_size / 1e6
    print(f"{sizes:.0f} MB of trials: {seconds:.1f} s, {megabytes:.0f} MB; the page: {page:.2f} MB")


if __name__ == "__main__":
    main()
