"""What selections choose, seen without asking a model: balance, coverage, overlap, cost, a map.

Takes what a run or a sweep takes, `selection=bm25,knn` say; data set and k must be the same.
"""

import argparse
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from promptlab.analysis.inspection.chosen import Chosen
from promptlab.analysis.inspection.measures import balance, measures, overlap
from promptlab.analysis.inspection.places import on_a_plane, vectors_of
from promptlab.cli.config.component import component
from promptlab.cli.config.compose import (
    OWN_YAML,
    add_search_path,
    build,
    compose,
    variant_name,
    variants,
)
from promptlab.cli.console import width
from promptlab.encoder.prefixes import as_passage, as_query
from promptlab.experiment import Experiment
from promptlab.protocols import Ahead, Encoder
from promptlab.selection.counting import Counting
from promptlab.selection.told import foresee
from promptlab.text.escaping import in_line
from promptlab.types import Call, Example

SHARES = ("shown", "labels_apart", "label_entropy", "vote")
"""Measures that are shares of one, in per cent."""
LABELS = 12
"""Labels that are listed."""


def inspect(arguments: Sequence[str]) -> None:
    """Measure what every variant's selection chooses, and draw where that lies."""
    options = _options(arguments)
    console = Console(width=width(), highlight=False, emoji=False)
    lines = variants(add_search_path(options.overrides, options.config_dir))
    configs = [compose(line) for line in lines]
    experiments = {
        _name(cfg, line if len(lines) > 1 else [], options.overrides): build(cfg)
        for cfg, line in zip(configs, lines, strict=True)
    }
    _check_alike(experiments)
    with console.status("choosing"):
        every = [chosen(name, experiment) for name, experiment in experiments.items()]
        encoder = _encoder(configs[0], options.by)
        pool, test = _vectors(every[0], encoder)
        found = {each.name: measures(each, *_by_id(each, pool, test)) for each in every}
    for table in (_measures(found), _balance(every), _overlap(every)):
        if table.row_count:
            console.print(table)
    out = Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    _draw(every, pool, test, out)
    console.print(Text(in_line(str(out))), soft_wrap=True)
    _log(experiments, every, found, out)


def _name(cfg: Any, line: Sequence[str], command: Sequence[str]) -> str:
    """Name a variant by what is not the same for all, or one alone by its selection."""
    alone = str(cfg.selection.get("_target_", "")).rpartition(".")[2]
    return str(cfg.name or (variant_name(line, command) if line else alone))


def chosen(name: str, experiment: Experiment) -> Chosen:
    """Select for every question of a test.

    Raises:
        ValueError: the selection asks a model.
    """
    asks = ValueError(
        f"{name}: this selection asks the model, and inspect asks nobody; expected one that "
        "chooses by itself, as bm25, knn and random do, or a run of it"
    )
    dataset = experiment.dataset
    if not dataset.pool:
        raise ValueError(f"{name}: the pool is empty, so that there is nothing to choose from")
    select = experiment.selection.fit(dataset.pool)
    if isinstance(select, Generator):
        raise asks
    questions = [example.question for example in dataset.test]
    foresee(select, questions)
    if isinstance(select, Ahead):
        select.ahead(questions)
    demos = []
    counted = Counting.of(experiment.selection, select)
    for question in questions:
        some = counted(question)
        if isinstance(some, Generator):
            raise asks
        demos.append(some)
    counted.tell(len(questions))
    tokens = [_tokens(experiment, q, some) for q, some in zip(questions, demos, strict=True)]
    return Chosen(name, dataset, demos, tokens)


def _tokens(experiment: Experiment, question: Any, demos: Sequence[Any]) -> int | None:
    """Count the tokens of what the strategy asks first; None where nothing counts them."""
    program = experiment.asking.solve(question, demos)
    asked = next((each for each in next(program, ()) if not isinstance(each, Call)), None)
    program.close()
    return None if asked is None else experiment.answerer.preview(asked.to, asked.prompt).tokens


def _check_alike(experiments: dict[str, Experiment]) -> None:
    """Refuse variants of different data: nothing of them can be compared."""
    (name, first), *others = experiments.items()
    for other, experiment in others:
        if experiment.dataset != first.dataset:
            raise ValueError(
                f"{other} and {name} have different data; expected one data set: inspect them apart"
            )


def _encoder(cfg: Any, by: str) -> Encoder | None:
    from omegaconf import OmegaConf  # noqa: PLC0415

    if by == "words":
        return None
    made: Encoder = component(
        "encoder", OmegaConf.to_container(cfg.encoder, resolve=True, throw_on_missing=True)
    )
    return made


