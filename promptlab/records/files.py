"""Records: what a run leaves on disk, written before anything else hears of it.

`trials.jsonl` holds one line for each test example (see `lines`), sealed (see `seal`), appended
batch by batch; what the selection asked while it was fitted is in `fit.jsonl`; `result.json` is
written once, at the end, and says which trials it is of; `run.json` says from the beginning whose
trials they are.
"""

import json
import math
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from promptlab.records.seal import place_of, sealed
from promptlab.records.trial_json import exchange_from_line, exchange_line, trial_line
from promptlab.types import Exchange, Trial

TRIALS = "trials.jsonl"
RESULT = "result.json"
FIT = "fit.jsonl"
MARK = "run.json"
"""Beside the trials: the key of the run that writes them, its name and its config."""
DAMAGED = f"{TRIALS}.damaged"
"""What a `trials.jsonl` was like before it was mended."""
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
        """Make the folder ready for a new run; what an earlier one left there gets `.previous`.

        Args:
            key: Of the run.
            about: What else there is to know of it before it has a result.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in (self.trials_path, self.result_path, self.fit_path):
            if path.exists():
                path.replace(path.with_name(f"{path.name}.previous"))
        (self.folder / DAMAGED).unlink(missing_ok=True)
        told = {"key": key, "sealed": True, **plain(about)}
        (self.folder / MARK).write_bytes(_encoded(json.dumps(told, ensure_ascii=False) + "\n"))

    def append(self, batch: Sequence[Trial]) -> None:
        """Add the trials of one batch, and see them on the disk before returning.

        A half-written last line, left by a run that was killed, is cut off first.

        Raises:
            OSError: nothing more can be written; the file holds whole batches only.
        """
        whole, mend = _end(self.trials_path)
        run = sealed_by(self.folder) or ""
        places = count(_places(self.trials_path, whole, run) + 1)
        lines = b"".join(
            sealed(_encoded(_json(trial_line(trial))), place, run) + b"\n"
            for trial, place in zip(batch, places, strict=False)
        )
        self._add(self.trials_path, mend + lines, whole)

    def append_fit(self, exchanges: Sequence[Exchange]) -> None:
        """Add what a selection asked in one batch while it was fitted; raises as `append` does."""
        whole, mend = _end(self.fit_path)
        lines = [_encoded(_json(exchange_line(exchange))) + b"\n" for exchange in exchanges]
        self._add(self.fit_path, mend + b"".join(lines), whole)

    def _add(self, path: Path, lines: bytes, whole: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            _append(path, lines, whole)
        except OSError as error:
            if path.exists():
                os.truncate(path, whole)
            raise _cannot_write(path, error) from error

    def rewrite(self, lines: Sequence[bytes]) -> None:
        """Keep these lines of the trials alone, in one step; what was there is kept as damaged.

        Raises:
            OSError: it cannot be written; the file is as it was.
        """
        damaged = self.folder / DAMAGED
        parts = [each.read_bytes() for each in (damaged, self.trials_path) if each.exists()]
        _replace(damaged, b"".join(_ended(part) for part in parts if part))
        _replace(self.trials_path, b"".join(map(_ended, lines)))

    def cut_half_line(self) -> None:
        """Cut off a half-written last line, left by a run that was killed, with a warning."""
        whole, _ = _end(self.trials_path)
        if self.trials_path.exists() and whole < self.trials_path.stat().st_size:
            _warn_of_half(self.trials_path, self._sum()[0])
            self.cut(whole)

    def cut(self, size: int) -> None:
        """Keep the first bytes of the trials, and nothing after them."""
        os.truncate(self.trials_path, size)

    def put_result_aside(self) -> None:
        """Call a result that is no longer that of the trials `.previous`."""
        if self.result_path.exists():
            self.result_path.replace(self.folder / f"{RESULT}.previous")

    def believed(self, result: Mapping[str, Any]) -> bool:
        """Say whether a result is as it was written, and of the trials that are there.

        A result of the time before results said so is believed when the number is right.
        """
        if not _untouched(result):
            return False
        told = result.get("trials")
        if not isinstance(told, Mapping):
            metrics = result.get("metrics")
            n = metrics.get("n") if isinstance(metrics, Mapping) else None
            return n is None or n == self._sum()[0]
        return self._sum(told.get("count")) == (told.get("count"), told.get("digest"))

    def disbelief(self, result: Mapping[str, Any]) -> str:
        """Say of which trials a result is and which are there instead, or that it was changed."""
        if not _untouched(result):
            return f"{self.result_path}: changed since it was written"
        told = result.get("trials") or result.get("metrics") or {}
        number, there = told.get("count", told.get("n")), self._sum()[0]
        what = f"{there} trials" if there != number else "others, or the same changed"
        return f"{self.result_path}: of {number} trials, and {self.trials_path.name} has {what}"

    def _sum(self, first: int | None = None) -> tuple[int, str]:
        """Return the number of the lines of the trials, or of the first of them, and a digest."""
        whole, number = sha256(), 0
        if self.trials_path.exists():
            with self.trials_path.open("rb") as file:
                for number, line in enumerate(islice(file, first), start=1):  # noqa: B007  the last
                    whole.update(line)
        return number, whole.hexdigest()

    def write_result(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """Write `result.json` in one step: there is either all of it or none.

        Returns:
            What was given, and which trials it is of.

        Raises:
            OSError: it cannot be written.
            TypeError: it holds something that JSON cannot say.
        """
        told = {**result, **self._trials()}
        if "trials" in told:
            told["trials"] = {**told["trials"], "result": _own_digest(plain(told))}
        text = json.dumps(plain(told), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        self.folder.mkdir(parents=True, exist_ok=True)
        _replace(self.result_path, _encoded(text))
        return told

    def _trials(self) -> dict[str, Any]:
        """Say which trials a result is of: their number, their digest, and who sealed them."""
        number, digest = self._sum()
        run = sealed_by(self.folder)
        told = {"count": number, "digest": digest, **({} if run is None else {"run": run})}
        return {"trials": told} if number else {}


def _own_digest(result: Mapping[str, Any]) -> str:
    """Digest what a result says, but for what it says of its trials."""
    said = {key: result[key] for key in result if key != "trials"}
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _untouched(result: Mapping[str, Any]) -> bool:
    """Say whether a result is as it was written; one without a digest of its own is taken so."""
    told = result.get("trials")
    digest = told.get("result") if isinstance(told, Mapping) else None
    return digest is None or digest == _own_digest(result)


def read_mark(folder: Path) -> dict[str, Any]:
    """Return what is known of a run before it has a result; nothing where nothing can be read."""
    try:
        told = json.loads((folder / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def sealed_by(folder: Path, result: Mapping[str, Any] = MappingProxyType({})) -> str | None:
    """Return what the lines in a folder are sealed with; None where they need no seal."""
    mark, told = read_mark(folder), result.get("trials")
    if mark.get("sealed"):
        return str(mark.get("key", ""))[:SHORT]
    return told.get("run") if isinstance(told, Mapping) else None


def read_trials(path: Path | str) -> list[dict[str, Any]]:
    """Read the lines of a `trials.jsonl`, or of the one in a folder.

    A half-written last line, left by a run that was killed, is left out with a warning.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a line is broken; its file and number are named.
    """
    path = _file(path, TRIALS)
    *lines, last = path.read_bytes().split(b"\n")
    if _is_object(last):
        lines.append(last)
    elif last:
        _warn_of_half(path, len(lines) + 1)
    entries = [_parsed(path, number, line) for number, line in enumerate(lines, start=1)]
    return [{key: entry[key] for key in entry if key != "seal"} for entry in entries]


def read_fit(folder: Path | str) -> list[Exchange]:
    """Read what a run's selection asked while it was fitted; nothing where it asked nothing."""
    path = Path(folder) / FIT
    if not path.exists():
        return []
    lines = enumerate(path.read_bytes().split(b"\n"), start=1)
    return [exchange_from_line(_parsed(path, number, line)) for number, line in lines if line]


