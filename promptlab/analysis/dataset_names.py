"""Names for data sets: one for each content, whatever their files are called."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from promptlab.records.files import section

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

    Two have the same name exactly where they have the same test examples. Where several contents
    share a name, the part of their paths that differs is added, `de/test` and `en/test`, or else
    their digests. A result without a digest is matched by name.
    """
    datasets = [_data(result) for result in results]
    contents: dict[str, _Data] = {}
    for data in datasets:
        if data.digest:
            contents.setdefault(data.digest, data)
    labels = _labels(list(contents.values()))
    by_name = {data.name: labels[digest] for digest, data in reversed(contents.items())}
    return [
        labels[data.digest] if data.digest else by_name.get(data.name, data.name)
        for data in datasets
    ]


def _data(result: Mapping[str, Any]) -> _Data:
    config, data = section(result, "config"), section(result, "data")
    return _Data(
        str(result.get("dataset") or ""),
        str(section(data, "test").get("digest") or ""),
        str(section(config, "dataset").get("path") or ""),
    )


def _labels(contents: Sequence[_Data]) -> dict[str, str]:
    """Name each content, by its digest."""
    alike = {
        data.name: [other for other in contents if other.name == data.name] for data in contents
    }
    labels = {data.digest: _label(data, alike[data.name]) for data in contents}
    counts = Counter(labels.values())
    return {
        digest: f"{label} ({digest[:_MARK]})" if counts[label] > 1 else label
        for digest, label in labels.items()
    }


def _label(data: _Data, alike: Sequence[_Data]) -> str:
    """Return the part of a data set's path that differs from its namesakes'."""
    if len(alike) == 1 or not all(other.path for other in alike):
        return data.name
    paths = [PurePath(other.path).parts for other in alike]
    shared = next(
        (i for i, parts in enumerate(zip(*paths, strict=False)) if len(set(parts)) > 1),
        min(map(len, paths)) - 1,
    )
    path = PurePath(*PurePath(data.path).parts[shared:])
    named = path.stem == PurePath(data.name).name
    return (path.with_suffix("") if named else path).as_posix()
