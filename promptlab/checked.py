"""The lines of a `trials.jsonl`, each checked before it is counted."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptlab.seal import place_of


@dataclass(frozen=True)
class Line:
    """A whole line.

    Attributes:
        number: Of the line in its file, from 1.
        start: Where it begins in the file, in bytes.
        place: Of the trial in its run, from 1.
        text: Its bytes.
        entry: What it holds.
    """

    number: int
    start: int
    place: int
    text: bytes
    entry: dict[str, Any]


def checked(path: Path, run: str | None, notes: list[str]) -> Iterator[Line]:
    """Yield the whole lines of a file, each trial once; note what is wrong with the others.

    The file is read line by line: it may be larger than the memory.

    Args:
        path: The file.
        run: What its lines are sealed with; None where they need no seal.
        notes: Where what is wrong is noted, with file and line.
    """
    seen: set[int] = set()
    end, before = 0, 0
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            start, end = end, end + len(text)
            try:
                line = _line(number, start, text, run, len(seen) + 1)
                if line.place in seen:
                    raise ValueError(f"trial {line.place} once more")
            except ValueError as error:
                notes.append(f"{path}, line {number}: {error}, left out")
                continue
            if line.place < before:
                notes.append(f"{path}, line {number}: trial {line.place}, out of its order")
            seen.add(line.place)
            before = line.place
            yield line
    lost = sorted(set(range(1, max(seen, default=0))) - seen)
    if lost:
        notes.append(f"{path}: without trial {_listed(lost)}")


def _line(number: int, start: int, text: bytes, run: str | None, place: int) -> Line:
    """Read a line.

    Args:
        number: Its number.
        start: Where it begins.
        text: Its bytes.
        run: What it is sealed with; None where it needs no seal.
        place: That it has where no seal tells another.

    Raises:
        ValueError: what is wrong with it.
    """
    entry = _entry(text)
    told = place_of(text.rstrip(b"\r\n"), run)
    if told == 0 or (told is None and run is not None):
        raise ValueError("changed since it was written, or of another run")
    if told is None:
        _check_scores(entry)
    entry.pop("seal", None)
    return Line(number, start, told or place, text, entry)


def _entry(text: bytes) -> dict[str, Any]:
    try:
        entry: dict[str, Any] = json.loads(text)
        name, scores = entry["id"], dict(entry["scores"])
        return entry | {"id": str(name), "scores": {k: float(scores[k]) for k in scores}}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError("broken" if text.endswith(b"\n") else "half-written") from error


def _check_scores(entry: dict[str, Any]) -> None:
    """Refuse an accuracy that is none, where no seal says that it was written so."""
    accuracy = entry["scores"].get("accuracy", 0.0)
    if not 0 <= accuracy <= 1:
        raise ValueError(f"accuracy {accuracy:g}, which is not from 0 to 1")


def _listed(places: Sequence[int]) -> str:
    told = ", ".join(map(str, places[:5]))
    return f"{told} and {len(places) - 5} more" if len(places) > 5 else told
