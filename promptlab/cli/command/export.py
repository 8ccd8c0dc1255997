"""Export the prompt of a run, or of a sweep's winner, as a folder of data for a product."""

import argparse
import shlex
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from promptlab.analysis.comparison.runs import RunScores
from promptlab.cli.console import width
from promptlab.cli.who_answers import described
from promptlab.export.verify import Asked
from promptlab.export.winner import Winner
from promptlab.export.write import check_empty, drafted, write
from promptlab.records.files import RESULT, read_result
from promptlab.records.runs import find_runs
from promptlab.report.data.reading.places import places
from promptlab.report.data.standings import Standings, read_standings
from promptlab.report.data.summary import summary
from promptlab.report.data.verdict import headline, reasons, verdict
from promptlab.text.escaping import in_line

PAIRS = 3
"""Comparisons with another variant that go with a winner."""
OUT = {
    "folder": "winner",
    "mlflow": "winner-mlflow",
    "dspy": "program.json",
    "promptfoo": "promptfooconfig.yaml",
    "openai": "messages.json",
}
"""What can be written, and where, if nothing else is said."""


def export(arguments: Sequence[str]) -> None:
    """Write what a run measured, after its every recorded prompt was made anew from it."""
    options = _options(arguments)
    console = Console(width=width(), highlight=False, emoji=False)
    out = Path(options.out or OUT[options.to])
    check_empty(out)
    if options.overrides and options.to != "mlflow":
        raise ValueError(f"{' '.join(options.overrides)}: only --to mlflow holds who answers")
    source = described(options.overrides) if options.overrides else None
    run, comparison = choose(places(options.runs, options.uri), options.metric, options.dataset)
    if options.to == "folder":
        write(run, out, comparison=comparison, trust=options.trust)
        told = [
            f"python -m promptlab ask {shlex.quote(str(out))} '…'",
            f"promptlab.load({str(out)!r})",
        ]
    else:
        with drafted(run, comparison=comparison, trust=options.trust) as (winner, trials):
            out.absolute().parent.mkdir(parents=True, exist_ok=True)
            told = converted(options.to, winner, trials, out, source)
    for sentence in (*comparison, f"{run}: exported to {out}", *told):
        console.print(Text(in_line(sentence)), soft_wrap=True)


def converted(
    to: str, winner: Winner, trials: Sequence[Asked], out: Path, source: Mapping[str, Any] | None
) -> list[str]:
    """Write a winner in another tool's format; return what is to be known of it."""
    module = import_module(f"promptlab.export.to.{to}")
    if to == "mlflow":
        return [f"it is {each}" for each in module.write(winner, trials, out, source)]
    return [f"left out: {each}" for each in module.write(winner, trials, out)]


def choose(
    paths: Sequence[Path], metric: str = "", dataset: str = ""
) -> tuple[Path, tuple[str, ...]]:
    """Return the run that is best among those in some folders, and what the comparison says of it.

    Args:
        paths: Folders of runs, or of many.
        metric: The score that ranks; empty for that which the runs rank by.
        dataset: Whose winner, where several data sets were run on.

    Raises:
        FileNotFoundError: no run has finished.
        ValueError: they are of several data sets, and none of them is named.
    """
    folders = find_runs(paths)
    finished = [folder for folder in folders if (folder / RESULT).is_file()]
    if not finished:
        raise FileNotFoundError(
            f"{', '.join(map(str, paths))}: no finished run; run its command again, and it goes "
            "on where it was"
        )
    if len(folders) == 1:
        return finished[0], ()
    standings = _of(read_standings(finished, metric=metric or ranked_by(finished)), dataset)
    pairs = standings.comparison.sentences[:PAIRS]
    folder, seed = _best_seed(standings.variants[0].run)
    found = verdict(standings)
    return folder, (*seed, headline(found), *reasons(found), *summary(standings), *pairs)


def _best_seed(run: RunScores) -> tuple[Path, list[str]]:
    """Return the folder of a variant, of its seeds that with the highest mean, and say which."""
    if len(run.repeats) != len(run.folders):
        return run.folders[0], []
    place = max(range(len(run.repeats)), key=lambda index: run.repeats[index].mean)
    which = f"exported is {run.repeats[place].name}, the highest of its {len(run.repeats)} seeds"
    return run.folders[place], [which]


def ranked_by(folders: Sequence[Path]) -> str:
    """Return the score that finished runs rank by: that which they name, or accuracy, or any."""
    results = [read_result(folder) for folder in folders]
    named = [result["config"].get("rank") for result in results]
    scores = [
        *named,
        "accuracy",
        *(name for r in results for name in r["config"].get("metric", ())),
    ]
    held = [name for name in scores if name and any(name in r["metrics"] for r in results)]
    return held[0] if held else "accuracy"


def _of(sweeps: Sequence[Standings], dataset: str) -> Standings:
    """Return the standings of a data set, or the only ones."""
    if not dataset and len(sweeps) == 1:
        return sweeps[0]
    for sweep in sweeps:
        if sweep.title == dataset:
            return sweep
    names = ", ".join(sweep.title for sweep in sweeps)
    said = f"--dataset {dataset}: there are" if dataset else "these runs are on"
    raise ValueError(f"{said} {names}; expected one of them: --dataset {sweeps[0].title}")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab export", description=__doc__)
    parser.add_argument(
        "runs",
        nargs="+",
        metavar="RUN",
        help="the folder of a run; or of many, or the tag of a sweep, whose winner is exported; "
        "and model=… for who answers in --to mlflow (the model that was measured with)",
    )
    parser.add_argument("--to", default="folder", choices=OUT, help="the format (folder)")
    parser.add_argument("--out", default="", help="a new folder, or file (winner, for a folder)")
    parser.add_argument("--metric", default="", help="the score that ranks (that of the runs)")
    parser.add_argument("--dataset", default="", help="whose winner, where there are several")
    parser.add_argument("--uri", default="", help="the store (MLFLOW_TRACKING_URI, ./mlflow.db)")
    parser.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="MODULE",
        help="a module of your own that the run's components are from, which is imported",
    )
    options = parser.parse_args(arguments)
    options.overrides = [word for word in options.runs if word.startswith(("model=", "model."))]
    options.runs = [word for word in options.runs if word not in options.overrides]
    return options
