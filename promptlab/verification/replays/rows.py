"""The lines of a file of published outputs, and a strategy that is answered from them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from promptlab.extract import canonical
from promptlab.model.replay import Replay
from promptlab.program import parallel, solve
from promptlab.protocols import Metric, Strategy
from promptlab.types import Answer, Example, Question, Task
from promptlab.verification.check import NotGiven


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """Read a file of JSON Lines.

    Raises:
        NotGiven: the folder has none of that name.
        ValueError: a line is no JSON; says which.
    """
    path = folder / name
    if not path.is_file():
        raise NotGiven(f"{name} is not in {folder}")
    lines = enumerate(path.read_text("utf-8").split("\n"), 1)
    return [_row(line, f"{path}, line {number}") for number, line in lines if line.strip()]


def _row(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{place}: not JSON ({error})") from None
    if not isinstance(row, dict):
        raise ValueError(f"{place}: {row!r:.60}; expected an object")
    return row


def examples(lines: Sequence[dict[str, Any]], task: Task) -> list[Example]:
    """Make examples of lines with `id`, `question` and `answer`, put in the task's form."""
    asked = [Question(line["id"], line["question"]) for line in lines]
    gold = [str(line["answer"]) for line in lines]
    return [
        Example(question, canonical(right, task, question) or right)
        for question, right in zip(asked, gold, strict=True)
    ]


def answered(
    folder: Path, name: str, strategy: Strategy, system: str = ""
) -> tuple[list[dict[str, Any]], list[Answer]]:
    """Answer the questions of a file by a strategy, from the outputs that stand beside them."""
    lines = rows(folder, name)
    asked = [Question(line["id"], line["question"]) for line in lines]
    programs = parallel(strategy.solve(question, ()) for question in asked)
    return lines, solve(programs, Replay(str(folder / name), system))


def mean(metric: Metric, answers: Sequence[Answer], golds: Sequence[Example]) -> float:
    """Return the mean score in percent of a metric that asks nobody."""
    scores: list[Any] = [metric(*pair) for pair in zip(answers, golds, strict=True)]
    return 100 * sum(map(float, scores)) / len(scores)
