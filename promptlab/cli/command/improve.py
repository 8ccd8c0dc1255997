"""Improve a variant: a model proposes instructions, the best is measured on the test.

Proposals are asked of the role `writer` (the model under test, or model@writer=…), judged on
examples of the pool that are set apart, never on the test, and raced, so that hopeless ones cost
little. Each is a run of its own. At the end the best and the start answer the test. The same
command goes on with a search that was stopped, and a larger --budget extends it.
"""

import argparse
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import yaml
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from promptlab.analysis.racing.record import Rules
from promptlab.cli.config.compose import OWN_YAML, add_search_path, build, variants, with_folder
from promptlab.cli.config.folder import sweep_name
from promptlab.cli.config.nearest import nearest
from promptlab.cli.config.overrides import quote
from promptlab.cli.config.stand_in import literal
from promptlab.cli.console import width
from promptlab.cli.sweep_summary import running_python
from promptlab.experiment import Experiment
from promptlab.improve.ape import APE
from promptlab.improve.dspy_optimiser import By, DSPyOptimiser
from promptlab.improve.opro import OPRO
from promptlab.improve.record import IMPROVE, START, Candidate
from promptlab.improve.search import Propose, Search, Watch, asking
from promptlab.strategy.dspy_program import DSPyProgram
from promptlab.template.as_file import as_prompt_file
from promptlab.text.escaping import in_line
from promptlab.types import Sampling

WRITERS = {"opro": OPRO, "ape": APE}
COMPILING = 60
"""Per cent of the budget that DSPy may spend; the rest is for the race."""
ANSWER = 64
"""New tokens of an answer in DSPy's format."""
BY = (*WRITERS, *get_args(By))
"""Who proposes: programs of ours, and DSPy's optimisers."""


