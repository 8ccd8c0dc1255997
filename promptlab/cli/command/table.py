"""Print a table for a paper: means and standard deviations over seeds, by method and data set."""

import argparse
import re
import sys
import warnings
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from promptlab.report.data.reading.places import places
from promptlab.report.paper.paper_table import read_table
from promptlab.text.escaping import in_line

FORMATS = {"markdown": ".md", "csv": ".csv", "latex": ".tex"}
"""Each is written by the file of its name in `report/paper/`; and how its files' names end."""


def table(arguments: Sequence[str]) -> None:
    """Write the table of the runs in some folders, or of some sweeps."""
    options = _options(arguments)
    read = read_table(
        places(options.runs, options.uri),
        rows=_keys(options.rows),
        columns=_keys(options.columns),
        over=_keys(options.over),
        metric=options.metric,
    )
    read = replace(read, worst=options.worst)
    for note in read.notes:
        warnings.warn(in_line(note), RuntimeWarning, stacklevel=2)
    name = options.format or _meant(options.out)
    text = import_module(f"promptlab.report.paper.{name}").write(read)
    if not options.out:
        sys.stdout.write(text)
        return
    path = Path(options.out)
    if path.is_dir():
        raise IsADirectoryError(f"--out {path}: it is a folder; expected a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="")
    print(in_line(str(path)))


def _keys(words: str) -> list[str]:
    """Read settings with commas between them."""
    return [key for key in (each.strip() for each in re.split("[,，]", words)) if key]


def _meant(out: str) -> str:
    """Return the format that a file's name ends with, or the first."""
    ends = {end: name for name, end in FORMATS.items()}
    end = Path(out).suffix.lower()
    if end and end not in ends:
        raise ValueError(
            f"--out {out}: expected a name that ends in {', '.join(ends)}, or --format"
        )
    return ends.get(end, next(iter(FORMATS)))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab table", description=__doc__)
    parser.add_argument(
        "runs",
        nargs="*",
        default=["outputs"],
        help="folders of runs, or of many (outputs); or tags of sweeps, as MLflow has them",
    )
    parser.add_argument(
        "--rows",
        default="",
        metavar="KEYS",
        help="settings that rows stand for: selection, or selection,k; any key of the config, "
        "dataset, or variant for names (what differs between the runs)",
    )
    parser.add_argument(
        "--columns",
        default="",
        metavar="KEYS",
        help="the same of columns (dataset; what differs, where data sets are the rows)",
    )
    parser.add_argument(
        "--over",
        default="seed",
        metavar="KEYS",
        help="what is averaged over: seed is any setting of that name, ordering.seed too (seed)",
    )
    parser.add_argument("--metric", default="accuracy", help="the score (accuracy)")
    parser.add_argument("--worst", action="store_true", help="the lowest run of each cell, too")
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="(by the end of the file's name, .csv, .md or .tex; else markdown)",
    )
    parser.add_argument("--out", default="", metavar="FILE", help="a file (it is printed)")
    parser.add_argument("--uri", default="", help="the store (MLFLOW_TRACKING_URI, ./mlflow.db)")
    return parser.parse_args(arguments)
