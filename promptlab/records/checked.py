"""The lines of a `trials.jsonl`, each checked before it is counted."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from promptlab.records.seal import place_of

T = TypeVar("T")


@dataclass(frozen=True)
class Line(Generic[T]):
    """A whole line.

    Attributes:
        number: Of the line in its file, from 1.
        start: Where it begins in the file, in bytes.
        place: Of the trial in its run, from 1.
        text: Its bytes.
        value: What was read from it.
    """

    number: int
    start: int
    place: int
    text: bytes
    value: T


def checked(
    path: Path, run: str | None, read: Callable[[dict[str, Any]], T], notes: list[str]
) -> Iterator[Line[T]]:
    """Yield the whole lines of a file, each trial once; note what is wrong with the others.

    The file is read line by line: it may be larger than the memory.

    Args:
        path: The file.
        run: What its lines are sealed with; None where they need no seal.
        read: Reads what a line holds; raises `ValueError` saying what is wrong with it.
        notes: Where what is wrong is noted, with file and line.
    """
    seen: set[int] = set()
    end, before = 0, 0
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            start, end = end, end + len(text)
            try:
                place, value = _read(text, run, read, len(seen) + 1)
                if place in seen:
                    raise ValueError(f"trial {place} once more")
            except ValueError as error:
                notes.append(f"{path}, line {number}: {error}, left out")
                continue
            if place < before:
                notes.append(f"{path}, line {number}: trial {place}, out of its order")
            seen.add(place)
            before = place
            yield Line(number, start, place, text, value)
    lost = sorted(set(range(1, max(seen, default=0))) - seen)
    if lost:
        notes.append(f"{path}: without trial {_listed(lost)}")


def _read(
    text: bytes, run: str | None, read: Callable[[dict[str, Any]], T], place: int
) -> tuple[int, T]:
    """Read a line: its place, which is the one given where no seal tells, and what it holds.

    Raises:
        ValueError: what is wrong with it.
    """
    entry = _object(text)
    value = read(entry)
    told = place_of(text.rstrip(b"\r\n"), run)
    if told == 0 or (told is None and run is not None):
        raise ValueError("changed since it was written, or of another run")
    if told is None:
        _check_accuracy(entry)
    return told or place, value


def _object(text: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("broken" if text.endswith(b"\n") else "half-written") from error
    if not isinstance(entry, dict):
        raise ValueError("broken")
    return entry


def _check_accuracy(entry: Mapping[str, Any]) -> None:
    """Refuse an accuracy that is none, where no seal says that it was written so."""
    scores = entry.get("scores")
    accuracy = scores.get("accuracy", 0) if isinstance(scores, Mapping) else 0
    if not 0 <= float(accuracy) <= 1:
        raise ValueError(f"accuracy {accuracy}, which is not from 0 to 1")


def _listed(places: Sequence[int]) -> str:
    told = ", ".join(map(str, places[:5]))
    return f"{told} and {len(places) - 5} more" if len(places) > 5 else told
