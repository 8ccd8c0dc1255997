"""What selections choose, seen without asking a model: balance, coverage, overlap, cost, a map.

Takes what a run or a sweep takes, `selection=bm25,knn` say; data set and k must be the same.
"""

import argparse
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from promptlab.analysis.inspection.chosen import Chosen
from promptlab.analysis.inspection.label_shares import LabelShares, label_shares
from promptlab.analysis.inspection.measures import measures
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
from promptlab.cli.inspection_tables import (
    as_csv,
    labels_table,
    measures_table,
    overlap_table,
    rows,
    show,
)
from promptlab.encoder.prefixes import as_passage, as_query
from promptlab.experiment import Experiment
from promptlab.index.embedding import warn_of_unknown
from promptlab.protocols import Ahead, Encoder
from promptlab.selection.counting import Counting
from promptlab.selection.told import foresee
from promptlab.stages import fit_selection
from promptlab.text.escaping import in_line
from promptlab.types import Call, Example

MAPS = (".png", ".svg", ".pdf")
"""How the names of maps end."""


def inspect(arguments: Sequence[str]) -> None:
    """Measure what every variant's selection chooses, and draw where that lies."""
    options = _options(arguments)
    _check_place(options.out, MAPS)
    if options.labels:
        _check_place(options.labels, (".csv",))
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
        others = {name: demo for each in every for name, demo in each.others.items()}
        pool, more, test = _vectors(every[0], list(others.values()), encoder)
        members = _by_id(every[0].dataset.pool, pool) | dict(zip(others, more, strict=True))
        asked = _by_id(every[0].dataset.test, test)
        found = {each.name: measures(each, members, asked) for each in every}
    shares = label_shares(every)
    show(console, [measures_table(found, len(test)), *labels_table(shares), overlap_table(every)])
    out = Path(options.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    _draw(every, pool, test, out)
    console.print(Text(in_line(str(out))), soft_wrap=True)
    if options.labels:
        _write(Path(options.labels), as_csv(shares))
        console.print(Text(in_line(options.labels)), soft_wrap=True)
    _log(experiments, every, found, shares, out)


def _check_place(name: str, ends: Sequence[str]) -> None:
    """Refuse the name of a file that could not be written in the end.

    Raises:
        ValueError: it does not end as such a file's does.
        IsADirectoryError: it is a folder.
    """
    path = Path(name)
    if path.suffix.lower() not in ends:
        raise ValueError(f"{name}: expected a name that ends in {' or '.join(ends)}")
    if path.is_dir():
        raise IsADirectoryError(f"{name}: it is a folder; expected a file")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="")


def _name(cfg: Any, line: Sequence[str], command: Sequence[str]) -> str:
    """Name a variant by what is not the same for all, or one alone by its selection's file."""
    alone = str(cfg.selection.get("_target_", "")).rpartition(".")[0].rpartition(".")[2]
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
    select = fit_selection(experiment.selection, dataset.pool)
    if isinstance(select, Generator):
        raise asks
    questions = [example.question for example in dataset.test]
    foresee(select, questions)
    if isinstance(select, Ahead):
        select.ahead(questions)
    demos = []
    counted = Counting.of(experiment.selection, select, dataset.pool, name)
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


def _vectors(
    first: Chosen, others: Sequence[Example], encoder: Encoder | None
) -> tuple[Any, Any, Any]:
    """Return the vectors of the pool, of what else is shown, and of the test."""
    pool, more = (
        [as_passage(encoder, text) for text in _read(part)] for part in (first.dataset.pool, others)
    )
    test = [as_query(encoder, text) for text in _read(first.dataset.test)]
    if encoder is not None:
        warn_of_unknown(encoder, pool)
    vectors = vectors_of([*pool, *more, *test], encoder)
    rest = len(pool) + len(more)
    return vectors[: len(pool)], vectors[len(pool) : rest], vectors[rest:]


def _read(examples: Sequence[Example]) -> list[str]:
    """Return what is compared of examples."""
    return [f"{each.question.text}\n{each.question.context}".strip() for each in examples]


def _by_id(examples: Sequence[Example], vectors: Any) -> dict[str, Any]:
    return {each.id: row for each, row in zip(examples, vectors, strict=True)}


def _draw(every: Sequence[Chosen], pool: Any, test: Any, out: Path) -> None:
    import numpy as np  # noqa: PLC0415

    from promptlab.report.figures.plane import plane_figure  # noqa: PLC0415  matplotlib

    placed = on_a_plane(np.concatenate([pool, test]))
    numbers = {each.id: number for number, each in enumerate(every[0].dataset.pool)}
    shown = {
        each.name: sorted(numbers[name] for name in each.members if name in numbers)
        for each in every
    }
    plane_figure(placed[: len(pool)], placed[len(pool) :], shown).savefig(out, dpi=110)


def _log(
    experiments: dict[str, Experiment],
    every: Sequence[Chosen],
    found: dict[str, dict[str, float]],
    shares: LabelShares,
    out: Path,
) -> None:
    """Show it in MLflow, where runs are shown there."""
    from promptlab.tracking.mlflow.environment import prepare  # noqa: PLC0415  two seconds
    from promptlab.tracking.mlflow.tracking import MLflow  # noqa: PLC0415

    tracking = next(iter(experiments.values())).tracking
    if isinstance(tracking, MLflow):
        prepare()
        from promptlab.tracking.mlflow.inspection import log_inspection  # noqa: PLC0415

        log_inspection(tracking, every[0].dataset.name, found, rows(shares), out)


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
    parser.add_argument("--labels", default="", help="the shares of all labels, too: .csv (none)")
    parser.add_argument("--config-dir", default="", help=OWN_YAML)
    return parser.parse_intermixed_args(arguments)
