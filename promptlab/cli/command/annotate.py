"""Choose what of a pool to label, and write it to a file that is to be filled in.

vote_k, the default, and complexity ask no model; uncertain and confidence_vote_k ask the one under
test. With the answers filled in, the file is a pool: dataset.pool=FILE. See docs/annotate.md.
"""

import argparse
import shlex
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from omegaconf import DictConfig
from rich.console import Console
from rich.text import Text

from promptlab.cli import label_file
from promptlab.cli.config.compose import OWN_YAML, add_search_path, build, compose
from promptlab.cli.config.overrides import rewrite_overrides
from promptlab.cli.config.stand_in import literal
from promptlab.context import with_room
from promptlab.data.files import SOURCES, stem, suffix
from promptlab.data.record.draft import KEEP
from promptlab.experiment import Experiment
from promptlab.program import interposed, lifted, solve
from promptlab.protocols import Program
from promptlab.selection.narrowed import Choice, Choosing, chosen_once, different
from promptlab.text.escaping import in_line
from promptlab.types import Example, Reply, Request

BATCH = 256
"""Most requests that are asked at a time: what an interruption may cost, for replies are stored."""
METHODS = "vote_k, confidence_vote_k, uncertain or complexity"


def annotate(arguments: Sequence[str]) -> None:
    """Choose, write, and say how it is read back."""
    options = _options(arguments)
    out = Path(options.out) if options.out else _place(options.pool)
    label_file.check_free(out)
    with warnings.catch_warnings():
        # One file is all there is to label, and nobody is to demonstrate anything.
        warnings.filterwarnings("ignore", ".* is the only file")
        experiment = _built(options)
    pool = experiment.dataset.pool or experiment.dataset.test
    if options.labelled:
        pool = with_answers(pool, Path(options.labelled))
    console = Console(highlight=False, emoji=False, soft_wrap=True)
    with console.status("choosing …") as status:
        choices = chosen(experiment, pool, lambda asked: status.update(f"{asked:,} asked …"))
    label_file.write(out, pool, choices, experiment.dataset.task)
    console.print(Text(in_line(_summary(out, pool, choices))))
    console.print(Text(in_line(_command(out, _source(options.pool)))), style="dim")


def _built(options: argparse.Namespace) -> Experiment:
    """Build what chooses; the pool is named on the command line, and by no key of a config."""
    try:
        return build(_config(options))
    except FileNotFoundError as error:
        raise FileNotFoundError(str(error).removesuffix(" Set dataset.path=")) from None


def chosen(
    experiment: Experiment, pool: Sequence[Example], tell: Callable[[int], object]
) -> Sequence[Choice]:
    """Choose by the experiment's selection; its model is asked where the method needs it.

    Raises:
        ValueError: the selection does not choose what to label.
    """
    selection = experiment.selection
    if not isinstance(selection, Choosing):
        raise ValueError(_no_method(type(selection).__name__))
    program = lifted(chosen_once(selection, pool))
    asking = with_room(_in_batches(program, tell), experiment.answerer.preview)
    return solve(asking, experiment.answerer)


def _in_batches(
    program: Program[Sequence[Choice]], tell: Callable[[int], object]
) -> Program[Sequence[Choice]]:
    asked = 0

    def each(requests: Sequence[Request]) -> Program[Sequence[Reply]]:
        nonlocal asked
        replies: list[Reply] = []
        for start in range(0, len(requests), BATCH):
            replies += yield requests[start : start + BATCH]
            asked += len(requests[start : start + BATCH])
            tell(asked)
        return replies

    return interposed(program, each)


def with_answers(pool: Sequence[Example], path: Path) -> tuple[Example, ...]:
    """Return a pool with the answers that a file of questions to label was given.

    Raises:
        ValueError: it is another file, or it is about questions that the pool has not.
    """
    answers = label_file.answers(path)
    for unknown in answers.keys() - {example.id for example in pool}:
        raise ValueError(f"{path}: it has an answer to {unknown!r}, which is not in the pool")
    return tuple(
        replace(example, answer=answers.get(example.id, example.answer)) for example in pool
    )


def _config(options: argparse.Namespace) -> DictConfig:
    """Compose a config whose data are the pool, and whose selection has the budget."""
    if options.budget < 1:
        raise ValueError(f"--budget is {options.budget}; expected a number of labels, 1 or more")
    words = list(options.overrides)
    for group, option in (("selection", "vote_k"), ("dataset", _source(options.pool))):
        if not any(word.startswith(f"{group}=") for word in words):
            words.append(f"{group}={option}")
    config = compose(add_search_path(words, options.config_dir))
    if "budget" not in config.selection:
        raise ValueError(_no_method(str(config.selection.get("_target_")).rpartition(".")[2]))
    config.selection.budget = options.budget
    config.k = min(config.k, options.budget)
    config.dataset.path = literal(options.pool)
    if config.dataset.task.get("unanswerable") is None:
        config.dataset.task.unanswerable = KEEP
    return config


def _no_method(name: str) -> str:
    return (
        f"annotate: selection is {name}, which takes demonstrations for a question and does not "
        f"choose what to label; expected selection={METHODS}"
    )


def _source(pool: str) -> str:
    """Return how a file is read, or the files of a folder where all are of one kind."""
    place = Path(pool)
    files = list(place.iterdir()) if place.is_dir() else [place]
    kinds = {SOURCES[suffix(file).lower()] for file in files if suffix(file).lower() in SOURCES}
    return kinds.pop() if len(kinds) == 1 else "jsonl"


def _place(pool: str) -> Path:
    """Name the file that is written here: after the pool, and a table where that is one."""
    name = Path(pool).resolve().name
    ending = ".csv" if _source(pool) == "csv" else ".jsonl"
    return Path(f"{stem(Path(name))}-to-label{ending}")


def _summary(out: Path, pool: Sequence[Example], choices: Sequence[Choice]) -> str:
    answered = sum(bool(pool[choice.index].answer) for choice in choices)
    known = f" (with an answer already: {answered:,})" if answered else ""
    again = len(pool) - len(different(pool))
    copies = f" (asked again there, and not chosen twice: {again:,})" if again else ""
    what = f"{len(choices):,} of {len(pool):,} questions to label{copies}"
    return f"{what}, the most wanted first: {out}{known}"


def _command(out: Path, source: str) -> str:
    """Say how the file is read back, beside a test that is a file as the pool's is."""
    word = shlex.quote(f"dataset.pool={out.absolute()}")
    return f"filled in: python -m promptlab dataset={source} dataset.path=TEST {word}"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser("promptlab annotate", description=about, epilog=more)
    parser.add_argument("pool", help="a file (.jsonl, .csv, .parquet), whose answers may be empty")
    parser.add_argument(
        "overrides", nargs="*", help=f"as for a run: selection={METHODS}; model=… encoder=…"
    )
    parser.add_argument("--budget", type=int, default=50, help="how many to label (50)")
    parser.add_argument(
        "--out", default="", help="what is written: .jsonl or .csv (POOL-to-label, in this folder)"
    )
    parser.add_argument(
        "--labelled", default="", help="answers of an earlier round: a file that annotate wrote"
    )
    parser.add_argument("--config-dir", default="", help=OWN_YAML)
    options = parser.parse_intermixed_args(arguments)
    options.overrides = rewrite_overrides(options.overrides)
    return options
