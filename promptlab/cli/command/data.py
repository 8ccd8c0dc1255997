"""Say what was understood of a folder or file of data, and how to use it; ask no model."""

import argparse
import csv
import re
import shlex
import warnings
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from rich.console import Console
from rich.table import Table
from rich.text import Text

from promptlab.cli.config.component import component
from promptlab.cli.config.compose import compose
from promptlab.cli.config.overrides import rewrite_overrides
from promptlab.cli.config.validate import check
from promptlab.cli.console import width
from promptlab.data.fields import Fields
from promptlab.data.files import SOURCES, resolve, suffix
from promptlab.data.overview import (
    FieldFacts,
    answers_of,
    are_classes,
    fields_of,
    quantiles,
    read_files,
)
from promptlab.data.record.row import Row
from promptlab.leakage import NEAR, check_threshold, leaks, told
from promptlab.protocols import Model
from promptlab.report.spreadsheet import cell
from promptlab.selection.exclusion import plain
from promptlab.text.escaping import in_line
from promptlab.text.unicode import HAN
from promptlab.types import Dataset, Example, Message, Prompt

SHOWN = 12
"""Answers that are listed."""
MEASURED = 500
"""Questions whose tokens are counted."""
WIDE = 48
"""Characters of an example that are shown."""
SPLIT = "dataset.pool_size=0.5"
KIND = "dataset.task.answer"


def data(arguments: Sequence[str]) -> None:
    """Print fields, answers, lengths, duplicates and leaks, and the command line to go on with."""
    options = _options(arguments)
    console = Console(width=width(), highlight=False, emoji=False)
    overrides = [f"dataset={source_of(options.path)}", f"dataset.path={options.path}"]
    overrides += options.overrides
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        overrides, source, rows = _read(overrides)
        dataset = source.load()
        if are_classes(dataset) and not any(word.startswith(KIND) for word in overrides):
            overrides = [*overrides, f"{KIND}=label"]
            dataset = component("dataset", plain_config(overrides)["dataset"]).load()
        config = plain_config(overrides)
        model, near = component("model", config["model"]), config["leakage_threshold"]
    check_threshold(near)
    for line in overview(rows, source.fields, dataset, model, near):
        console.print(line if isinstance(line, Table) else Text(in_line(line)), soft_wrap=True)
    for note in dict.fromkeys(str(note.message) for note in notes):
        console.print(Text(in_line(f"! {note}")), soft_wrap=True)
    if options.leaks:
        _write_leaks(Path(options.leaks), dataset, near)
        console.print(Text(in_line(options.leaks)), soft_wrap=True)
    console.print(Text(f"\nGo on with:\n{in_line(command(dataset, overrides))}"), soft_wrap=True)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab data", description=__doc__)
    parser.add_argument(
        "path", help="a folder with train and test, or one file: JSON, CSV, Parquet"
    )
    parser.add_argument(
        "overrides", nargs="*", metavar="dataset.…=…", help="how it is read: dataset.fields.answer="
    )
    parser.add_argument("--leaks", default="", help="all pairs of test and pool, too: .csv (none)")
    return parser.parse_intermixed_args(arguments)


def source_of(path: str) -> str:
    """Name the source of a file, or of what a folder holds most of.

    Raises:
        FileNotFoundError: there is no such place.
        ValueError: it holds nothing that is read.
    """
    place = resolve(path)
    files = [place] if place.is_file() else sorted(each for each in place.iterdir())
    kinds = [SOURCES[suffix(each).lower()] for each in files if suffix(each).lower() in SOURCES]
    if kinds:
        return max(dict.fromkeys(kinds), key=kinds.count)
    names = ", ".join(each.name for each in files[:10]) or "nothing"
    raise ValueError(
        f"{path}: expected {', '.join(SOURCES)} (.gz too), and there is {names}; what lies on the "
        "Hugging Face hub is read with dataset=hf dataset.path=NAME"
    )


def _read(overrides: list[str]) -> tuple[list[str], Any, dict[str, list[Row]]]:
    """Read the records; of one file, one half becomes the pool where nothing else is said."""
    source = component("dataset", plain_config(overrides)["dataset"])
    rows = read_files(source)
    if "pool" in rows or source.pool_size is not None:
        return overrides, source, rows
    overrides = [*overrides, SPLIT]
    return overrides, component("dataset", plain_config(overrides)["dataset"]), rows


def plain_config(overrides: Sequence[str]) -> dict[str, Any]:
    """Compose what is said of data, leaks and model, as plain data."""
    cfg = compose(rewrite_overrides(overrides))
    check("leakage_threshold", cfg.leakage_threshold, float)
    keys = ("dataset", "model")
    known = {key: OmegaConf.to_container(cfg[key], resolve=True) for key in keys}
    return known | {"leakage_threshold": cfg.leakage_threshold}


