"""Programs that Codex wrote, run contained: Chen et al., Program of Thoughts Prompting, 2023.

A program leaves its result in `ans`. NumPy, which most import and few use, is not there. In each
file one question comes out otherwise than published: a program that counts for longer than it may,
one that uses NumPy, and one whose result is negative, which the authors counted as right.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from promptlab.protocols import ProgramFailed
from promptlab.tool.executor.executor import Executor
from promptlab.tool.executor.monty import Monty
from promptlab.verification.check import Check
from promptlab.verification.replays.rows import rows

FOLDER = "program_of_thoughts"
PUBLISHED = {"gsm8k_fewshot": 71.47, "gsm8k_zeroshot": 56.80, "multiarith_zeroshot": 92.15}
NEAR = 1e-3
"""Results that are so near are equal to the authors."""


def accuracy(folder: Path, name: str, executor: Executor | None = None) -> float:
    """Run a file's programs, and return how many are right, in percent."""
    runner = executor or Monty()
    lines = rows(folder, f"{FOLDER}/{name}.jsonl", ("answer", "output|outputs"))
    right = [near(result(_program(line), runner), float(line["answer"])) for line in lines]
    return 100 * sum(right) / len(lines)


def _program(line: Mapping[str, Any]) -> str:
    return str(line.get("output") or next(iter(line.get("outputs", ())), ""))


def result(program: str, executor: Executor) -> str:
    """Return what a program leaves in `ans`; empty where it fails."""
    try:
        return (executor.run(f"{program}\nprint(ans)").splitlines() or [""])[-1]
    except ProgramFailed:
        return ""


def near(said: str, gold: float) -> bool:
    """Say whether a result is the gold answer."""
    try:
        return abs(float(said) - gold) < NEAR
    except ValueError:
        return False


@cache
def _accuracy(folder: Path, name: str) -> float:
    return accuracy(folder, name)


def checks(folder: Path) -> list[Check]:
    """List the checks of a folder of outputs."""
    return [
        Check(
            *("published", f"program of thoughts, {name}", "Chen et al. 2023, %", published),
            compute=lambda name=name: _accuracy(folder, name),  # type: ignore[misc]
            within=0.2,
        )
        for name, published in PUBLISHED.items()
    ]