def read_result(path: Path | str) -> dict[str, Any]:
    """Read a `result.json`, or the one in a folder.

    Raises:
        FileNotFoundError: there is none: the run has not finished.
        ValueError: it is not a JSON object; the file is named.
    """
    path = _file(path, RESULT)
    return _parsed(path, 1, path.read_bytes())


def plain(value: Any) -> Any:
    """Turn a result into what JSON can say: tuples to lists, paths to text, NaN to null.

    Raises:
        TypeError: there is no such form; the value is shown.
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


def _encoded(text: str) -> bytes:
    """Encode JSON text; half a surrogate pair, which UTF-8 lacks, becomes its JSON escape."""
    return text.encode("utf-8", "backslashreplace")


def _ended(text: bytes) -> bytes:
    return text.rstrip(b"\r\n") + b"\n"


def _replace(path: Path, data: bytes) -> None:
    """Write a file in one step."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _append(draft, data, 0)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _cannot_write(path, error) from error


def _append(path: Path, data: bytes, offset: int) -> None:
    """Write at the offset, end the file there, and see it on the disk."""
    with path.open("r+b" if path.exists() else "wb") as file:
        file.seek(offset)
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _end(path: Path) -> tuple[int, bytes]:
    """Find where to go on: after the last whole line, and the newline that it may lack."""
    if not path.exists():
        return 0, b""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        whole = _after_last_newline(file, size)
        file.seek(whole)
        last = file.read()
    return (size, b"\n") if _is_object(last) else (whole, b"")


def _places(path: Path, whole: int, run: str) -> int:
    """Count the trials before an offset, by the seal of the last; by lines where it has none."""
    if not whole:
        return 0
    with path.open("rb") as file:
        place = place_of(_last(file, whole), run)
        file.seek(0)
        return place or sum(1 for _ in file.read(whole).splitlines())


def _last(file: BinaryIO, end: int) -> bytes:
    """Return the last line before an offset, which may lack its newline."""
    start = _after_last_newline(file, end - 1)
    file.seek(start)
    return file.read(end - start).rstrip(b"\n")


def _after_last_newline(file: BinaryIO, position: int) -> int:
    while position:
        start = max(0, position - 65536)
        file.seek(start)
        found = file.read(position - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        position = start
    return 0


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _cannot_write(path: Path, error: OSError) -> OSError:
    return OSError(
        error.errno,
        f"{error.strerror}; what was written before is whole. Make room, or choose another "
        "output folder, and run again",
        str(path),
    )


def _file(path: Path | str, name: str) -> Path:
    """Find the file, given itself or its folder."""
    path = Path(path)
    path = path / name if path.is_dir() else path
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file; expected the {name} of a promptlab run")
    return path


def _parsed(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{path}, line {number}: not JSON ({error})") from error
    if not isinstance(entry, dict):
        raise ValueError(f"{path}, line {number}: {type(entry).__name__}; expected a JSON object")
    return entry
