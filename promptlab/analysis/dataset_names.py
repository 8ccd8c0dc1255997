"""Data sets told apart: one name for each content, whatever their files are called."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

_MARK = 6
"""Digits of a digest that are shown."""


@dataclass(frozen=True)
class _Data:
    """What a result says of its data: `digest` is of the test examples; each may be empty."""

    name: str
    digest: str
    path: str


def dataset_names(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Name the data set of each result, as `result.json` holds it.

    Two have the same name where they have the same test examples, and only there. Where several
    go by one name, it is told from which folder on they differ, `de/test` and `en/test`, or else
    their digests. A result that says no digest is of the data that goes by its name.
    """
    told = [_data(result) for result in results]
    contents: dict[str, _Data] = {}
    for each in told:
        if each.digest:
            contents.setdefault(each.digest, each)
    named = _labels(list(contents.values()))
    known = {each.name: named[digest] for digest, each in reversed(contents.items())}
    return [named[each.digest] if each.digest else known.get(each.name, each.name) for each in told]


def _data(result: Mapping[str, Any]) -> _Data:
    config, data = _mapping(result, "config"), _mapping(result, "data")
    return _Data(
        str(result.get("dataset") or ""),
        str(_mapping(data, "test").get("digest") or ""),
        str(_mapping(config, "dataset").get("path") or ""),
    )


def _mapping(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, Mapping) else {}


def _labels(contents: Sequence[_Data]) -> dict[str, str]:
    """Name each content, by its digest."""
    alike = {
        each.name: [other for other in contents if other.name == each.name] for each in contents
    }
    labels = {each.digest: _label(each, alike[each.name]) for each in contents}
    often = Counter(labels.values())
    return {
        digest: f"{label} ({digest[:_MARK]})" if often[label] > 1 else label
        for digest, label in labels.items()
    }


def _label(data: _Data, alike: Sequence[_Data]) -> str:
    """Say from where on the path of a data set is another one than those of its namesakes."""
    if len(alike) == 1 or not all(each.path for each in alike):
        return data.name
    paths = [PurePath(each.path).parts for each in alike]
    shared = next(
        (i for i, parts in enumerate(zip(*paths, strict=False)) if len(set(parts)) > 1),
        min(map(len, paths)) - 1,
    )
    told = PurePath(*PurePath(data.path).parts[shared:])
    named = told.stem == PurePath(data.name).name
    return (told.with_suffix("") if named else told).as_posix()
