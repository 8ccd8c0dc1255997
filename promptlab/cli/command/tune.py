"""Train an adapter of a model on the pool that demonstrations come from.

"python -m promptlab tune dataset=… model=… out=adapter" writes a folder. What is learnt are the
prompts that a run would ask of the pool with the same words, and the right replies; no
demonstrations are shown, unless selection=… says so. A part of the pool is set apart and tells
when to stop. tuning=prompt trains soft prompts in place of LoRA; tuning.epochs=… and the like say
how. The adapter is a model like any other: model.adapter=adapter. See docs/tuning.md.
"""

import argparse
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from promptlab.cli.config.component import component
from promptlab.cli.config.compose import OWN_YAML, add_search_path, build, compose
from promptlab.cli.config.overrides import rewrite_overrides
from promptlab.cli.console import width
from promptlab.experiment import Experiment
from promptlab.text.escaping import in_line
from promptlab.tuning.settings import Tuning
from promptlab.tuning.tune import Watch
from promptlab.tuning.tune import tune as run_tune

OUT = "out="
DEFAULTS = ("tuning=lora", "selection=zero")
"""What is meant where nothing is said: no demonstrations, which are what tuning is held against."""


def tune(arguments: Sequence[str]) -> None:
    """Train, write, and say what came of it and how it is asked."""
    options = _options(arguments)
    out = Path(options.out).expanduser()
    experiment, tuning = composed(options.overrides, options.config_dir)
    console = Console(file=sys.stdout, width=width(), highlight=False, emoji=False)
    try:
        with _bar(console) as watch:
            told = run_tune(experiment, tuning, out, watch)
    except KeyboardInterrupt:
        _stop(f"interrupted before the first epoch had ended: nothing is written to {out}")
    console.print(Text(in_line(summary(told))), soft_wrap=True)
    console.print(Text(in_line(_command(out, options.overrides))), style="dim", soft_wrap=True)
    if told["ended"] == "interrupted":
        _stop(f"interrupted; the best epoch until then is in {out}; the same command begins anew")


def composed(overrides: Sequence[str], config_dir: str = "") -> tuple[Experiment, Tuning]:
    """Make what the words describe: the experiment whose pool is learnt, and how."""
    said = [word.partition("=")[0] for word in overrides]
    words = [*(word for word in DEFAULTS if word.partition("=")[0] not in said), *overrides]
    cfg = compose(add_search_path(rewrite_overrides(words), config_dir))
    node: Any = OmegaConf.to_container(cfg.tuning, resolve=True)
    OmegaConf.set_struct(cfg, False)
    del cfg["tuning"]
    tuning = component("tuning", node)
    if not isinstance(tuning, Tuning):
        raise ValueError(f"tuning is a {type(tuning).__name__}; expected tuning=lora or prompt")
    return build(cfg), tuning


def summary(told: Mapping[str, Any]) -> str:
    """Say in a sentence what was trained, how well, and at what cost."""
    examples, epochs = told["examples"], told["loss"]["epochs"]
    tokens, best = sum(told["tokens"].values()), epochs[told["best_epoch"] - 1]
    text = (
        f"{examples['trained']:,} examples, {tokens:,} tokens read in {told['seconds']:.1f} s; "
        f"epoch {told['best_epoch']} of {len(epochs)} is kept, with a loss of {best['loss']:.3f}"
    )
    if best["held_out"] is not None:
        before = told["loss"]["before"]
        text += f" ({best['held_out']:.3f} on {examples['held_out']} set apart, {before:.3f} before"
        text += ")" if best["held_out"] < before else ": nothing was gained)"
    if count := examples["left_out"]["count"]:
        text += f"; {count} left out ({examples['left_out']['reasons'][0]})"
    return text


def _command(out: Path, overrides: Sequence[str]) -> str:
    """Say how the adapter is asked."""
    kept = [word for word in overrides if not word.startswith("tuning")]
    words = [*kept, *([] if _says("selection", kept) else ["selection=zero"])]
    return f"python -m promptlab {shlex.join([*words, f'model.adapter={out}'])}"


def _says(group: str, words: Sequence[str]) -> bool:
    return any(word.startswith(f"{group}=") for word in words)


@contextmanager
def _bar(console: Console) -> Iterator[Watch]:
    """Show a bar over the rows of all epochs, and the loss."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:,.0f} of at most {task.total:,.0f} examples"),
        TimeElapsedColumn(),
    )
    unseen = not console.is_interactive
    with Progress(*columns, console=console, transient=True, disable=unseen) as bar:
        task = bar.add_task("loading", total=1)
        yield lambda done, total, said: bar.update(
            task, completed=done, total=total, description=in_line(said)
        )


def _stop(message: str) -> None:
    print(f"promptlab: {in_line(message)}", file=sys.stderr)
    raise SystemExit(130)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser("promptlab tune", description=about, epilog=more)
    parser.add_argument(
        "words",
        nargs="*",
        metavar="out=FOLDER …",
        help="where the adapter is written; and as for a run: dataset=… model=… tuning=lora …",
    )
    parser.add_argument("--config-dir", default="", help=OWN_YAML)
    options = parser.parse_intermixed_args(arguments)
    places = [word.removeprefix(OUT) for word in options.words if word.startswith(OUT)]
    if len(places) != 1 or not places[0]:
        raise ValueError("tune: expected one folder for the adapter: out=adapter")
    options.out = places[0]
    options.overrides = [word for word in options.words if not word.startswith(OUT)]
    return options
