"""The pool of a winner: one example a line, all that a selection or a prompt may read of it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from promptlab.types import Example, Question


def pool_lines(pool: Sequence[Example]) -> bytes:
    """Write a pool."""
    lines = (json.dumps(_line(example), ensure_ascii=False) + "\n" for example in pool)
    return "".join(lines).encode("utf-8", "backslashreplace")


def read_pool(path: Path) -> list[Example]:
    """Read a pool.

    Raises:
        ValueError: a line is no example; file and line are named.
    """
    examples = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            examples.append(_example(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}, line {number}: no example ({error!r})") from error
    return examples


def _line(example: Example) -> dict[str, Any]:
    question = example.question
    told = {
        "id": question.id,
        "question": question.text,
        "choices": list(question.choices),
        "context": question.context,
        "metadata": dict(question.metadata),
        "answer": example.answer,
        "rationale": example.rationale,
        "aliases": list(example.aliases),
    }
    return {key: value for key, value in told.items() if value or key in ("id", "question")}


def _example(line: Mapping[str, Any]) -> Example:
    question = Question(
        line["id"],
        line["question"],
        tuple(line.get("choices", ())),
        line.get("context", ""),
        line.get("metadata", {}),
    )
    aliases = tuple(line.get("aliases", ()))
    return Example(question, line.get("answer", ""), line.get("rationale", ""), aliases)
