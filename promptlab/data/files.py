"""Files: where a data set lies, and which file (or split) is the pool and which the test."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from promptlab.data.settings import Settings

T = TypeVar("T")

PACKAGE = Path(__file__).resolve().parents[1]
TEST = ("test", "dev", "validation", "valid", "val")
POOL = ("train", "dev", "validation", "valid", "val")
SOURCES: Mapping[str, str] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
}
"""Which source reads the files of which ending."""
_PART = re.compile(r"-0+-of-0*1\Z")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a data set; `pool` is None where there is one file alone."""

    name: str
    pool: Path | None
    test: Path


def locate(settings: Settings, suffixes: Sequence[str]) -> Files:
    """Find the files of a data set; `.json` ones only where there are none of the other suffixes.

    Raises:
        FileNotFoundError: there is no such folder or file; says what is there.
        ValueError: the file is for another source; or pool and test are one file.
    """
    place = resolve(settings.path)
    if place.is_file():
        folder, present = place.parent, [_check_source(place, suffixes)]
    else:
        folder, present = place, _present(place, suffixes)
    chosen = [
        _configured(name, key, folder, suffixes)
        for name, key in ((settings.pool, "pool"), (settings.test, "test"))
    ]
    pool, test = choose_splits({stem(path): path for path in present}, *chosen)
    if test is None:
        raise FileNotFoundError(_no_test(folder, suffixes, present))
    if pool is not None and pool.samefile(test):
        raise ValueError(_one_file(pool, test))
    return Files(_name(place.resolve()), pool, test)


def _name(path: Path) -> str:
    """Name a data set after its folder or file; with its folder a file that is called `test`."""
    if not path.is_file():
        return path.name
    is_split = stem(path) in (*TEST, *POOL)
    return f"{path.parent.name}/{stem(path)}" if is_split else stem(path)


def choose_splits(
    present: Mapping[str, T], pool: T | None, test: T | None
) -> tuple[T | None, T | None]:
    """Return the pool and the test among the splits or files that are there, None for neither.

    What is given is kept. Otherwise the test is the first of `TEST` that is there, or the only
    split; the pool is the first of `POOL` that is not the test.

    Raises:
        ValueError: both are given, and the same.
    """
    if pool is not None and pool == test:
        raise ValueError(_one_file(pool, test))
    others = {name: split for name, split in present.items() if split != pool}
    if test is None:
        alone = next(iter(others.values())) if len(others) == 1 else None
        test = _first(TEST, others) or alone
    others = {name: split for name, split in others.items() if split != test}
    return pool or _first(POOL, others), test


def _one_file(pool: object, test: object) -> str:
    what = f"both {pool}" if pool == test else f"one file, {pool} and {test}"
    return (
        f"pool and test are {what}, so questions could be shown with their answers; set "
        "pool_size to make a pool of a part of it"
    )


def _first(names: Iterable[str], present: Mapping[str, T]) -> T | None:
    """Return the split with the first of these names that there is."""
    return next((present[name] for name in names if name in present), None)


def suffix(path: Path) -> str:
    """Return the suffix that tells a file's format, whether it is packed or not: `.csv`."""
    return Path(path.name.removesuffix(".gz")).suffix


def stem(path: Path) -> str:
    """Return a file's name without its suffixes, and without `-00000-of-00001`."""
    return _PART.sub("", Path(path.name.removesuffix(".gz")).stem)


def _present(folder: Path, suffixes: Sequence[str]) -> list[Path]:
    """List the files of a folder that are of these suffixes, packed ones first."""
    files = sorted((path for path in folder.iterdir() if path.is_file()), reverse=True)
    matching = [path for path in files if suffix(path) in suffixes]
    return [path for path in matching if suffix(path) != ".json"] or matching


def _check_source(path: Path, suffixes: Sequence[str]) -> Path:
    """Refuse a file that belongs to another source."""
    source = SOURCES.get(suffix(path).lower())
    if source and suffix(path).lower() not in suffixes:
        raise ValueError(f"{path} is a {suffix(path)} file; read it with dataset={source}")
    return path


def resolve(path: str) -> Path:
    """Return the folder or file that `path` names: here, or among what promptlab ships.

    The shipped data lies beside the package in a checkout, and inside it where it is installed.

    Raises:
        FileNotFoundError: it is in none of these places.
    """
    relative = Path(path).expanduser()
    candidates = [relative]
    if relative.parts[:1] == ("datasets",):
        candidates += [PACKAGE.parent / relative, PACKAGE / relative]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise FileNotFoundError(_missing("folder or file", candidates[0].absolute(), "path"))


def _configured(name: str | None, key: str, folder: Path, suffixes: Sequence[str]) -> Path | None:
    """Return the file that the configuration names, with or without its suffix.

    It may be of another format: each file is read by the ending of its name.
    """
    if not name:
        return None
    for ending in ["", *suffixes, *(f"{extension}.gz" for extension in suffixes)]:
        path = folder / Path(name + ending).expanduser()
        if path.is_file():
            return path
    raise FileNotFoundError(_missing("file", (folder / name).absolute(), key))


def _missing(what: str, path: Path, key: str) -> str:
    """Say what is missing, the nearest names, and which key to change."""
    parent = next(folder for folder in path.parents if folder.is_dir())
    names = sorted(entry.name for entry in parent.iterdir() if not entry.name.startswith("."))
    name = path.relative_to(parent).parts[0]
    near = get_close_matches(name, names, 3) or names[:10]
    content = f"{parent} has {', '.join(near)}" if near else f"{parent} is empty"
    more = ", …" if len(names) > len(near) else ""
    return f"there is no {what} {path}; {content}{more}. Set dataset.{key}="


def _no_test(folder: Path, suffixes: Collection[str], present: list[Path]) -> str:
    """Say why no file of a folder is the test."""
    kinds = ", ".join(suffixes)
    if present:
        names = ", ".join(sorted(path.name for path in present)[:10])
        return (
            f"no file of {folder} is called {' or '.join(TEST)} ({kinds}); it has {names}. "
            f"Set dataset.test= to one of them"
        )
    entries = sorted(folder.iterdir())
    names = ", ".join(entry.name for entry in entries[:10]) or "nothing"
    sources = sorted({SOURCES[suffix(entry)] for entry in entries if suffix(entry) in SOURCES})
    advice = " or ".join(f"dataset={source}" for source in sources) or "dataset.path="
    return f"{folder} has no {kinds} file; it has {names}. Set {advice}"
