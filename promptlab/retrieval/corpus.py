"""A corpus: passages from JSON Lines, or from a folder of texts, cut into chunks if so wished."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from promptlab.data.jsonl import rows
from promptlab.data.record.nested import ABSENT, get
from promptlab.data.record.row import Row, join_names, map_rows
from promptlab.model.tokenizer import Tokenizer
from promptlab.retrieval.chunk import chunks, length
from promptlab.retrieval.document import READERS, read_document
from promptlab.types import Passage, digest

RECORDS = (".jsonl", ".ndjson", ".json")
USUAL: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "_id", "docid"),
    "text": ("text", "contents", "passage", "context"),
    "title": ("title",),
}
"""The names that are understood without configuration (BEIR's and Pyserini's among them), the first
that a record has."""


@dataclass(frozen=True)
class Corpus:
    """Where passages come from.

    Attributes:
        path: JSON Lines of `id` and `text`, and `title` where there is one, which then begins the
            text; or a text, Markdown, HTML or PDF file; or a folder of any of these, of which
            what is hidden (`.git`) is left out.
        chunk: The most tokens of a passage (see `chunk.py`); None leaves each record and file
            whole. A chunk's id is that of its document and a number: `manual.md#2`.
        overlap: The most tokens that a chunk repeats of the one before.
        tokenizer: Whose tokens are counted: `smollm2`, `gemma3`, a model's folder or its name on
            the hub; empty for words, signs and characters.
        fields: What the records' `id`, `text` and `title` are called, where not as usual; an empty
            name is of none.
    """

    path: str
    chunk: int | None = None
    overlap: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    tokenizer: str = ""

    def __post_init__(self) -> None:
        """Check the numbers and names."""
        object.__setattr__(self, "fields", dict(self.fields))
        if not self.path:
            raise ValueError("corpus is empty; expected a file or a folder: corpus=FILE")
        if self.chunk is not None and self.chunk < 1:
            raise ValueError(f"chunk is {self.chunk}; expected at least 1 token, or null")
        if not 0 <= self.overlap < (self.chunk or 1):
            raise ValueError(
                f"overlap is {self.overlap}; expected 0 or more, and less than chunk, which is "
                f"{self.chunk}"
            )
        if unknown := sorted(set(self.fields) - set(USUAL)):
            raise ValueError(f"fields names {', '.join(unknown)}; there are {', '.join(USUAL)}")

    def passages(self) -> tuple[Passage, ...]:
        """Read all passages, in the order of the files and their lines.

        Raises:
            FileNotFoundError: there is no such file or folder.
            ValueError: a record has no text, an id comes twice, or there is no passage at all.
        """
        fields = tuple(sorted(self.fields.items()))
        here = str(Path.cwd())
        return _passages(here, self.path, self.chunk, self.overlap, fields, self.tokenizer)

    @cached_property
    def identity(self) -> str:
        """The digest of all passages."""
        plain = [[each.id, each.text, dict(each.metadata)] for each in self.passages()]
        return digest(plain)


@lru_cache(maxsize=2)
def _passages(
    _: str,
    path: str,
    chunk: int | None,
    overlap: int,
    fields: tuple[tuple[str, str], ...],
    tokenizer: str,
) -> tuple[Passage, ...]:
    """Read a corpus once for all variants that show it."""
    named = {name: (field,) for name, field in fields}
    documents = list(_documents(Path(path), {**USUAL, **named}))
    _check_ids(documents, path)
    if chunk is None:
        return tuple(documents)
    count = _counter(tokenizer) if tokenizer else length
    return tuple(part for document in documents for part in _cut(document, chunk, overlap, count))


def _counter(tokenizer: str) -> Callable[[str], int]:
    counted = Tokenizer(tokenizer)
    return lambda text: counted([text])[0]


def _documents(path: Path, fields: Mapping[str, tuple[str, ...]]) -> Iterator[Passage]:
    """Read the records and files of a corpus."""
    if not path.exists():
        raise FileNotFoundError(
            f"{path}: no such corpus; expected JSON Lines of id and text, or a folder of texts"
        )
    files = sorted(_files(path)) if path.is_dir() else [path]
    known = [each for each in files if each.suffix.lower() in (*RECORDS, *READERS)]
    if not known:
        raise ValueError(
            f"{path}: no file that can be read; expected {', '.join((*RECORDS, *READERS))}"
        )
    for file in known:
        name = file.relative_to(path).as_posix() if path.is_dir() else file.name
        if file.suffix.lower() in RECORDS:
            yield from _records(file, fields, f"{name}, " if path.is_dir() else "")
        elif text := read_document(file).strip():
            yield Passage(name, text, {"file": name})


def _files(folder: Path) -> Iterator[Path]:
    """Find the files of a folder and of those in it, but those that are hidden."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path


def _records(file: Path, fields: Mapping[str, tuple[str, ...]], within: str) -> list[Passage]:
    """Read the records of a file; one without an id has its place `within` the corpus as one."""

    def passage(row: Row) -> Passage:
        if row.problem:
            raise ValueError(row.problem)
        text = _text(row.values, fields["text"])
        title = _first(row.values, fields["title"])
        whole = f"{title}\n{text}" if isinstance(title, str) and title.strip() else text
        name = _id(row.values, fields["id"]) or f"{within}{row.place}"
        return Passage(name, whole, dict(row.values))

    return map_rows(rows(file), passage, lambda row: row.place, str(file))


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """Return the first of some fields that a record has; None where it has none."""
    found = (get(values, name) for name in names if name)
    return next((value for value in found if value is not ABSENT), None)


def _id(values: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return a record's id; empty where it has none."""
    name = _first(values, names)
    if name is None:
        return ""
    if isinstance(name, bool) or not isinstance(name, str | int | float) or not str(name).strip():
        raise ValueError(f"{' or '.join(names)} is {name!r:.60}; expected a text or a number")
    return str(name)


def _text(values: Mapping[str, Any], names: tuple[str, ...]) -> str:
    text = _first(values, names)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(
            f"{' or '.join(names)} is {text!r:.60}; expected the passage's text; the record has "
            f"{join_names(values)}: retrieval.fields={{text: …}} names another field"
        )
    return text


def _check_ids(documents: list[Passage], path: str) -> None:
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            raise ValueError(f"{path}: the id {document.id!r} comes twice; expected each once")
        seen.add(document.id)
    if not documents:
        raise ValueError(f"{path}: no passage in it; expected at least one")


def _cut(
    document: Passage, size: int, overlap: int, count: Callable[[str], int]
) -> Iterator[Passage]:
    parts = chunks(document.text, size, overlap, count)
    for number, text in enumerate(parts, 1):
        yield Passage(f"{document.id}#{number}", text, document.metadata)
