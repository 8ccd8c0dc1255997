"""How long replies took, in a file of its own: `trials.jsonl` is the same whenever a run is.

`timings.jsonl` has a line for each trial of which something was measured:

    {"trial": its number in the run, from 1, "id": its example's,
     "exchanges": [[when its request was posed, in seconds since 1970,
                    seconds until its reply was there,
                    how many requests were answered together in that time], ...]}

`null` stands for an exchange whose reply was found in a store, or was not measured. Nothing depends
on this file: what is lost of it, cut or foreign is a time that is not known.
"""

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from promptlab.records.files import TIMINGS
from promptlab.records.whole_lines import append_lines
from promptlab.types import Exchange, Reply, Timing, Trial

LATEST, LONGEST = 2.0**32, 1e8
"""More seconds than any real time has: since 1970, and of one reply."""


def append_timings(folder: Path, batch: Sequence[Trial], before: int) -> None:
    """Add what was measured of a batch; where that cannot be written, say so and go on.

    Args:
        folder: Of the run.
        batch: Its trials.
        before: How many trials of the run come before them.
    """
    numbered = enumerate(batch, start=before + 1)
    lines = [_line(number, trial) for number, trial in numbered if any(_taken(trial))]
    if not lines:
        return
    try:
        append_lines(folder / TIMINGS, lines)
    except OSError as error:
        warnings.warn(f"how long replies took is not recorded: {error}", stacklevel=2)


def with_timings(trials: Sequence[Trial], folder: Path) -> list[Trial]:
    """Return trials that were read back, with the times that are known of them."""
    known = dict(_entries(folder / TIMINGS))
    numbered = enumerate(trials, start=1)
    return [_timed(trial, known.get((number, trial.example.id))) for number, trial in numbered]


def measured(reply: Reply) -> Timing | None:
    """Return how long a reply took; None where it was found in a store, or not measured."""
    return reply.timing if reply.timing and reply.timing.batch else None


def _taken(trial: Trial) -> list[Timing | None]:
    return [measured(exchange.reply) for exchange in trial.exchanges]


def _line(number: int, trial: Trial) -> bytes:
    taken = [
        timing and [round(timing.started, 6), round(timing.seconds, 6), timing.batch]
        for timing in _taken(trial)
    ]
    entry = {"trial": number, "id": trial.example.id, "exchanges": taken}
    return json.dumps(entry).encode()


def _entries(path: Path) -> Iterator[tuple[tuple[int, str], list[Any]]]:
    """Read the lines that can be read, by the number and the id of their trials."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return
    for line in lines:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if not isinstance(entry, Mapping) or not isinstance(entry.get("exchanges"), list):
            continue
        number, name = entry.get("trial"), entry.get("id")
        if isinstance(number, int) and isinstance(name, str):
            yield (number, name), entry["exchanges"]


def _timed(trial: Trial, taken: list[Any] | None) -> Trial:
    if taken is None or len(taken) != len(trial.exchanges):
        return trial
    pairs = zip(trial.exchanges, map(_timing, taken), strict=True)
    return replace(trial, exchanges=tuple(_told(exchange, timing) for exchange, timing in pairs))


def _timing(value: Any) -> Timing | None:
    """Read a time; None where it is none."""
    if not isinstance(value, list) or len(value) != 3:
        return None
    started, seconds, batch = value
    # A bool is an int, too; what was written is two numbers and a count.
    if not {type(started), type(seconds)} <= {int, float} or type(batch) is not int:
        return None
    if not (0 <= started < LATEST and 0 <= seconds < LONGEST and batch > 0):
        return None
    return Timing(float(started), float(seconds), batch)


def _told(exchange: Exchange, timing: Timing | None) -> Exchange:
    return replace(exchange, reply=replace(exchange.reply, timing=timing))
