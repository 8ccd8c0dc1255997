"""Records: what a run leaves on disk, written before anything else.

`trials.jsonl` holds one line for each test example (see `trial_json.py`), sealed (see `seal.py`),
appended batch by batch; `fit.jsonl` holds the requests of the selection's fit; `result.json` is
written once, at the end, and identifies the trials it summarises; `run.json` identifies the run
from the beginning.
"""

import json
import math
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from promptlab.records.seal import add_seal, is_unchanged, result_digest, sealed_position
from promptlab.records.trial_json import exchange_line, trial_line
from promptlab.records.whole_lines import (
    append_lines,
    end_line,
    is_object,
    last_whole_line,
    replace_file,
    whole_end,
)
from promptlab.types import Exchange, Trial

TRIALS = "trials.jsonl"
RESULT = "result.json"
FIT = "fit.jsonl"
TIMINGS = "timings.jsonl"
"""How long replies took; see `timings.py`."""
MARK = "run.json"
"""The key, the name and the config of the run that writes the trials beside it."""
DAMAGED = f"{TRIALS}.damaged"
"""The `trials.jsonl` as it was before a repair."""
SHORT = 16
"""Digits of a run's key that its lines are sealed with."""


@dataclass(frozen=True)
class Records:
    """The records of one run, in its output folder."""

    folder: Path

    def __post_init__(self) -> None:
        """Accept a folder's name too."""
        object.__setattr__(self, "folder", Path(self.folder))

    @property
    def trials_path(self) -> Path:
        """Where the trials are."""
        return self.folder / TRIALS

    @property
    def result_path(self) -> Path:
        """Where the result is."""
        return self.folder / RESULT

    @property
    def fit_path(self) -> Path:
        """Where the exchanges of the fit are."""
        return self.folder / FIT

    def begin(self, key: str = "", about: Mapping[str, Any] = MappingProxyType({})) -> None:
        """Prepare the folder for a new run; earlier files are renamed to `.previous`.

        Args:
            key: Of the run.
            about: What else is known of it before it has a result.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in (self.trials_path, self.result_path, self.fit_path, self.folder / TIMINGS):
            if path.exists():
                path.replace(path.with_name(f"{path.name}.previous"))
        (self.folder / DAMAGED).unlink(missing_ok=True)
        mark = {"key": key, "sealed": True, **plain(about)}
        (self.folder / MARK).write_bytes(_encode(json.dumps(mark, ensure_ascii=False) + "\n"))

    def append(self, batch: Sequence[Trial]) -> None:
        """Add the trials of one batch, and sync them to disk before returning.

        A half-written last line, left by a run that was killed, is cut off first.

        Raises:
            OSError: nothing more can be written; the file holds whole batches only.
        """
        run = seal_key(self.folder) or ""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [
            add_seal(_encode(_json(trial_line(trial))), position, run)
            for position, trial in enumerate(batch, start=self._count(self.trials_path) + 1)
        ]
        append_lines(self.trials_path, lines)

    def append_fit(self, exchanges: Sequence[Exchange]) -> None:
        """Add one batch of the fit's exchanges, sealed as trials are; raises as `append` does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        append_lines(self.fit_path, self._sealed_fit(exchanges, self._count(self.fit_path)))

    def rewrite_fit(self, exchanges: Sequence[Exchange]) -> None:
        """Replace the fit's exchanges by these, atomically; raises as `rewrite` does."""
        replace_file(self.fit_path, b"".join(map(end_line, self._sealed_fit(exchanges, 0))))

    def _sealed_fit(self, exchanges: Sequence[Exchange], before: int) -> list[bytes]:
        run = seal_key(self.folder) or ""
        return [
            add_seal(_encode(_json(exchange_line(exchange))), position, run)
            for position, exchange in enumerate(exchanges, start=before + 1)
        ]

    def _count(self, path: Path) -> int:
        """Count the whole lines, by the seal of the last; one by one where it has none."""
        last = last_whole_line(path)
        position = sealed_position(last, seal_key(self.folder) or "")
        if position or not last:
            return position or 0
        return len(path.read_bytes()[: whole_end(path)].splitlines())

    def rewrite(self, lines: Sequence[bytes]) -> None:
        """Replace the trials by these lines, atomically; keep the old ones as damaged.

        Raises:
            OSError: the file cannot be written; it is unchanged.
        """
        damaged = self.folder / DAMAGED
        parts = [path.read_bytes() for path in (damaged, self.trials_path) if path.exists()]
        replace_file(damaged, b"".join(end_line(part) for part in parts if part))
        replace_file(self.trials_path, b"".join(map(end_line, lines)))

    def cut_half_line(self) -> None:
        """Cut off a half-written last line, left by a run that was killed, with a warning."""
        end = whole_end(self.trials_path)
        if self.trials_path.exists() and end < self.trials_path.stat().st_size:
            _warn_of_half(self.trials_path, self._sum()[0])
            self.cut(end)

    def cut(self, size: int) -> None:
        """Truncate the trials to `size` bytes."""
        os.truncate(self.trials_path, size)

    def set_aside_result(self) -> None:
        """Rename a result that no longer matches the trials to `.previous`."""
        if self.result_path.exists():
            self.result_path.replace(self.folder / f"{RESULT}.previous")

    def matches(self, result: Mapping[str, Any]) -> bool:
        """Return whether a result is as it was written, and that of the trials in the folder.

        An old result without their digest matches when the number is right.
        """
        if not is_unchanged(result):
            return False
        trials = result.get("trials")
        if not isinstance(trials, Mapping):
            metrics = result.get("metrics")
            n = metrics.get("n") if isinstance(metrics, Mapping) else None
            return n is None or n == self._sum()[0]
        return self._sum(trials.get("count")) == (trials.get("count"), trials.get("digest"))

    def mismatch(self, result: Mapping[str, Any]) -> str:
        """Describe how a result and the trials in the folder differ, or that it was changed."""
        if not is_unchanged(result):
            return f"{self.result_path}: changed since it was written"
        trials = section(result, "trials") or section(result, "metrics")
        number, count = trials.get("count", trials.get("n")), self._sum()[0]
        others = f"{count} trials" if count != number else "others, or the same changed"
        return f"{self.result_path}: of {number} trials, and {self.trials_path.name} has {others}"

    def write_result(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """Write `result.json` atomically.

        Returns:
            The result with the number and the digest of its trials.

        Raises:
            OSError: it cannot be written.
            TypeError: it holds a value that JSON cannot represent.
        """
        content = {**result, **self._trials()}
        if "trials" in content:
            content["trials"] = {**content["trials"], "result": result_digest(plain(content))}
        text = json.dumps(plain(content), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_file(self.result_path, _encode(text))
        return content

    def _sum(self, first: int | None = None) -> tuple[int, str]:
        """Return the number of lines of the trials, `first` at most, and their digest."""
        digest, number = sha256(), 0
        if self.trials_path.exists():
            with self.trials_path.open("rb") as file:
                for number, line in enumerate(islice(file, first), start=1):  # noqa: B007  the last
                    digest.update(line)
        return number, digest.hexdigest()

    def _trials(self) -> dict[str, Any]:
        """Identify the trials of a result: their number, their digest, the key of their seals."""
        number, digest = self._sum()
        run = seal_key(self.folder)
        trials = {"count": number, "digest": digest, **({} if run is None else {"run": run})}
        return {"trials": trials} if number else {}


def read_mark(folder: Path) -> dict[str, Any]:
    """Return the content of `run.json`; empty where it cannot be read."""
    try:
        mark = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return mark if isinstance(mark, dict) else {}


def seal_key(folder: Path, result: Mapping[str, Any] = MappingProxyType({})) -> str | None:
    """Return the key that seals the lines in a folder; None where they need no seal."""
    mark, trials = read_mark(folder), result.get("trials")
    if mark.get("sealed"):
        return str(mark.get("key", ""))[:SHORT]
    return trials.get("run") if isinstance(trials, Mapping) else None


def read_trials(path: Path | str) -> list[dict[str, Any]]:
    """Read the lines of a `trials.jsonl`, or of the one in a folder.

    A half-written last line, left by a run that was killed, is left out with a warning.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a line is broken; its file and number are named.
    """
    path = _file(path, TRIALS)
    *lines, last = path.read_bytes().split(b"\n")
    if is_object(last):
        lines.append(last)
    elif last:
        _warn_of_half(path, len(lines) + 1)
    entries = [_parse(path, number, line) for number, line in enumerate(lines, start=1)]
    return [{key: entry[key] for key in entry if key != "seal"} for entry in entries]


def read_result(path: Path | str) -> dict[str, Any]:
    """Read a `result.json`, or the one in a folder.

    Raises:
        FileNotFoundError: there is none, as the run has not finished.
        ValueError: it is not a JSON object; the file is named.
    """
    path = _file(path, RESULT)
    return _parse(path, 1, path.read_bytes())


def section(entry: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return the mapping under a key, or under keys one inside the other; empty where none is."""
    value: Any = entry
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def plain(value: Any) -> Any:
    """Convert a result to JSON's types: tuples to lists, paths to text, NaN to null.

    Raises:
        TypeError: a value has no such form; it is shown.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "item"):  # a numpy scalar
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    raise TypeError(f"a result cannot hold {value!r}; expected numbers, texts, lists, mappings")


def _warn_of_half(path: Path, number: int) -> None:
    warnings.warn(
        f"{path}, line {number}: only half of a trial, left out; the run was stopped while it was "
        "being written",
        stacklevel=3,
    )


def _json(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, allow_nan=False)


def _encode(text: str) -> bytes:
    """Encode JSON text; a lone surrogate, which UTF-8 lacks, becomes its JSON escape."""
    return text.encode("utf-8", "backslashreplace")


def _file(path: Path | str, name: str) -> Path:
    """Find the file, given itself or its folder."""
    path = Path(path)
    path = path / name if path.is_dir() else path
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file; expected the {name} of a promptlab run")
    return path


def _parse(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{path}, line {number}: not JSON ({error})") from error
    if not isinstance(entry, dict):
        raise ValueError(f"{path}, line {number}: {type(entry).__name__}; expected a JSON object")
    return entry
