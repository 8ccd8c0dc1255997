"""Published outputs compared with each other: 27 tasks of BIG-Bench Hard, four systems on GSM8K.

Suzgun et al., Challenging BIG-Bench Tasks, 2022; Cobbe et al., Training Verifiers, 2021. How many
tasks differ is counted from the outputs, exact McNemar by task.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from promptlab.analysis.statistics.matched import mcnemar
from promptlab.analysis.statistics.multiplicity import benjamini_hochberg, holm
from promptlab.metric.accuracy import Accuracy
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.types import Task
from promptlab.verification.check import Check
from promptlab.verification.replays.rows import answered, examples, mean, rows

NUMBER = Task(answer="number")
SYSTEMS = {
    "6b_finetuning": 21.68,
    "6b_verification": 39.04,
    "175b_finetuning": 34.72,
    "175b_verification": 56.25,
}
FIELDS = ("task", "answer", "output")
GSM8K = "gsm8k_openai_solutions/all.jsonl"


@cache
def tasks(folder: Path) -> dict[str, list[tuple[bool, bool]]]:
    """Return right and wrong by task: asked directly, and by chain of thought."""
    found: dict[str, list[tuple[bool, bool]]] = {}
    for direct, cot in _pairs(folder):
        said = cot["output"].strip().rpartition("the answer is ")[2].strip().rstrip(".").strip()
        right = direct["output"].strip() == direct["answer"].strip(), said == cot["answer"]
        found.setdefault(direct["task"], []).append(right)
    return found


def _pairs(folder: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each question's two lines.

    Raises:
        ValueError: the files have not the same number of lines.
    """
    direct, cot = (rows(folder, f"bbh_codex/{name}.jsonl", FIELDS) for name in ("direct", "cot"))
    if len(direct) != len(cot):
        raise ValueError(
            f"{folder / 'bbh_codex'}: {len(direct)} lines in direct.jsonl, {len(cot)} in "
            "cot.jsonl; expected the same questions in both, in the same order"
        )
    return zip(direct, cot, strict=True)


def accuracies(folder: Path) -> tuple[float, ...]:
    """Return the means over tasks, directly and by chain of thought, in percent."""
    each = [np.mean(pairs, axis=0) for pairs in tasks(folder).values()]
    return tuple(float(share) for share in 100 * np.mean(each, axis=0))


def differing(folder: Path) -> tuple[float, ...]:
    """Return how many tasks differ at .05: as they are, by Holm, by Benjamini and Hochberg."""
    tables = [np.array(pairs) for pairs in tasks(folder).values()]
    pvalues = [
        mcnemar(int((a & ~b).sum()), int((~a & b).sum())).pvalue
        for a, b in (table.T for table in tables)
    ]
    every = np.array(pvalues), holm(pvalues), benjamini_hochberg(pvalues)
    return tuple(float((each < 0.05).sum()) for each in every)


def system(folder: Path, name: str) -> float:
    """Return the accuracy of a system's solutions, in percent."""
    lines, answers = answered(folder, GSM8K, ChainOfThought(NUMBER), name)
    return mean(Accuracy(NUMBER), answers, examples(lines, NUMBER))


def checks(folder: Path) -> list[Check]:
    """List the checks of a folder of outputs."""
    return [
        Check(
            *("published", "BIG-Bench Hard, direct and CoT", "Suzgun et al. 2022, means of 27, %"),
            *((52.76, 73.71), lambda: accuracies(folder), 0.005),
        ),
        Check(
            *("published", "tasks that differ", "at .05; by Holm; by Benjamini and Hochberg"),
            *((22.0, 16.0, 20.0), lambda: differing(folder)),
        ),
        *(
            Check(
                *("published", f"GSM8K, {name}", "Cobbe et al. 2021, %", score),
                compute=lambda name=name: system(folder, name),  # type: ignore[misc]
                within=0.005,
            )
            for name, score in SYSTEMS.items()
        ),
    ]
