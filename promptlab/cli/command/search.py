"""Find a good variant among many, learning from each which to try next.

A key with several values is varied: selection=bm25,knn or k=1,2,4,8; k=range(1,9) is a choice of
numbers in their order, and interval(0,1) any number between. What was finished is not run again:
the same command goes on with a search that was stopped, and a larger --trials extends it.
"""

import argparse
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hydra.core.override_parser.types import IntervalSweep, Override
from omegaconf import open_dict
from rich.console import Console
from rich.text import Text

from promptlab.analysis.search import (
    Axis,
    ChoiceAxis,
    Params,
    RangeAxis,
    SearchTrial,
    Study,
    count_variants,
    format_values,
)
from promptlab.cli.config.compose import OWN_YAML, add_search_path, build, parse, with_folder
from promptlab.cli.config.folder import sweep_name
from promptlab.cli.config.nearest import nearest
from promptlab.cli.console import progress, width
from promptlab.cli.sweep_summary import FinishedVariant, conclude, running_python
from promptlab.text.escaping import in_line


def search(arguments: Sequence[str]) -> None:
    """Search the variants of a sweep, and say which is best.

    A trial that fails does not stop the others; what failed is said at the end.
    """
    options = _options(arguments)
    console = Console(width=width(), emoji=False)
    overrides = parse(options.overrides)
    outputs = Path(options.outputs)
    path = outputs / f"{sweep_name(options.overrides)}.search.db"
    study = Study(space_of(overrides), options.metric, options.seed, path)
    trials = SearchRun(study, overrides, options.overrides, outputs, console)
    whole = False
    try:
        trials.run(_count(options.trials, study, console))
        whole = True
    finally:
        trials.conclude(whole=whole)
    trials.raise_failures()


def space_of(overrides: Sequence[Override]) -> list[Axis]:
    """List what a sweep varies: choices, ranges of numbers, and intervals, `log` or whole."""
    return [_axis(override) for override in overrides if override.is_sweep_override()]


def _axis(override: Override) -> Axis:
    key, sweep = override.get_key_element(), override.value()
    if isinstance(sweep, IntervalSweep):
        # Both are there, and are whole numbers after Hydra's int(interval(…)).
        return RangeAxis(key, sweep.start or 0, sweep.end or 0, "log" in sweep.tags)
    values = tuple(override.sweep_string_iterator())
    return ChoiceAxis(key, values, ordered=override.is_range_sweep())


@dataclass(frozen=True)
class ScoredVariant:
    """A variant that was run, or found finished, and its score."""

    variant: Sequence[str]
    finished: FinishedVariant
    value: float