def overview(
    rows: Mapping[str, Sequence[Row]],
    fields: Fields,
    dataset: Dataset,
    model: Model,
    near: float = NEAR,
) -> Iterator[str | Table]:
    """Say what there is, a line or a table for each thing."""
    yield (
        f"{dataset.name}: {len(dataset.pool)} examples to demonstrate, {len(dataset.test)} to ask"
        f"{'' if 'pool' in rows else ', drawn by dataset.seed from one file'}"
    )
    yield _fields(fields_of([row for some in rows.values() for row in some], fields))
    yield from _answers(dataset)
    yield from _lengths(dataset, model)
    yield from _repetitions(dataset, near)


def _fields(facts: Sequence[FieldFacts]) -> Table:
    table = Table(box=None)
    for column in ("field", "filled", "kind", "the first", "read as"):
        table.add_column(column)
    for each in facts:
        example = str(each.example if each.example is not None else "")[:WIDE]
        row = (each.name, f"{each.filled:,}", each.kind, example, each.role)
        table.add_row(*(Text(in_line(cell)) for cell in row))
    return table


def _answers(dataset: Dataset) -> Iterator[str | Table]:
    """Say what kind of answer there is, and the answers that are given."""
    kind = dataset.task.answer
    counts = answers_of(dataset.pool, dataset.test)
    yield f"answers: {kind}, {len(counts)} different ones (dataset.task.answer={kind} says so)"
    if kind in ("label", "yes_no") or len(counts) <= SHOWN:
        yield _counts(counts)
    if reasoned := sum(bool(example.rationale) for example in dataset.pool):
        yield f"{reasoned} of the pool have a rationale, which strategy=cot shows"


def _counts(counts: Sequence[tuple[str, int, int]]) -> Table:
    table = Table(box=None)
    table.add_column("answer")
    for part in ("pool", "test"):
        table.add_column(part, justify="right")
    for answer, pool, test in counts[:SHOWN]:
        table.add_row(Text(in_line(answer or "(none)")), f"{pool:,}", f"{test:,}")
    if len(counts) > SHOWN:
        table.add_row("…")
    return table


def _lengths(dataset: Dataset, model: Model) -> Iterator[str]:
    """Say how long the questions and answers are."""
    for name, part in (("pool", dataset.pool), ("test", dataset.test)):
        if part:
            some = part[:MEASURED]
            counts = [model.preview(_prompt(example)).tokens for example in some]
            known = [count for count in counts if count is not None]
            unit = "tokens" if len(known) == len(some) else "characters"
            lengths = known if unit == "tokens" else [len(_prompt(each).text) for each in some]
            least, middle, most = quantiles(lengths)
            yield f"length of a question of the {name}: {least} to {most} {unit}, median {middle}"


def _prompt(example: Example) -> Prompt:
    question = example.question
    whole = "\n".join([question.context, question.text, *question.choices]).strip()
    return Prompt((Message("text", whole),))


def _repetitions(dataset: Dataset, near: float) -> Iterator[str]:
    """Say what stands twice in pool or test, and what stands in both."""
    for name, part in (("pool", dataset.pool), ("test", dataset.test)):
        keys = [plain(example.question) for example in part]
        if twice := len(keys) - len(set(keys)):
            yield f"repeated in the {name}: {twice} questions"
    found = leaks(dataset.pool, dataset.test, near)
    yield told(dataset, found, near) if found else "no question of the test stands in the pool"


def _write_leaks(path: Path, dataset: Dataset, near: float) -> None:
    """Write each pair of a question and the member of the pool that it stands in as."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("how", "test", "pool", "asked", "shown"))
    for leak in leaks(dataset.pool, dataset.test, near):
        pair = (dataset.test[leak.test].question, dataset.pool[leak.pool].question)
        row = (leak.how, *(each.id for each in pair), *(each.text for each in pair))
        writer.writerow(map(cell, row))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), "utf-8", newline="")


def command(dataset: Dataset, overrides: Sequence[str]) -> str:
    """Write the command line that runs some variants on the data."""
    kind = dataset.task.answer
    template = (
        f"{'classify' if kind == 'label' else 'qa'}{'_zh' if _is_chinese(dataset) else ''}_v1"
    )
    strategy = "choose" if kind in ("label", "choice", "yes_no") else "direct"
    k = min(4, len(dataset.pool))
    selection = f"selection=random,bm25 k={k}" if k else "selection=zero"
    words = ["python -m promptlab", *(["-m"] if k else []), *map(shlex.quote, overrides)]
    return " ".join([*words, f"template={template} strategy={strategy} {selection}"])


def _is_chinese(dataset: Dataset) -> bool:
    """Tell whether most of what is asked is in a writing without spaces, and has Han characters."""
    asked = "".join(example.question.text for example in dataset.test[:MEASURED])
    return 2 * len(re.findall(f"[{HAN}]", asked)) > len(asked)
