"""Where judgements are kept: `judgements.jsonl`, sealed, appended batch by batch.

`judging.json` beside it names who judges what, and how; `judge.json` is written once, at the end.
"""

import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from promptlab.judge.item import Item
from promptlab.judge.judgement import Judgement, judgement_from_line, judgement_line
from promptlab.records.files import SHORT, plain
from promptlab.records.seal import add_seal, is_unchanged, result_digest
from promptlab.records.verify import Line, verify_lines
from promptlab.records.whole_lines import append_lines, end_line, replace_file, whole_end

JUDGEMENTS = "judgements.jsonl"
MARK = "judging.json"
OUTCOME = "judge.json"


@dataclass(frozen=True)
class JudgementRecord:
    """The judgements in a folder.

    Attributes:
        folder: Where they are.
        key: Names who judges what, and how; judgements under another are set aside.
    """

    folder: Path
    key: str

    @property
    def path(self) -> Path:
        """The file of judgements."""
        return self.folder / JUDGEMENTS

    def resumed(self, items: Sequence[Item], about: Mapping[str, Any]) -> list[Judgement]:
        """Return the judgements that were already made, of the first items.

        Those of another judge are renamed to `.previous`; what is damaged is kept beside, and
        asked again.
        """
        if _object(self.folder / MARK).get("key") != self.key:
            self._begin(about)
            return []
        if not self.path.exists():
            return []
        notes: list[str] = []
        end = whole_end(self.path)
        lines = list(verify_lines(self.path, self.key[:SHORT], judgement_from_line, notes))
        good = _leading(lines, items)
        if sum(len(line.text) for line in good) < self.path.stat().st_size:
            self._mend(good, notes if end == self.path.stat().st_size else notes[:-1])
        return [line.value for line in good]

    def append(self, batch: Sequence[Judgement], before: int) -> None:
        """Add judgements after so many others, and sync them to disk.

        Raises:
            OSError: nothing more can be written; the file holds whole batches only.
        """
        lines = [
            add_seal(_json(judgement_line(judgement)), position, self.key[:SHORT])
            for position, judgement in enumerate(batch, start=before + 1)
        ]
        append_lines(self.path, lines)

    def conclude(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Write `judge.json`, with the number and the digest of the judgements; return it."""
        data = self.path.read_bytes()
        whole: dict[str, Any] = plain(content)
        sealed = {"count": len(data.splitlines()), "digest": sha256(data).hexdigest()}
        whole["trials"] = {**sealed, "result": result_digest(whole)}
        text = json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False)
        replace_file(self.folder / OUTCOME, _encode(text + "\n"))
        return whole

    def _begin(self, about: Mapping[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in (JUDGEMENTS, OUTCOME):
            path = self.folder / name
            if path.exists():
                path.replace(path.with_name(f"{name}.previous"))
        mark = {"key": self.key, **plain(about)}
        replace_file(self.folder / MARK, _json(mark) + b"\n")

    def _mend(self, good: Sequence[Line[Judgement]], notes: Sequence[str]) -> None:
        """Keep the judgements before the first that is damaged or missing."""
        if notes:
            replace_file(self.path.with_name(f"{JUDGEMENTS}.damaged"), self.path.read_bytes())
            warnings.warn(
                f"{'; '.join(notes[:3])}. What is whole before it is kept, and the rest is asked "
                "again",
                stacklevel=3,
            )
        replace_file(self.path, b"".join(end_line(line.text) for line in good))


def read_outcome(path: Path) -> dict[str, Any]:
    """Read a `judge.json`.

    Raises:
        ValueError: it is none, or was changed since it was written.
    """
    content = _object(path)
    if "judge" not in content or not is_unchanged(content):
        raise ValueError(f"{path}: changed since it was written, or no result of `promptlab judge`")
    return content


def _leading(lines: Sequence[Line[Judgement]], items: Sequence[Item]) -> list[Line[Judgement]]:
    """Return the lines of the first items, as far as none is missing."""
    good: list[Line[Judgement]] = []
    by_position = {line.position: line for line in lines}
    for position, item in enumerate(items, start=1):
        line = by_position.get(position)
        if line is None or (line.value.id, line.value.runs) != (item.id, item.names):
            break
        good.append(line)
    return good


def _object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _json(entry: Mapping[str, Any]) -> bytes:
    return _encode(json.dumps(entry, ensure_ascii=False, allow_nan=False))


def _encode(text: str) -> bytes:
    """Encode JSON text; a lone surrogate, which UTF-8 lacks, becomes its JSON escape."""
    return text.encode("utf-8", "backslashreplace")