@dataclass
class SearchRun:
    """The trials of one call of the command.

    Attributes:
        study: What to try next.
        overrides: The sweep's, parsed.
        command: The same as they were typed.
        outputs: What holds the folders of all variants.
        console: Where to print.
        scored: The variants that have a score.
        failed: What went wrong with the others.
    """

    study: Study
    overrides: Sequence[Override]
    command: Sequence[str]
    outputs: Path
    console: Console
    scored: list[ScoredVariant] = field(default_factory=list)
    failed: list[Exception] = field(default_factory=list)

    def run(self, count: int) -> None:
        """Try variants until so many were tried."""
        for number in range(1, count + 1):
            params = self.study.next()
            values = format_values(self.study.space, params)
            variant = self._variant(values)
            try:
                finished = self._run(variant, number, f"trial {number} of {count}")
            except Exception as error:
                self._fail(error, params, f"trial {number} of {count}: {', '.join(values)}")
                continue
            self.scored.append(ScoredVariant(variant, finished, self._value(finished)))
            self.study.tell(SearchTrial(params, self.scored[-1].value))
            self._say_score(f"trial {number} of {count}: {finished.result['name']}")

    @property
    def best(self) -> ScoredVariant:
        """The variant with the highest score; of several, the one that takes fewest tokens."""
        return max(self.scored, key=lambda scored: (scored.value, -_tokens(scored.finished)))

    def conclude(self, *, whole: bool) -> None:
        """Print the leaderboard of what was finished, and the command that runs the best.

        Args:
            whole: Nothing stopped the search.
        """
        if not self.scored:
            return
        sweep = sweep_name(self.command) if whole else ""
        conclude([scored.finished for scored in self.scored], self.console, sweep=sweep)
        best, count = self.best, len(self.scored)
        command = f"{running_python()} -m promptlab {shlex.join(best.variant)}"
        advice = (
            f"Best of {count}, by {self.study.metric} {best.value:.4g}. The best of many looks "
            "better than it is: ask it further examples before relying on this number."
        )
        for line in (advice, command):
            self.console.print(Text(in_line(line)), soft_wrap=True)

    def raise_failures(self) -> None:
        """Raise what went wrong with the variants that failed, where any did."""
        if len(self.failed) == 1 and not self.scored:
            raise self.failed[0]
        if self.failed:
            count = len(self.failed) + len(self.scored)
            raise ExceptionGroup(f"{len(self.failed)} of {count} variants", self.failed)

    def _variant(self, values: Sequence[str]) -> list[str]:
        """List the overrides of one variant, in their order on the command line."""
        left = iter(values)
        return [
            f"{override.get_key_element()}={next(left)}"
            if override.is_sweep_override()
            else str(override.input_line)
            for override in self.overrides
        ]

    def _run(self, variant: Sequence[str], number: int, label: str) -> FinishedVariant:
        """Run a variant in the folder that a sweep gives it, or find it finished there."""
        config = with_folder(variant, self.command, self.outputs)
        if "tags" in config.tracking:
            with open_dict(config):
                config.tracking.tags.trial = str(number)
        experiment = build(config)
        total = len(experiment.dataset.test)
        with progress(f"{label}: {experiment.name}", total, self.console) as watch:
            return FinishedVariant(experiment.folder, experiment(watch), experiment.tracking)

    def _value(self, finished: FinishedVariant) -> float:
        """Return a variant's score.

        Raises:
            ValueError: it was not measured.
        """
        metrics, name = finished.result["metrics"], self.study.metric
        if isinstance(metrics.get(name), int | float):
            return float(metrics[name])
        measured = [key for key, value in metrics.items() if isinstance(value, int | float)]
        raise ValueError(f"--metric {name}: not measured; {nearest(name, measured)}")

    def _fail(self, error: Exception, params: Params, name: str) -> None:
        error.add_note(name)
        self.failed.append(error)
        self.study.tell(SearchTrial(params, None, f"{type(error).__name__}: {error}"))
        self.console.print(Text(in_line(f"{name} failed")), style="red", soft_wrap=True)

    def _say_score(self, name: str) -> None:
        score, best = self.scored[-1].value, self.best.value
        text = f"{name}: {self.study.metric} {score:.4g}, best {best:.4g}"
        self.console.print(Text(in_line(text)), style="dim", soft_wrap=True)


def _tokens(finished: FinishedVariant) -> int:
    """Count the tokens that a variant read and wrote."""
    metrics = finished.result["metrics"]
    return int(metrics.get("prompt_tokens", 0)) + int(metrics.get("completion_tokens", 0))


def _count(limit: int, study: Study, console: Console) -> int:
    """Say how many trials there will be: no more than there are variants.

    Raises:
        ValueError: none is asked for.
    """
    if limit < 1:
        raise ValueError(f"--trials {limit}: expected at least 1")
    total = count_variants(study.space)
    if total is None or total > limit:
        return limit
    console.print(f"There are {total} variants; all are tried.", style="dim", highlight=False)
    return total


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser("promptlab search", description=about, epilog=more)
    parser.add_argument(
        "overrides", nargs="*", help="as for a sweep: experiment=… selection=bm25,knn k=1,2,4,8 …"
    )
    parser.add_argument("--trials", type=int, default=20, help="how many variants to try (20)")
    parser.add_argument(
        "--metric", default="accuracy", help="what is to be as large as possible (accuracy)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of what is tried next (0)")
    parser.add_argument("--outputs", default="outputs", help="what holds the variants' folders")
    parser.add_argument("--config-dir", default="", help=OWN_YAML)
    options = parser.parse_intermixed_args(arguments)
    options.overrides = add_search_path(options.overrides, options.config_dir)
    return options
