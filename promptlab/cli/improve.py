"""Improve a variant: a model proposes instructions, the best is measured on the test.

Proposals are asked of the role `writer` (the model under test, or model@writer=…), judged on
examples of the pool that are set apart, never on the test, and raced, so that hopeless ones cost
little. Each is a run of its own. At the end the best and the start answer the test. The same
command goes on with a search that was stopped, and a larger --budget extends it.
"""

import argparse
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from omegaconf import DictConfig
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from promptlab.analysis.racing.record import Rules
from promptlab.cli.config.compose import OWN_YAML, add_search_path, build, variants, with_folder
from promptlab.cli.config.folder import sweep_name
from promptlab.cli.config.stand_in import literal
from promptlab.cli.console import width
from promptlab.cli.sweep_summary import running_python
from promptlab.escaping import in_line
from promptlab.experiment import Experiment
from promptlab.improve.ape import APE
from promptlab.improve.opro import OPRO
from promptlab.improve.record import IMPROVE, START, Candidate
from promptlab.improve.search import Optimiser, Search, Watch

BY = ("opro", "ape")


def improve(arguments: Sequence[str]) -> None:
    """Search for a better instruction, and say what came of it."""
    options = _options(arguments)
    console = Console(width=width(), highlight=False, emoji=False)
    (overrides,) = _one(options.overrides)
    folder = folder_of(options, Path(options.outputs))
    vary = _Vary(overrides, folder)
    with spending(options.budget, console) as watch:
        search = Search(
            vary,
            _optimiser(options),
            vary.instruction,
            folder,
            options.budget,
            options.judge,
            Rules(options.alpha, options.block, None, options.metric, options.seed),
            watch,
        )
        content = search.run()
    console.print(Text(in_line(content["verdict"])), soft_wrap=True)
    if content["best"] != START:
        console.print(Text(in_line(content["text"]), "bold"), soft_wrap=True)
        console.print(Text(in_line(_written(content, overrides, folder))), soft_wrap=True)
    console.print(Text(in_line(str(folder / IMPROVE))), style="dim", soft_wrap=True)


class _Vary:
    """Makes the variants of a search; their sweep, in MLflow, is the search."""

    def __init__(self, overrides: Sequence[str], folder: Path) -> None:
        self.overrides, self.folder = overrides, folder
        self.instruction = str(self._composed().dataset.task.instruction)

    def __call__(self, candidate: Candidate) -> Experiment:
        config = self._composed()
        if candidate.name != START:
            config.dataset.task.instruction = literal(candidate.text)
        config.sweep = literal(self.folder.name)
        config.name = literal(candidate.name)
        return build(config)

    def _composed(self) -> DictConfig:
        return with_folder(self.overrides, self.overrides, self.folder)


def _one(overrides: Sequence[str]) -> list[list[str]]:
    """Return the only variant of what was asked.

    Raises:
        ValueError: it is a sweep.
    """
    found = variants(overrides)
    if len(found) != 1:
        raise ValueError(
            f"improve was given {len(found)} variants; expected one: a sweep or a race finds which"
        )
    return found


def _optimiser(options: argparse.Namespace) -> Optimiser:
    """Make who proposes; what is not said is as in the paper."""
    told = {"steps": options.steps, "proposals": options.proposals}
    given = {key: value for key, value in told.items() if value} | {"seed": options.seed}
    return OPRO(**given) if options.by == "opro" else APE(**given)


def folder_of(options: argparse.Namespace, outputs: Path) -> Path:
    """Name a search's folder after what decides it.

    Neither the budget nor the steps do: a search that was stopped goes on when given more.
    """
    names = ("by", "judge", "alpha", "block", "metric", "seed", "proposals")
    words = [f"{name}={getattr(options, name)}" for name in names]
    return outputs / f"improve-{sweep_name([*options.overrides, *words])}"


def _written(content: dict[str, Any], overrides: Sequence[str], folder: Path) -> str:
    """Write the best as a variant of its own; return the command that runs it."""
    path = folder / "conf" / "variant" / "improved.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    task = {"instruction": literal(content["text"])}
    body = yaml.safe_dump({"dataset": {"task": task}}, allow_unicode=True, sort_keys=False)
    command = shlex.join([*overrides, f"--config-dir={folder / 'conf'}", "variant=improved"])
    head = f"# @package _global_\n# What improve found: python -m promptlab {in_line(command)}\n"
    path.write_text(head + body, "utf-8")
    return f"{running_python()} -m promptlab {command}"


@contextmanager
def spending(budget: int, console: Console) -> Iterator[Watch]:
    """Show a bar over the tokens of a budget."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} tokens"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=budget)
        yield lambda spent, what: bar.update(
            task, completed=min(spent, budget), description=in_line(what)
        )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser("promptlab improve", description=about, epilog=more)
    parser.add_argument("overrides", nargs="*", help="as for one variant: experiment=… k=4 …")
    parser.add_argument("--by", choices=BY, required=True, help="who proposes")
    parser.add_argument(
        "--budget",
        type=int,
        required=True,
        help="tokens, read and written, of proposing and judging; the test at the end comes on top",
    )
    parser.add_argument("--judge", type=int, default=100, help="examples to judge on (100)")
    parser.add_argument("--steps", type=int, default=0, help="most steps (the paper's)")
    parser.add_argument("--proposals", type=int, default=0, help="of a step (the paper's)")
    parser.add_argument("--block", type=int, default=20, help="as in a race (20)")
    parser.add_argument("--alpha", type=float, default=0.05, help="as in a race (0.05)")
    parser.add_argument("--metric", default="accuracy", help="the score that decides (accuracy)")
    parser.add_argument("--seed", type=int, default=0, help="of all draws (0)")
    parser.add_argument("--outputs", default="outputs", help="what holds the search's folder")
    parser.add_argument("--config-dir", default="", help=OWN_YAML)
    options = parser.parse_intermixed_args(arguments)
    options.overrides = add_search_path(options.overrides, options.config_dir)
    return options
