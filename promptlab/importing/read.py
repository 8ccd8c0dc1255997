"""Whose file it is, told by what it holds."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from promptlab.importing import dspy, openai, promptfoo
from promptlab.importing.imported import Imported

LIMIT = 50_000_000
"""Bytes of a file that is read: parsed YAML takes many times as much."""
PARTS = 1_000_000
"""Values within values of a file, each alias counted where it stands."""
EXPECTED = "expected a promptfoo configuration, OpenAI's messages, or a program that DSPy saved"


def read(path: Path) -> Imported:
    """Read another tool's file.

    Raises:
        FileNotFoundError: it is not there.
        ValueError: it is none that is known, or cannot be read; says where.
    """
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}; {EXPECTED}")
    if path.stat().st_size > LIMIT:
        raise ValueError(f"{path} has more than {LIMIT:,} bytes; {EXPECTED}")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no UTF-8 text ({error})") from None
    if path.suffix == ".jsonl":
        return _placed(path, lambda: openai.read_conversations(_lines(text, path)))
    return _placed(path, lambda: _read(_parsed(text, path), path))


def _read(parsed: Any, path: Path) -> Imported:
    if isinstance(parsed, Mapping) and "prompts" in parsed:
        return promptfoo.read(parsed, path)
    if isinstance(parsed, list) or (isinstance(parsed, Mapping) and "messages" in parsed):
        return openai.read_request(parsed)
    if dspy.is_program(parsed):
        return dspy.read(parsed)
    raise ValueError(EXPECTED)


def _placed(path: Path, reading: Any) -> Imported:
    """Read, and say of what goes wrong in which file."""
    try:
        made: Imported = reading()
    except ValueError as error:
        told = str(error)
        raise ValueError(told if told.startswith(str(path)) else f"{path}: {told}") from None
    except (TypeError, KeyError, AttributeError, RecursionError, IndexError) as error:
        raise ValueError(f"{path}: not as its tool writes it ({error!r}); {EXPECTED}") from error
    return made


def _bounded(parsed: Any) -> Any:
    """Return what was parsed, if it is no more than it looks: YAML's aliases can name much again.

    Raises:
        ValueError: unfolded it has too many parts, or no end.
    """
    left, count = [parsed], 0
    while left and count < PARTS:
        part, count = left.pop(), count + 1
        if isinstance(part, Mapping):
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)
    if left:
        raise ValueError(f"its aliases unfold to more than {PARTS:,} parts; write them out")
    return parsed


def _lines(text: str, path: Path) -> list[Any]:
    values = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                values.append(json.loads(line))
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: not JSON ({error})") from None
    if not values:
        raise ValueError(f"{path} is empty; expected a conversation a line")
    return values


def _parsed(text: str, path: Path) -> Any:
    try:
        return _bounded(json.loads(text) if path.suffix == ".json" else yaml.safe_load(text))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}, line {error.lineno}: not JSON ({error.msg})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or error
        raise ValueError(f"{path}{line}: not YAML ({problem})") from None
