"""Records: what a run leaves on disk, written before anything else hears of it.

`trials.jsonl` holds one line for each test example (see `lines`), appended window by window;
what the selection asked while it was fitted is in `fit.jsonl`; `result.json` is written once, at
the end.
"""

import json
import math
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from promptlab.lines import exchange_from_line, exchange_line, trial_line
from promptlab.types import Exchange, Trial

TRIALS = "trials.jsonl"
RESULT = "result.json"
FIT = "fit.jsonl"


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

    def begin(self) -> None:
        """Make the folder ready for a new run; what an earlier one left there gets `.previous`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in (self.trials_path, self.result_path, self.fit_path):
            if path.exists():
                path.replace(path.with_name(f"{path.name}.previous"))

    def append(self, window: Sequence[Trial]) -> None:
        """Add the trials of one window, and see them on the disk before returning.

        A half-written last line, left by a run that was killed, is cut off first.

        Raises:
            OSError: nothing more can be written; the file holds whole windows only.
        """
        self._add(self.trials_path, [trial_line(trial) for trial in window])

    def append_fit(self, exchanges: Sequence[Exchange]) -> None:
        """Add what a selection asked in one batch while it was fitted; raises as `append` does."""
        self._add(self.fit_path, [exchange_line(exchange) for exchange in exchanges])

    def _add(self, path: Path, entries: Sequence[Mapping[str, Any]]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        whole, mend = _end(path)
        lines = mend + b"".join(map(_line, entries))
        try:
            _append(path, lines, whole)
        except OSError as error:
            if path.exists():
                os.truncate(path, whole)
            raise _cannot_write(path, error) from error

    def write_result(self, result: Mapping[str, Any]) -> None:
        """Write `result.json` in one step: there is either all of it or none.

        Raises:
            OSError: it cannot be written.
            TypeError: it holds something that JSON cannot say.
        """
        text = json.dumps(plain(result), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        draft = self.result_path.with_name(f".{RESULT}.{os.getpid()}")
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            _append(draft, _encoded(text), 0)
            draft.replace(self.result_path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise _cannot_write(self.result_path, error) from error


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
        warnings.warn(
            f"{path}, line {len(lines) + 1}: only half of a trial, left out; the run was stopped "
            "while it was being written",
            stacklevel=2,
        )
    return [_parsed(path, number, line) for number, line in enumerate(lines, start=1)]


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


def _line(entry: Mapping[str, Any]) -> bytes:
    return _encoded(json.dumps(entry, ensure_ascii=False, allow_nan=False) + "\n")


def _encoded(text: str) -> bytes:
    """Encode JSON text; half a surrogate pair, which UTF-8 lacks, becomes its JSON escape."""
    return text.encode("utf-8", "backslashreplace")


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
