"""Hold components against the laws of their kind: yours, or promptlab's own; ask no model.

Each option of --config-dir is built as an experiment would build it, and answered by hand: with
empty, endless and broken replies, and with failures.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import MissingMandatoryValue
from rich.console import Console
from rich.text import Text

from promptlab.cli.config.component import component
from promptlab.cli.config.compose import OWN_YAML, add_search_path, compose
from promptlab.cli.console import width
from promptlab.laws.check import BY_TASK, GROUPS, Verdict, check
from promptlab.text.escaping import in_line
from promptlab.types import AnswerKind

KINDS: tuple[AnswerKind, ...] = ("number", "label", "choice", "yes_no", "text")
LABELS = ["yes", "no", "maybe"]
SHARED = ("k=2", "corpus=nowhere", "model=scripted", "cache=off")
ENCODER = "promptlab.laws.encoder.BagOfWords"
"""In the place of one with weights, which takes seconds to load and minutes to train."""
Checked = tuple[str, Verdict]


def laws(arguments: Sequence[str]) -> None:
    """Print, for each component, whether all laws hold, or what broke one.

    Raises:
        ValueError: there is no component, or a law does not hold.
    """
    options = _options(arguments)
    console = Console(width=width(), highlight=False, emoji=False)
    chosen = list(_components(options.config_dir, options.only))
    if not chosen:
        raise ValueError(_nothing(options.config_dir, options.only))
    broken = 0
    for group, option in chosen:
        told = [f"{group}={option}", *options.overrides]
        broken += _show(f"{group}={option}", list(_checked(group, told, options)), console)
    if broken:
        raise ValueError(f"{broken} of {len(chosen)} components break a law")


def _checked(
    group: str, overrides: Sequence[str], options: argparse.Namespace
) -> Iterator[Checked]:
    """Yield what came of each law, for each kind of task where that matters."""
    for kind in KINDS if group in BY_TASK else KINDS[1:2]:
        try:
            made = _built(group, [*SHARED, *overrides], options.config_dir, kind)
        except MissingMandatoryValue as error:
            yield kind, Verdict("is made", aside=f"say {error.full_key}=… to have it made")
            continue
        except ValueError as error:
            # Made for other kinds of task: that is said where it is used, and no law is broken.
            yield (
                kind,
                Verdict("is made", *(("", str(error)) if _refuses(error) else (str(error),))),
            )
            continue
        for name, part in made.items():
            for verdict in check(group, part, kind):
                yield f"{name}{kind}" if group in BY_TASK else name, verdict


def _built(
    group: str, overrides: Sequence[str], config_dir: str, kind: AnswerKind
) -> Mapping[str, Any]:
    """Build the component of an option, or the several by name that it holds."""
    cfg = compose(add_search_path(overrides, config_dir))
    labels = LABELS if kind == "label" else []
    task = {"_target_": "promptlab.types.Task", "answer": kind, "labels": labels}
    cfg.dataset.task = OmegaConf.create(task)
    cfg.encoder = OmegaConf.create({"_target_": ENCODER})
    plain = OmegaConf.to_container(cfg[group], resolve=True, throw_on_missing=True)
    made = component(group, plain)
    if isinstance(made, Mapping):
        return {f"{name}, ": part for name, part in made.items()}
    return {"": made}


def _refuses(error: ValueError) -> bool:
    """Say whether a component was refused by itself: for its task, or its tools."""
    return "(config key" in str(error)


def _show(name: str, checked: Sequence[Checked], console: Console) -> bool:
    """Print a component's line, and one for each law that it breaks; say whether it breaks any."""
    broken = [(place, verdict) for place, verdict in checked if verdict.broken]
    looked = {verdict.law for _, verdict in checked if not verdict.aside}
    held = len(looked - {verdict.law for _, verdict in broken})
    asides = {verdict.aside: None for _, verdict in checked if verdict.aside}
    state = ("broken", "bold red") if broken else ("holds", "green") if looked else ("aside", "dim")
    console.print(Text.assemble(state, f"  {in_line(name)}  ({held} laws hold)"), soft_wrap=True)
    for place, verdict in broken:
        where = f" ({place})" if place else ""
        told = f"        {verdict.law}{where}: {in_line(verdict.broken)}"
        console.print(Text(told), soft_wrap=True)
    for aside in asides if not looked else ():
        console.print(Text(f"        not looked at: {in_line(aside)}"), soft_wrap=True)
    return bool(broken)


def _components(config_dir: str, only: Sequence[str]) -> Iterator[tuple[str, str]]:
    """List the options whose components have laws: of a folder of one's own, or ours."""
    root = Path(config_dir) if config_dir else Path(str(files("promptlab.conf")))
    for group in GROUPS:
        for path in sorted((root / group).glob("*.yaml")):
            if not only or group in only or f"{group}={path.stem}" in only:
                yield group, path.stem


def _nothing(config_dir: str, only: Sequence[str]) -> str:
    place = f"--config-dir {config_dir}" if config_dir else "promptlab"
    what = f" {', '.join(only)}" if only else ""
    return (
        f"{place} has no{what} component that has laws; expected yaml files in one of "
        f"{', '.join(f'{group}/' for group in GROUPS)}"
    )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab laws", description=__doc__)
    parser.add_argument(
        "words",
        nargs="*",
        metavar="GROUP|KEY=VALUE",
        help="selection, or selection=mine, to check that alone; and what a yaml leaves "
        "to be said, such as selection.path=mine.jsonl",
    )
    parser.add_argument("--config-dir", default="", help=OWN_YAML)
    options = parser.parse_intermixed_args(arguments)
    options.only = [word for word in options.words if word.partition("=")[0] in GROUPS]
    options.overrides = [word for word in options.words if word not in options.only]
    return options