def improve(arguments: Sequence[str]) -> None:
    """Search for a better instruction, and say what came of it."""
    options = _options(arguments)
    # A file of its own: what DSPy prints is kept away from the other.
    console = Console(file=sys.stdout, width=width(), highlight=False, emoji=False)
    (overrides,) = _one(options.overrides)
    folder = folder_of(options, Path(options.outputs))
    vary = _Vary(overrides, folder, instructions=options.by in WRITERS)
    if options.metric not in vary.start.metric:
        known = nearest(options.metric, list(vary.start.metric))
        raise ValueError(f"--metric {options.metric}: not measured; {known}")
    propose, steps = _proposing(options, vary, folder)
    with spending(options.budget, console) as watch:
        search = Search(
            vary,
            propose,
            steps,
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
        console.print(Text(in_line(_written(content, vary, folder))), soft_wrap=True)
    console.print(Text(in_line(str(folder / IMPROVE))), style="dim", soft_wrap=True)


class _Vary:
    """Makes the variants of a search; their sweep, in MLflow, is the search.

    A candidate is an instruction, or the file of a DSPy program.
    """

    def __init__(self, overrides: Sequence[str], folder: Path, *, instructions: bool) -> None:
        self.overrides, self.folder, self.instructions = overrides, folder, instructions
        config = with_folder(overrides, overrides, folder)
        self.instruction = str(config.dataset.task.instruction)
        self.start = build(config)

    def __call__(self, candidate: Candidate) -> Experiment:
        """Make one."""
        words = list(self.overrides)
        if candidate.name != START and not self.instructions:
            words = with_program(words, candidate.text, self.signature)
        config = with_folder(words, words, self.folder)
        if candidate.name != START and self.instructions:
            config.dataset.task.instruction = literal(candidate.text)
        config.sweep = literal(self.folder.name)
        config.name = literal(candidate.name)
        return build(config)

    @property
    def signature(self) -> str:
        """What DSPy is told of the questions: what any of the pool has."""
        pool = [example.question for example in self.start.dataset.pool]
        extra = {"context": any(q.context for q in pool), "choices": any(q.choices for q in pool)}
        named = ["question", *(name for name, there in extra.items() if there)]
        return f"{', '.join(named)} -> answer"

    def check_shown(self) -> None:
        """Refuse a variant in whose prompts no instruction can be seen.

        Raises:
            ValueError: it is one.
        """
        probe = self(Candidate("probe", "⁂"))
        question = self.start.dataset.test[0].question
        asked = [next(each.strategy.solve(question, ())) for each in (self.start, probe)]
        if asked[0] == asked[1]:
            raise ValueError(
                "improve: no prompt of this variant shows dataset.task.instruction, so that no "
                "other could be better; expected a strategy with a template that shows it, or "
                "--by bootstrap, mipro, gepa or copro, which bring a prompt of their own"
            )


def with_program(words: Sequence[str], path: str, signature: str) -> list[str]:
    """Return a variant's overrides with a DSPy program for a strategy."""
    others = [word for word in words if not word.startswith(("strategy=", "strategy."))]
    told = [f"strategy.path={quote(literal(path))}", f"strategy.signature={quote(signature)}"]
    return [*others, "strategy=dspy", *told, f"strategy.sampling.max_tokens={ANSWER}"]


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


def _proposing(options: argparse.Namespace, vary: _Vary, folder: Path) -> tuple[Propose, int]:
    """Make who proposes, and how often; what is not said is as in the paper, or as DSPy has it."""
    told = {"seed": options.seed} | ({"proposals": options.proposals} if options.proposals else {})
    if options.by in WRITERS:
        vary.check_shown()
        writing = WRITERS[options.by](**told)
        return asking(writing), options.steps or writing.steps
    task, metric = vary.start.dataset.task, vary.start.metric[options.metric]
    strategy = DSPyProgram(task, vary.signature, sampling=Sampling(max_tokens=ANSWER))
    files = folder / "programs"
    share = options.budget * COMPILING // 100
    return DSPyOptimiser(options.by, strategy, metric, files, share, **told), 1


def folder_of(options: argparse.Namespace, outputs: Path) -> Path:
    """Name a search's folder after what decides it.

    Neither the budget nor the steps do: a search that was stopped goes on when given more.
    """
    names = ("by", "judge", "alpha", "block", "metric", "seed", "proposals")
    words = [f"{name}={getattr(options, name)}" for name in names]
    return outputs / f"improve-{sweep_name([*options.overrides, *words])}"


def _written(content: dict[str, Any], vary: _Vary, folder: Path) -> str:
    """Write the best as a variant of its own; return the command that runs it."""
    if not vary.instructions:
        words = with_program(vary.overrides, content["text"], vary.signature)
        return f"{running_python()} -m promptlab {shlex.join(words)}"
    path = folder / "conf" / "variant" / "improved.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    task = {"instruction": literal(content["text"])}
    body = yaml.safe_dump({"dataset": {"task": task}}, allow_unicode=True, sort_keys=False)
    words = ["--config-dir", str(folder / "conf"), *vary.overrides, "variant=improved"]
    command = f"-m promptlab {shlex.join(words)}"
    head = f"# @package _global_\n# What improve found: python {in_line(command)}\n"
    path.write_text(head + body, "utf-8")
    file = _file(content["text"], vary, folder)
    if file is None:
        return f"{running_python()} {command}"
    kept = [word for word in vary.overrides if not word.startswith(("template", "prompt=", "edit"))]
    return f"{running_python()} -m promptlab {shlex.join([*kept, f'prompt={file}'])}"


def _file(instruction: str, vary: _Vary, folder: Path) -> Path | None:
    """Write the best as a prompt file, where one says byte for byte what was measured."""
    best = vary(Candidate("best", instruction))
    task, template = best.dataset.task, getattr(best.strategy, "template", None)
    file = as_prompt_file(template, task) if template else None
    if file is None:
        return None
    again = replace(best.strategy, template=file)  # type: ignore[type-var]
    pool, questions = best.dataset.pool, [each.question for each in best.dataset.test]
    for question in questions:
        for demos in ((), pool[:2]):
            asked = [next(each.solve(question, demos)) for each in (best.strategy, again)]
            if asked[0] != asked[1]:
                return None
    path = folder / f"improved{Path(file.path).suffix}"
    path.write_text(file.text, "utf-8")
    return path


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
