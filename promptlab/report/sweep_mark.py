"""A mark beside the runs of a sweep: which they are, and what its own run was last written from.

A sweep that is given again, and finds all variants finished, need not write the same once more; and
another store can be given the sweep's run from the records.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from promptlab.tracking.mlflow.location import locate
from promptlab.tracking.mlflow.tracking import MLflow
from promptlab.types import digest


@dataclass(frozen=True)
class Mark:
    """What is noted of a sweep.

    Attributes:
        sweep: Its tag.
        experiment: MLflow's, that its runs belong to.
        command: Its command line.
        folders: Its runs', as they are called from where the mark is.
        written: What its run in MLflow was written from, and where to; empty where it never was.
    """

    sweep: str
    experiment: str
    command: str
    folders: tuple[str, ...]
    written: str = ""


def state(results: Sequence[Mapping[str, Any]], tracking: MLflow) -> str:
    """Name what the run is written from, and where to."""
    runs = sorted(str(result.get("mlflow_run_id")) for result in results)
    hashes = sorted(str(result.get("config_hash")) for result in results)
    return digest([locate(tracking.uri), tracking.experiment, tracking.sweep, runs, hashes])


def written(folder: Path, sweep: str) -> str:
    """Say what a sweep's run was last written from."""
    mark = _read(_path(folder, sweep))
    return mark.written if mark else ""


def mark(folder: Path, noted: Mark) -> None:
    """Note a sweep beside its runs."""
    text = json.dumps(asdict(noted), ensure_ascii=False, indent=2)
    _path(folder, noted.sweep).write_text(f"{text}\n", "utf-8")


def marks(folders: Iterable[Path]) -> Iterator[tuple[Mark, list[Path]]]:
    """Find the sweeps that some runs belong to, each with those of its runs that are there."""
    above = {parent for folder in folders for parent in folder.absolute().parents}
    for parent in sorted(above):
        for path in sorted(parent.glob(".sweep-*.json")):
            mark = _read(path)
            if mark:
                runs = [parent / name for name in mark.folders]
                yield mark, [run for run in runs if run.is_dir()]


def marked(sweep: str, above: Path) -> list[Path]:
    """Return the folders of a sweep's runs that is marked in a folder, or in one of those in it.

    A mark may be somebody else's: what it names outside of its own folder is left out.
    """
    for place in (above, *sorted(path for path in above.glob("*") if path.is_dir())):
        if noted := _read(_path(place, sweep)):
            runs = [place / name for name in noted.folders]
            return [run for run in runs if run.is_dir() and _is_within(run, place)]
    return []


def _is_within(run: Path, place: Path) -> bool:
    return run.resolve().is_relative_to(place.resolve())


def _path(folder: Path, sweep: str) -> Path:
    return folder / f".sweep-{digest(sweep)[:12]}.json"


def _read(path: Path) -> Mark | None:
    with suppress(OSError, ValueError, TypeError):
        content = json.loads(path.read_text("utf-8"))
        return Mark(**{**content, "folders": tuple(content["folders"])})
    return None
