"""Print the leaderboard of finished runs; write it as a page, as Markdown and CSV; run no model."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from promptlab.analysis.comparison.repeats import SEED
from promptlab.cli.console import width
from promptlab.cli.gate import FAILED, unreached, write_junit
from promptlab.records.runs import find_runs
from promptlab.report.data.reading.places import places
from promptlab.report.data.standings import read_standings
from promptlab.report.terminal import show, svg
from promptlab.report.without_texts import without_texts
from promptlab.report.write import write
from promptlab.text.escaping import in_line


def report(arguments: Sequence[str]) -> None:
    """Compare the runs in some folders, or of some sweeps."""
    options = _options(arguments)
    console = Console(width=width(), highlight=False, emoji=False)
    sweeps = read_standings(
        places(options.runs, options.uri),
        metric=options.metric,
        baseline=options.baseline,
        repeated="" if options.apart else options.repeated,
    )
    if options.without_texts:
        sweeps = tuple(map(without_texts, sweeps))
    for sweep in sweeps:
        show(sweep, console)
        console.print()
    out = Path(options.out) if options.out else beside(options.runs[0])
    for path in write(sweeps, out):
        console.print(Text(in_line(str(path))), soft_wrap=True)
    if options.svg:
        Path(options.svg).write_text(svg(sweeps), "utf-8")
        console.print(Text(in_line(options.svg)), soft_wrap=True)

    _gate(options, console)


def _gate(options: argparse.Namespace, console: Console) -> None:
    """Write the test cases, and end with status 2 where a score is not reached."""
    if not options.fail_under and not options.junit:
        return
    folders = find_runs(places(options.runs, options.uri))
    if options.junit:
        write_junit(Path(options.junit), folders, options.metric)
        console.print(Text(in_line(options.junit)), soft_wrap=True)
    short = list(unreached(options.fail_under, folders))
    for line in short:
        print(f"promptlab: {in_line(line)}", file=sys.stderr)
    if short:
        raise SystemExit(FAILED)


def beside(path: str) -> Path:
    """Return the folder `report` beside what was reported."""
    return Path(path).absolute().parent / "report"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab report", description=__doc__)
    parser.add_argument(
        "runs",
        nargs="*",
        default=["outputs"],
        help="folders of runs, or of many (outputs); or tags of sweeps, as MLflow has them, whose "
        "records are read from the store where their folders are gone",
    )
    parser.add_argument("--uri", default="", help="the store (MLFLOW_TRACKING_URI, ./mlflow.db)")
    parser.add_argument("--out", default="", help="where report.html, .md and .csv go (report/)")
    parser.add_argument("--metric", default="accuracy", help="the score to compare (accuracy)")
    parser.add_argument("--baseline", default="", help="the variant that others are meant to beat")
    parser.add_argument(
        "--repeated",
        default=SEED,
        help="what tells repetitions of one variant apart in its name, which are taken together "
        "(seed); or one of several: ordering.seed",
    )
    parser.add_argument("--apart", action="store_true", help="show every seed as its own variant")
    parser.add_argument(
        "--without-texts",
        action="store_true",
        help="leave out questions, prompts and completions, for those who may not see the data",
    )
    parser.add_argument(
        "--fail-under",
        action="append",
        default=[],
        metavar="SCORE=SHARE",
        help="end with status 2 where no variant reaches it: accuracy=0.8, or passed.lower=0.8 for "
        "the lower end of its interval; may be given several times",
    )
    parser.add_argument("--junit", default="", help="write every answer as a test case, for a CI")
    parser.add_argument("--svg", default="", help="write the table as a picture, too")
    return parser.parse_args(arguments)
