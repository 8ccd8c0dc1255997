"""Load a winner from the folder that `export` wrote, or from a run's own."""

import json
import warnings
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from promptlab.chat import Answering
from promptlab.export.component import component
from promptlab.export.describe import BEFORE, FORMAT, STAGES, describe
from promptlab.export.outside import refuse_outside
from promptlab.export.pool import read_pool
from promptlab.export.winner import Winner
from promptlab.machine.extras import installed
from promptlab.program import interposed, lifted, solve
from promptlab.protocols import Ordering, OrderingToFit, Program, Retrieval, Selection
from promptlab.records.files import RESULT
from promptlab.records.fit_record import read_fit
from promptlab.route import Route
from promptlab.stages import Fitted, fit, prepared
from promptlab.types import Dataset, Example, Reply, Request, digest

T = TypeVar("T")

WINNER, POOL, VECTORS = "winner.json", "pool.jsonl", "vectors.npy"
REFERENCES = "references.jsonl"
"""The questions that a strategy learns from."""


def load(
    folder: Path | str, *, model: Answering | None = None, trust: Collection[str] = ()
) -> Winner:
    """Load a winner; no weights, no Hydra and no MLflow.

    Args:
        folder: What `python -m promptlab export` wrote; or the output folder of a finished run,
            whose data set is then read again.
        model: Who answers where a method is not told.
        trust: Modules of your own whose components it may name, `["mine"]`; they are imported.

    Raises:
        FileNotFoundError: there is neither.
        ValueError: it is damaged, of another version, or names what data may not name.
    """
    folder, trust = Path(folder), (trust,) if isinstance(trust, str) else trust
    if (folder / WINNER).is_file():
        about = read_winner(folder)
        refuse_outside(about.get("stages"), f"{folder / WINNER}: stages")
        pool = read_pool(folder / POOL) if POOL in about["files"] else []
    elif folder.is_dir() and ((folder / RESULT).is_file() or list(folder.glob("*.jsonl"))):
        about = describe(folder)
        pool = list(read_data(about, folder, trust).pool)
    else:
        raise FileNotFoundError(
            f"{folder}: neither a {WINNER}, which `python -m promptlab export RUN --out FOLDER` "
            f"writes, nor the {RESULT} of a run"
        )
    try:
        return assemble(folder, about, pool, trust=trust, model=model)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{folder}: its stages cannot be made ({error!r}); export it again") from (
            error
        )


def assemble(
    folder: Path,
    about: Mapping[str, Any],
    pool: Sequence[Example],
    *,
    trust: Collection[str] = (),
    model: Answering | None = None,
) -> Winner:
    """Make a winner of what is known of it, and of its pool."""
    stages = {**BEFORE, **about["stages"]}
    parts = {stage: component(stages[stage], stage, folder, trust) for stage in STAGES}
    selection = parts["selection"]
    if VECTORS in about["files"]:
        from promptlab.export.vectors import with_vectors  # noqa: PLC0415  numpy

        selection = with_vectors(selection, pool, folder)
    learnt = read_pool(folder / REFERENCES) if REFERENCES in about["files"] else pool
    return Winner(
        folder,
        about,
        component(about["task"], "task", folder),
        fitted(parts["retrieval"], selection, parts["ordering"], pool, folder),
        prepared(parts["strategy"], learnt),
        stages["overflow"],
        parts["tool"],
        model,
    )


def read_winner(folder: Path) -> dict[str, Any]:
    """Read `winner.json`, and hold its files against their digests.

    Raises:
        ValueError: it is of another version, or a file is not as it was written.
    """
    path = folder / WINNER
    try:
        about = json.loads(path.read_bytes())
        written, files, sealed = about["format"], dict(about["files"]), about.pop("digest")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path}: damaged ({error!r}); export the run again") from error
    if written != FORMAT:
        raise ValueError(
            f"{path}: format {written}, and this promptlab reads format {FORMAT}; export the run "
            "again, or install the promptlab that wrote it"
        )
    if sealed != digest(about):
        raise ValueError(f"{path}: changed since it was exported; export the run again")
    for name, known in files.items():
        place = folder / name
        if not place.is_file() or sha256(place.read_bytes()).hexdigest() != known:
            told = "changed since it was exported" if place.is_file() else "missing"
            raise ValueError(f"{place}: {told}; export the run again")
    return dict(about)


def read_data(about: Mapping[str, Any], folder: Path, trust: Collection[str] = ()) -> Dataset:
    """Read a run's data set again.

    Raises:
        FileNotFoundError: it is not there.
        ValueError: its pool is no longer the one that was run with.
    """
    from promptlab.records.provenance import examples_digest  # noqa: PLC0415  reads packages

    source = component(about["dataset"]["source"], "dataset", folder, trust)
    try:
        dataset: Dataset = source.load()
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{error} The data set of {folder} is read again: go to where it was run"
        ) from error
    if about["dataset"].get("leakage") == "drop":
        from promptlab.leakage import NEAR, without_leaks  # noqa: PLC0415  reads answers

        near = about["dataset"].get("leakage_threshold") or NEAR
        with warnings.catch_warnings(action="ignore"):  # it was told when it was run
            dataset = without_leaks(dataset, "drop", near)
    known = about.get("data", {}).get("pool", {}).get("digest")
    if known is not None and known != examples_digest(dataset.pool):
        raise ValueError(
            f"{folder}: the pool of {dataset.name} is not the one that was run with; it was "
            "changed since, or is read from another folder. Run again, then export"
        )
    return dataset


def fitted(
    retrieval: Retrieval,
    selection: Selection,
    ordering: Ordering | OrderingToFit,
    pool: Sequence[Example],
    folder: Path,
) -> Fitted:
    """Fit the stages; what the run's fit asked is answered by the record of it in `folder`."""
    with installed():
        return solve(
            _answered(lifted(fit(retrieval, selection, ordering, pool)), folder), Route({})
        )


def _answered(program: Program[T], folder: Path) -> Program[T]:
    known = {exchange.request: exchange.reply for exchange in read_fit(folder)}

    def each(requests: Sequence[Request]) -> Program[Sequence[Reply]]:
        if not known.keys() >= set(requests):
            raise ValueError(
                f"{folder}: the fit asks what its record does not answer; run again, then export"
            )
        yield from ()
        return [known[request] for request in requests]

    return interposed(program, each)
