"""Verify the lines of a `trials.jsonl` before they are counted."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from promptlab.records.seal import sealed_position

T = TypeVar("T")


@dataclass(frozen=True)
class Line(Generic[T]):
    """A whole line.

    Attributes:
        number: Of the line in its file, from 1.
        start: Its offset in the file, in bytes.
        position: Of the trial in its run, from 1.
        text: Its bytes.
        value: Its parsed content.
    """

    number: int
    start: int
    position: int
    text: bytes
    value: T


def verify_lines(
    path: Path, run: str | None, read: Callable[[dict[str, Any]], T], notes: list[str]
) -> Iterator[Line[T]]:
    """Yield the valid lines of a file, each trial once; note what is wrong with the others.

    The file is read line by line, as it may be larger than the memory.

    Args:
        path: The file.
        run: The key that seals its lines; None where they need no seal.
        read: Parses a line's object; raises `ValueError` saying what is wrong with it.
        notes: Receives what is wrong, with file and line.
    """
    seen: set[int] = set()
    end, last = 0, 0
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            start, end = end, end + len(text)
            try:
                position, value = _read(text, run, read, len(seen) + 1)
                if position in seen:
                    raise ValueError(f"trial {position} once more")
            except ValueError as error:
                notes.append(f"{path}, line {number}: {error}, left out")
                continue
            if position < last:
                notes.append(f"{path}, line {number}: trial {position}, out of its order")
            seen.add(position)
            last = position
            yield Line(number, start, position, text, value)
    lost = sorted(set(range(1, max(seen, default=0))) - seen)
    if lost:
        notes.append(f"{path}: without trial {_enumerate(lost)}")


def _read(
    text: bytes, run: str | None, read: Callable[[dict[str, Any]], T], position: int
) -> tuple[int, T]:
    """Return a line's position, the given one where it has no seal, and its parsed content.

    Raises:
        ValueError: what is wrong with it.
    """
    entry = _object(text)
    value = read(entry)
    seal = sealed_position(text.rstrip(b"\r\n"), run)
    if seal == 0 or (seal is None and run is not None):
        raise ValueError("changed since it was written, or of another run")
    if seal is None:
        _check_accuracy(entry)
    return seal or position, value


def _object(text: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("broken" if text.endswith(b"\n") else "half-written") from error
    if not isinstance(entry, dict):
        raise ValueError("broken")
    return entry


def _check_accuracy(entry: Mapping[str, Any]) -> None:
    """Refuse an impossible accuracy in a line that no seal protects."""
    scores = entry.get("scores")
    accuracy = scores.get("accuracy", 0) if isinstance(scores, Mapping) else 0
    if not 0 <= float(accuracy) <= 1:
        raise ValueError(f"accuracy {accuracy}, which is not from 0 to 1")


def _enumerate(positions: Sequence[int]) -> str:
    text = ", ".join(map(str, positions[:5]))
    return f"{text} and {len(positions) - 5} more" if len(positions) > 5 else text
