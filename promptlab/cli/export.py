"""Export the prompt of a run, or of a sweep's winner, as a folder of data for a product."""

import argparse
import shlex
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from promptlab.analysis.comparison.runs import find_runs
from promptlab.cli.console import width
from promptlab.escaping import in_line
from promptlab.export.write import check_empty, write
from promptlab.records.files import RESULT, read_result
from promptlab.report.data.places import places
from promptlab.report.data.standings import Standings, read_standings
from promptlab.report.data.summary import summary

FORMATS = ("folder", "mlflow", "dspy", "promptfoo", "openai")


def export(arguments: Sequence[str]) -> None:
    """Write what a run measured, after its every recorded prompt was made anew from it."""
    options = _options(arguments)
    console = Console(width=width(), highlight=False, emoji=False)
    out = Path(options.out)
    check_empty(out)
    run, comparison = choose(places(options.runs, options.uri), options.metric, options.dataset)
    write(run, out, comparison=comparison, trust=options.trust)
    for sentence in comparison:
        console.print(Text(f"• {in_line(sentence)}"))
    console.print(Text(in_line(f"{run}: exported to {out}")), soft_wrap=True)
    told = f'python -m promptlab ask {shlex.quote(str(out))} "…"'
    console.print(
        Text(in_line(f"promptlab.load({str(out)!r}) is it in Python; or {told}")), soft_wrap=True
    )


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
    return standings.variants[0].run.folders[0], tuple(summary(standings))


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
        help="the folder of a run; or of many, or the tag of a sweep, whose winner is exported",
    )
    parser.add_argument("--out", default="winner", help="a new folder (winner)")
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
    return parser.parse_args(arguments)
