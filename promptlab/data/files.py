"""Files: where a data set lies, and which file of it is the pool and which the test."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from promptlab.data.settings import Settings
from promptlab.data.splits import POOL, TEST, told

PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a data set; `pool` is None where there is one file alone."""

    name: str
    pool: Path | None
    test: Path


def located(settings: Settings, suffixes: Collection[str]) -> Files:
    """Find the files of a data set.

    Raises:
        FileNotFoundError: there is no such folder or file; says what is there.
    """
    place = resolved(settings.path)
    if place.is_file():
        folder, present = place.parent, [place]
    else:
        folder, present = place, sorted(p for p in place.iterdir() if p.suffix in suffixes)
    given = [
        _given(name, key, folder, suffixes)
        for name, key in ((settings.pool, "pool"), (settings.test, "test"))
    ]
    pool, test = told({path.stem: path for path in present}, *given)
    if test is None:
        raise FileNotFoundError(_no_test(folder, suffixes, present))
    return Files(_name(place.resolve()), pool, test)


def _name(place: Path) -> str:
    """Name a data set after its folder or file; with its folder a file that is called `test`."""
    if not place.is_file():
        return place.name
    plain = place.stem in (*TEST, *POOL)
    return f"{place.parent.name}/{place.stem}" if plain else place.stem


def resolved(path: str) -> Path:
    """Return the folder or file that `path` names: here, or among what promptlab ships.

    The shipped data lies beside the package in a checkout, and inside it where it is installed.

    Raises:
        FileNotFoundError: it is in none of these places.
    """
    wanted = Path(path).expanduser()
    places = [wanted]
    if wanted.parts[:1] == ("datasets",):
        places += [PACKAGE.parent / wanted, PACKAGE / wanted]
    for place in places:
        if place.exists():
            return place
    raise FileNotFoundError(_missing("folder or file", places[0].absolute(), "path"))


def _given(name: str | None, key: str, folder: Path, suffixes: Collection[str]) -> Path | None:
    """Return the file that the configuration names, with or without its suffix."""
    if not name:
        return None
    for candidate in [name, *(name + suffix for suffix in suffixes)]:
        path = folder / Path(candidate).expanduser()
        if path.is_file():
            return path
    raise FileNotFoundError(_missing("file", (folder / name).absolute(), key))


def _missing(what: str, path: Path, key: str) -> str:
    """Say what was looked for, what lies nearest, and which key to change."""
    parent = next(folder for folder in path.parents if folder.is_dir())
    there = sorted(entry.name for entry in parent.iterdir() if not entry.name.startswith("."))
    wanted = path.relative_to(parent).parts[0]
    near = get_close_matches(wanted, there, 3) or there[:10]
    listed = f"{parent} has {', '.join(near)}" if near else f"{parent} is empty"
    more = ", …" if len(there) > len(near) else ""
    return f"there is no {what} {path}; {listed}{more}. Set dataset.{key}="


def _no_test(folder: Path, suffixes: Collection[str], present: list[Path]) -> str:
    """Say why no file of a folder is the test."""
    kinds = " or ".join(suffixes)
    if present:
        listed = ", ".join(path.name for path in present)
        return (
            f"no file of {folder} is called {' or '.join(TEST)} ({kinds}); it has {listed}. "
            f"Set dataset.test= to one of them"
        )
    there = ", ".join(sorted(entry.name for entry in folder.iterdir())[:10]) or "nothing"
    return f"{folder} has no {kinds} file; it has {there}. Set dataset.path=, or another dataset="
