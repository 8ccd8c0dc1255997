"""What a data set's files hold, and how that was understood: facts, before anything is asked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from promptlab.data.fields import DEFAULTS, Fields
from promptlab.data.files import locate
from promptlab.data.other_source import read_as_named
from promptlab.data.record.composed import is_composed, parts
from promptlab.data.record.row import Row
from promptlab.data.record.value import is_empty
from promptlab.data.settings import Settings
from promptlab.types import Dataset, Example

CLASSES, REPEATED, SHORT = 30, 4, 40
"""Most different answers that look like classes; how often each is given, on average; and the most
characters of one."""


class FileSource(Settings, Protocol):
    """A source whose records lie in files."""

    @property
    def suffixes(self) -> Sequence[str]: ...  # noqa: D102
    def read(self, path: Path) -> Iterator[Row]:
        """Read the records of one file."""
        ...


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """One field of the records.

    Attributes:
        name: As the records have it.
        filled: How many records hold something there.
        kind: text, number, list, object, true/false, or several of these.
        example: The first value that is there.
        role: What it is read as: question, answer, …; '' for nothing.
    """

    name: str
    filled: int
    kind: str
    example: Any
    role: str


KINDS: Mapping[type, str] = {
    bool: "true/false",
    int: "number",
    float: "number",
    str: "text",
    list: "list",
    tuple: "list",
    dict: "object",
}


def read_files(source: FileSource) -> dict[str, list[Row]]:
    """Read the records of the pool's and the test's file, as they are."""
    files = locate(source, source.suffixes)
    paths = [("pool", files.pool), ("test", files.test)]
    return {
        part: list(read_as_named(path, source.suffixes, source.read, source.fields))
        for part, path in paths
        if path
    }


def fields_of(rows: Sequence[Row], fields: Fields) -> list[FieldFacts]:
    """Describe every field that any record has, in the order in which they come."""
    whole = [row.values for row in rows if not row.problem]
    names = dict.fromkeys(name for values in whole for name in values)
    roles = roles_of(whole[0], fields) if whole else {}
    return [_facts(name, whole, roles.get(name, "")) for name in names]


def _facts(name: str, records: Sequence[Mapping[str, Any]], role: str) -> FieldFacts:
    values = [values[name] for values in records if not is_empty(values.get(name))]
    kinds = dict.fromkeys(KINDS.get(type(value), "number") for value in values)
    example = values[0] if values else None
    return FieldFacts(name, len(values), ", ".join(kinds) or "empty", example, role)


def roles_of(values: Mapping[str, Any], fields: Fields) -> dict[str, str]:
    """Return what each field of a record is read as."""
    roles: dict[str, str] = {}
    for role in DEFAULTS:
        name = fields.find(role, values)
        composed = [each for _, each in parts(name) if each] if is_composed(name) else [name]
        for each in composed:
            roles.setdefault(each.partition(".")[0].partition("[")[0], role)
    return {name: role for name, role in roles.items() if name} | {
        name.removesuffix("?"): "for prompts" for name in fields.metadata
    }


def answers_of(pool: Sequence[Example], test: Sequence[Example]) -> list[tuple[str, int, int]]:
    """Count each answer in pool and test, the most frequent first, ties by their spelling."""
    counts = [Counter(example.answer for example in part) for part in (pool, test)]
    both = counts[0] + counts[1]
    every = sorted(both, key=lambda answer: (-both[answer], answer))
    return [(answer, counts[0][answer], counts[1][answer]) for answer in every]


def are_classes(dataset: Dataset) -> bool:
    """Tell whether answers that were read as texts look like classes: few, short, and repeated."""
    counts = answers_of(dataset.pool, dataset.test)
    answers = [answer for answer, _, _ in counts if answer]
    given = sum(pool + test for answer, pool, test in counts if answer)
    return (
        dataset.task.answer == "text"
        and 2 <= len(answers) <= CLASSES
        and given >= REPEATED * len(answers)
        and all(pool for answer, pool, _ in counts if answer)
        and max(map(len, answers)) <= SHORT
    )


def quantiles(lengths: Sequence[int]) -> tuple[int, int, int]:
    """Return the shortest, the median (the upper of two) and the longest."""
    ranked = sorted(lengths)
    return ranked[0], ranked[len(ranked) // 2], ranked[-1]
