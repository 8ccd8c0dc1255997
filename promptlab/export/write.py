"""Write a winner: a folder of data, checked against every trial of its run before it is there."""

import json
import shutil
import tempfile
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from promptlab.encoder.training import is_trained
from promptlab.export.component import FILE, TARGET, component
from promptlab.export.corpus import freeze_corpus
from promptlab.export.describe import describe
from promptlab.export.frozen import Frozen, freeze, freeze_ordering
from promptlab.export.load import POOL, REFERENCES, VECTORS, WINNER, fitted, load, read_data
from promptlab.export.outside import FILES
from promptlab.export.pool import pool_lines
from promptlab.export.readme import readme
from promptlab.export.verify import Asked, verify
from promptlab.export.winner import Winner, told
from promptlab.records.files import FIT, read_result, read_trials
from promptlab.records.trial_json import trial_from_line
from promptlab.stages import prepared
from promptlab.types import Dataset, Example, digest

ENCODER = "encoder"
"""The folder of an encoder that the run trained."""


def write(
    run: Path | str,
    out: Path | str,
    *,
    comparison: Sequence[str] = (),
    trust: Collection[str] = (),
) -> Winner:
    """Export the finished run of a folder; return what was exported, as it is loaded.

    Args:
        run: The run's folder.
        out: A folder that is not there yet, or is empty.
        comparison: What the comparison of its sweep says about it.
        trust: Modules of your own that the run's components are from.

    Raises:
        FileExistsError: something is in `out` already.
        FileNotFoundError: the run has not finished.
        ValueError: it is damaged; or what it was made with has changed since.
    """
    out = Path(out).absolute()
    check_empty(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with drafted(run, comparison=comparison, trust=trust, beside=out.parent) as (winner, _):
        if out.exists():
            out.rmdir()
        shutil.move(winner.folder, out)
    return load(out, trust=trust)


@contextmanager
def drafted(
    run: Path | str,
    *,
    comparison: Sequence[str] = (),
    trust: Collection[str] = (),
    beside: Path | None = None,
) -> Iterator[tuple[Winner, list[Asked]]]:
    """Yield a winner in a folder that lasts as long, and what it was held against.

    The arguments and errors are those of `write`; the folder is made in `beside`.
    """
    run = Path(run)
    about = describe(run) | {"comparison": list(comparison)}
    dataset = read_data(about, run, trust)
    asked = list(_asked(run, dataset))
    with tempfile.TemporaryDirectory(dir=beside, prefix=".export-") as draft:
        work = Path(draft) / "winner"
        work.mkdir()
        _write(work, run, about, dataset, trust)
        winner = load(work, trust=trust)
        verify(winner, asked)
        yield winner, asked


def _asks(frozen: Frozen) -> bool:
    """Say whether a frozen selection still asks while it fits."""
    return isinstance(frozen.selection.fit(frozen.pool), Generator)


def check_empty(out: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        FileExistsError: it does, or it is a file.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(
            f"{out}: there already, and not empty; expected a new place: --out, or remove it first"
        )


def _write(
    work: Path, run: Path, about: dict[str, Any], dataset: Dataset, trust: Collection[str]
) -> None:
    """Write the files of a winner into an empty folder."""
    stages = about["stages"]
    # As it was configured, with the store of embeddings that the run filled.
    configured = read_result(run)["config"]["selection"]
    selection = component(configured, "selection", run, (*trust, "promptlab.encoder.cache"))
    ordering = component(stages["ordering"], "ordering", run, trust)
    retrieval = component(stages["retrieval"], "retrieval", run, trust)
    made = fitted(retrieval, selection, ordering, dataset.pool, run)
    frozen = freeze(stages["selection"], selection, made.select, dataset.pool)
    stages["selection"] = frozen.tree
    stages["ordering"] = freeze_ordering(stages["ordering"], made.ordering, frozen.pool)
    about["fixed"] = frozen.fixed
    del about["dataset"]["source"]  # where the data lie is nobody else's affair
    stages["retrieval"] = freeze_corpus(stages["retrieval"], work)
    for stage in ("strategy", "ordering", "selection", "retrieval"):
        stages[stage] = _with_files(stages[stage], work)
    strategy = component(stages["strategy"], "strategy", work, trust)
    if (learnt := prepared(strategy, dataset.pool)) is not strategy:
        # Without the answers, unless it learns from them, too.
        asked = [Example(example.question, "") for example in dataset.pool]
        kept = asked if prepared(strategy, asked) == learnt else dataset.pool
        (work / REFERENCES).write_bytes(pool_lines(kept))
    if frozen.pool:
        (work / POOL).write_bytes(pool_lines(frozen.pool))
    if not frozen.fixed and (run / FIT).exists() and _asks(frozen):
        shutil.copyfile(run / FIT, work / FIT)
    if not frozen.fixed:
        from promptlab.export.vectors import write_vectors  # noqa: PLC0415  numpy

        write_vectors(frozen.selection, frozen.pool, work)
    text = readme(about, _example(dataset), ["knn"] if (work / VECTORS).exists() else [])
    (work / "README.md").write_text(text, "utf-8")
    seal(work, about)


def seal(folder: Path, about: dict[str, Any]) -> None:
    """Write `winner.json`, with the digests of the files beside it and its own."""
    about["files"] = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path not in (folder / WINNER, folder / "README.md")
    }
    text = json.dumps({**about, "digest": digest(about)}, ensure_ascii=False, indent=2)
    (folder / WINNER).write_bytes(text.encode("utf-8", "backslashreplace") + b"\n")


def _with_files(node: Any, work: Path) -> Any:
    """Copy the files that components read, and name the copies in their place."""
    if isinstance(node, list):
        return [_with_files(item, work) for item in node]
    if not isinstance(node, Mapping):
        return node
    tree = {key: _with_files(item, work) for key, item in node.items()}
    for field in FILES if TARGET in tree else ():
        place = tree.get(field)
        if isinstance(place, str) and place and Path(place).is_file():
            name = f"{len(list(work.iterdir()))}-{Path(place).name}"
            shutil.copyfile(place, work / name)
            tree[field] = {FILE: name}
    if is_trained(str(tree.get("name", ""))):
        shutil.copytree(tree["name"], work / ENCODER, dirs_exist_ok=True)
        tree["name"] = {FILE: ENCODER}
    return tree


def _example(dataset: Dataset) -> dict[str, Any]:
    """Return what a question of a data set is asked with, with … in the place of its texts."""
    parts = told(dataset.test[0].question)
    return {name: ["…"] * len(part) if name == "choices" else "…" for name, part in parts.items()}


def _asked(run: Path, dataset: Dataset) -> Iterator[Asked]:
    """Yield the trials of a run with their questions, which records keep without metadata."""
    pool = {example.id: example for example in dataset.pool}
    questions = {example.id: example.question for example in dataset.test}
    for line in read_trials(run):
        trial = trial_from_line(line, pool)
        yield questions.get(trial.example.id, trial.example.question), trial
