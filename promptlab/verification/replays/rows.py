"""The lines of a file of published outputs, and a strategy that is answered from them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from promptlab.extract import canonical
from promptlab.model.replay import Replay
from promptlab.program import parallel, solve
from promptlab.protocols import Metric, Strategy
from promptlab.types import Answer, Example, Question, Task
from promptlab.verification.check import NotGiven

LISTS: Mapping[str, type | tuple[type, ...]] = {"outputs": (str, dict), "correct": bool}
"""What stands in those fields that hold lists."""
OTHERS: Mapping[str, type | tuple[type, ...]] = {"answer": (str, int, float)}
"""What the other fields hold that hold no text."""


def rows(folder: Path, name: str, fields: Sequence[str]) -> list[dict[str, Any]]:
    """Read a file of JSON Lines.

    Args:
        folder: Of published outputs.
        name: The file's, in it.
        fields: That each line must have; `a|b` is one of two.

    Raises:
        NotGiven: the folder has none of that name.
        ValueError: it is no text, has no lines, or a line is not as expected; says which.
    """
    path = folder / name
    if not path.is_file():
        raise NotGiven(f"{name} is not in {folder}")
    lines = enumerate(_text(path).split("\n"), 1)
    found = [_row(line, f"{path}, line {number}", fields) for number, line in lines if line.strip()]
    if not found:
        raise ValueError(f"{path}: it is empty; expected JSON Lines with {_listed(fields)}")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path}: no UTF-8 text (byte {error.start}); expected JSON Lines, unpacked"
        ) from None


def _row(line: str, place: str, fields: Sequence[str]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"{place}: not JSON ({error}); expected a whole object; is the file cut short?"
        ) from None
    if not isinstance(row, dict):
        raise ValueError(f"{place}: {row!r:.60}; expected an object with {_listed(fields)}")
    for field in fields:
        _check(row, field, place, fields)
    return row


def _check(row: Mapping[str, Any], field: str, place: str, fields: Sequence[str]) -> None:
    names = field.split("|")
    if not any(_is_expected(name, row.get(name)) for name in names):
        said = [f"{name} is {row[name]!r:.60}" for name in names if name in row]
        raise ValueError(
            f"{place}: {said[0] if said else 'no ' + ' or '.join(names)}; expected "
            f"{_listed(fields)}, as docs/verify.md describes them"
        )


def _is_expected(field: str, value: Any) -> bool:
    if field not in LISTS:
        return isinstance(value, OTHERS.get(field, str))
    return isinstance(value, list) and all(isinstance(each, LISTS[field]) for each in value)


def _listed(fields: Sequence[str]) -> str:
    return ", ".join(fields).replace("|", " or ")


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
    lines = rows(folder, name, ("id", "question", "answer", "output|outputs"))
    asked = [Question(line["id"], line["question"]) for line in lines]
    programs = parallel(strategy.solve(question, ()) for question in asked)
    return lines, solve(programs, Replay(str(folder / name), system))


def mean(metric: Metric, answers: Sequence[Answer], golds: Sequence[Example]) -> float:
    """Return the mean score in percent of a metric that asks nobody."""
    scores: list[Any] = [metric(*pair) for pair in zip(answers, golds, strict=True)]
    return 100 * sum(map(float, scores)) / len(scores)
