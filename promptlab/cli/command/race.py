"""Find the best of many variants with fewer answers: those shown to be behind are dropped.

All variants answer the same test examples, block by block, in an order drawn by chance; after each
block an anytime-valid paired test drops those that are behind. The variant that would win the full
sweep is dropped with a probability of at most alpha. The same command goes on with a race that was
stopped.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig
from rich.console import Console
from rich.text import Text

from promptlab.analysis.racing.race import race as run_race
from promptlab.analysis.racing.record import RACE, Rules
from promptlab.cli.config.compose import OWN_YAML, add_search_path, build, variants, with_folder
from promptlab.cli.config.folder import sweep_name
from promptlab.cli.config.stand_in import literal
from promptlab.cli.console import width
from promptlab.report.race_table import live, table
from promptlab.text.escaping import in_line


def race(arguments: Sequence[str]) -> None:
    """Race the variants of a sweep, and say who wins."""
    options = _options(arguments)
    rules = _rules(options)
    console = Console(width=width(), highlight=False, emoji=False)
    folder = folder_of(options.overrides, rules, Path(options.outputs))
    configs = [
        _compose(variant, options.overrides, folder, rules.block)
        for variant in variants(options.overrides)
    ]
    experiments = [build(config) for config in configs]
    with live(console) as watch:
        result = run_race(experiments, folder=folder, watch=watch, **vars(rules))
    console.print(table(result))
    console.print(Text(in_line(result["verdict"])), soft_wrap=True)
    console.print(Text(in_line(str(folder / RACE))), style="dim", soft_wrap=True)


def folder_of(overrides: Sequence[str], rules: Rules, outputs: Path) -> Path:
    """Name a race's folder after what decides it.

    The budget does not: a race whose tokens are spent goes on in its folder when given more.
    """
    words = [f"{key}={value}" for key, value in vars(rules).items() if key != "tokens"]
    return outputs / f"race-{sweep_name([*overrides, *words])}"


def _compose(
    variant: Sequence[str], command: Sequence[str], folder: Path, block: int
) -> DictConfig:
    """Compose a variant in the race's folder; its sweep, in MLflow, is the race."""
    config = with_folder(variant, command, folder)
    config.sweep, config.batch = literal(folder.name), block
    return config


def _rules(options: argparse.Namespace) -> Rules:
    return Rules(
        alpha=options.alpha,
        block=options.block,
        tokens=options.tokens,
        metric=options.metric,
        seed=options.seed,
        population=options.population,
    )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser("promptlab race", description=about, epilog=more)
    parser.add_argument(
        "overrides", nargs="*", help="as for a sweep: experiment=… selection=random,knn k=4,8 …"
    )
    parser.add_argument(
        "--alpha",
        type=float,
        default=0.05,
        help="bounds the probability of dropping the best variant (0.05)",
    )
    parser.add_argument(
        "--block", type=int, default=20, help="examples asked between two decisions (20)"
    )
    parser.add_argument(
        "--tokens",
        type=int,
        help="ask no block that takes more than so many tokens in all",
    )
    parser.add_argument("--metric", default="accuracy", help="the score that decides (accuracy)")
    parser.add_argument("--seed", type=int, default=0, help="of the order of the examples (0)")
    parser.add_argument(
        "--population",
        action="store_true",
        help="the best on further examples of the same kind, not on these; takes more answers",
    )
    parser.add_argument("--outputs", default="outputs", help="what holds the race's folder")
    parser.add_argument("--config-dir", default="", help=OWN_YAML)
    options = parser.parse_intermixed_args(arguments)
    options.overrides = add_search_path(options.overrides, options.config_dir)
    return options
