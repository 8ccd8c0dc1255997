"""A file of questions that wait for their answers: JSON Lines, or a table for a spreadsheet."""

import csv
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from promptlab.data.csv import Csv
from promptlab.data.csv import rows as csv_rows
from promptlab.data.jsonl import rows as json_rows
from promptlab.data.record.to_label import METADATA, WHY, is_free
from promptlab.data.record.value import is_empty, text
from promptlab.records.whole_lines import replace_file
from promptlab.report.spreadsheet import FORMULA
from promptlab.selection.narrowed import Choice
from promptlab.types import Example, Task

SUFFIXES = (".jsonl", ".csv")
ANSWER = ("answer", "label")
GIVEN = ("id", "context", "question", "choices", METADATA, WHY)
"""What stands there before somebody fills in anything."""
OPTIONAL = ("context", "choices", METADATA, "rationale")
"""What is left out where no question has it."""


def write(path: Path, pool: Sequence[Example], choices: Sequence[Choice], task: Task) -> None:
    """Write the chosen questions in their order, with the answers that are known."""
    rows = [_row(pool[choice.index], choice.why, task) for choice in choices]
    names = [name for name in rows[0] if any(row[name] for row in rows) or name not in OPTIONAL]
    kept = [{name: row[name] for name in names} for row in rows]
    replace_file(path, _table(kept) if path.suffix == ".csv" else _lines(kept))


def _row(example: Example, why: str, task: Task) -> dict[str, Any]:
    question = example.question
    return {
        "id": question.id,
        "context": question.context,
        "question": question.text,
        "choices": list(question.choices),
        METADATA: {name: kept for name, kept in question.metadata.items() if is_free(name)},
        "rationale": example.rationale,
        # Of a field that is called so, a task of labels is inferred when it is read back.
        "label" if task.answer == "label" else "answer": example.answer,
        WHY: why,
    }


def _lines(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _table(rows: Sequence[Mapping[str, Any]]) -> bytes:
    table = StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    # Spreadsheets know by the mark that it is Unicode.
    return table.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    """Write a cell; one that a spreadsheet would reckon begins with a space."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return f" {value}" if str(value).startswith(FORMULA) else str(value)


def answers(path: Path) -> dict[str, str]:
    """Read the answers that were filled in, by the ids of their questions.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no file of questions to label.
    """
    return {
        text(row["id"], "id"): text(row[name], name).strip()
        for row in _rows(path)
        for name in ANSWER
        if not is_empty(row.get(name))
    }


def check_free(path: Path) -> None:
    """Refuse a place where a file may not be written.

    Raises:
        ValueError: its name does not tell a format that can be filled in.
        FileExistsError: somebody wrote answers there, or it is some other file.
        FileNotFoundError: its folder is not there.
    """
    if path.suffix not in SUFFIXES:
        raise ValueError(f"{path}: expected a name that ends in {' or '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path}: there is no folder {path.parent}")
    if not path.exists():
        return
    try:
        rows = _rows(path)
    except (ValueError, OSError) as error:
        raise FileExistsError(f"{error}; it is left as it is: --out gives another name") from error
    count = sum(not all(is_empty(row[name]) for name in row if name not in GIVEN) for row in rows)
    if count:
        raise FileExistsError(
            f"{path}: there already, with {count} filled in, and left as it is; --out gives "
            "another name"
        )


def _rows(path: Path) -> list[Mapping[str, Any]]:
    """Read a file of this kind, whoever filled it in."""
    table = path.suffix == ".csv"
    rows = list(csv_rows(path, Csv(str(path))) if table else json_rows(path))
    for row in rows:
        if row.problem:
            raise ValueError(f"{path}, {row.place}: {row.problem}")
    if not rows or not all({"id", WHY} <= row.values.keys() for row in rows):
        raise ValueError(f"{path}: no file of questions to label, which have an id and a {WHY}")
    return [row.values for row in rows]