def _vectors(first: Chosen, encoder: Encoder | None) -> tuple[Any, Any]:
    """Return the vectors of pool and test."""
    pool = [as_passage(encoder, text) for text in _read(first.dataset.pool)]
    test = [as_query(encoder, text) for text in _read(first.dataset.test)]
    vectors = vectors_of([*pool, *test], encoder)
    return vectors[: len(pool)], vectors[len(pool) :]


def _read(examples: Sequence[Example]) -> list[str]:
    """Return what is compared of examples."""
    return [f"{each.question.text}\n{each.question.context}".strip() for each in examples]


def _by_id(of: Chosen, pool: Any, test: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    dataset = of.dataset
    return (
        {each.id: row for each, row in zip(dataset.pool, pool, strict=True)},
        {each.id: row for each, row in zip(dataset.test, test, strict=True)},
    )


def _measures(found: dict[str, dict[str, float]]) -> Table:
    table = Table(title="what is chosen", box=None, title_justify="left")
    names = list(dict.fromkeys(name for each in found.values() for name in each))
    table.add_column("selection")
    for name in names:
        table.add_column(f"{name} %" if name in SHARES else name, justify="right")
    for selection, each in found.items():
        cells = [_number(name, each.get(name)) for name in names]
        table.add_row(Text(in_line(selection)), *cells)
    return table


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name in SHARES:
        return f"{100 * value:.1f}"
    return f"{value:.0f}" if name == "tokens" else f"{value:.3f}"


def _balance(every: Sequence[Chosen]) -> Table:
    """Show the shares of the labels in the pool, and among what is shown."""
    table = Table(title="labels, %", box=None, title_justify="left")
    task = every[0].dataset.task
    if task.answer not in ("label", "yes_no", "choice"):
        return table
    whole = balance(every[0].dataset.pool)
    for name in ("label", "pool", *(each.name for each in every)):
        table.add_column(Text(in_line(name)), justify="left" if name == "label" else "right")
    shares = [balance([demo for demos in each.demos for demo in demos]) for each in every]
    for label in list(whole)[:LABELS]:
        cells = (f"{100 * share.get(label, 0):.1f}" for share in (whole, *shares))
        table.add_row(Text(in_line(label)), *cells)
    return table


def _overlap(every: Sequence[Chosen]) -> Table:
    """Show how much two selections choose the same."""
    table = Table(title="alike, %", box=None, title_justify="left")
    if len(every) < 2:
        return table
    for name in ("", *(each.name for each in every)):
        table.add_column(Text(in_line(name)), justify="right" if name else "left")
    for one in every:
        cells = (f"{100 * overlap(one, other):.1f}" for other in every)
        table.add_row(Text(in_line(one.name)), *cells)
    return table


def _draw(every: Sequence[Chosen], pool: Any, test: Any, out: Path) -> None:
    import numpy as np  # noqa: PLC0415

    from promptlab.report.figures.plane import plane_figure  # noqa: PLC0415  matplotlib

    placed = on_a_plane(np.concatenate([pool, test]))
    numbers = {each.id: number for number, each in enumerate(every[0].dataset.pool)}
    shown = {each.name: sorted(numbers[name] for name in each.members) for each in every}
    plane_figure(placed[: len(pool)], placed[len(pool) :], shown).savefig(out, dpi=110)


def _log(
    experiments: dict[str, Experiment],
    every: Sequence[Chosen],
    found: dict[str, dict[str, float]],
    out: Path,
) -> None:
    """Show it in MLflow, where runs are shown there."""
    from promptlab.tracking.mlflow.environment import prepare  # noqa: PLC0415  two seconds
    from promptlab.tracking.mlflow.tracking import MLflow  # noqa: PLC0415

    tracking = next(iter(experiments.values())).tracking
    if isinstance(tracking, MLflow):
        prepare()
        from promptlab.tracking.mlflow.inspection import log_inspection  # noqa: PLC0415

        log_inspection(tracking, every[0].dataset.name, found, out)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser("promptlab inspect", description=about, epilog=more)
    parser.add_argument("overrides", nargs="*", help="as for a run: dataset=… selection=bm25,knn …")
    parser.add_argument(
        "--by",
        choices=("encoder", "words"),
        default="encoder",
        help="what similarity is: of the encoder's vectors, or of words (TF-IDF) (encoder)",
    )
    parser.add_argument("--out", default="inspect.png", help="the map: .png, .svg (inspect.png)")
    parser.add_argument("--config-dir", default="", help=OWN_YAML)
    return parser.parse_intermixed_args(arguments)
