"""Let a model judge the answers of finished runs, and measure the judge; no run is asked again.

Who judges is named as for a run: model@judge=openai judge.name=…, or model=… where nothing else is
said; how, by metric.judge.reading=probabilities and the like (conf/metric/judge.yaml).
"""

import argparse
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf, open_dict
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.text import Text

from promptlab.cli.config.component import component
from promptlab.cli.config.compose import OWN_YAML, add_search_path, compose
from promptlab.cli.config.overrides import rewrite_overrides
from promptlab.cli.console import width
from promptlab.cli.judge_table import show
from promptlab.judge.judged_run import JudgedRun, read_judged
from promptlab.judge.judging import Judging, Watch
from promptlab.judge.labels import read_labels
from promptlab.judge.outcome import outcome
from promptlab.judge.record import OUTCOME
from promptlab.metric.judge import Judge
from promptlab.protocols import Model, Tracking
from promptlab.records.files import RESULT
from promptlab.records.runs import find_runs
from promptlab.text.escaping import in_line

TOLD = re.compile(
    r"(model(@judge)?|judge|metric\.judge|template/judge@metric\.judge|cache|seed|tracking)[.=]"
)
"""What begins a word that says who judges and how; any other word is a folder."""


def judge(arguments: Sequence[str]) -> None:
    """Judge, and show what the judge is worth and what it found."""
    options = _options(arguments)
    console = Console(width=width(), highlight=False, emoji=False)
    runs, baseline = _runs(options)
    asked, model, tracking = _judge(options)
    judging = Judging(
        asked,
        model,
        runs,
        "pairwise" if options.pairwise or options.baseline else "single",
        baseline,
        Path(options.out) if options.out else None,
        runs[0].folder.parent,
        options.batch,
    )
    ends = asked.worst, asked.best
    labels = read_labels(Path(options.labels), runs, ends) if options.labels else None
    total = len(judging.items)
    with _bar(total, console) as watch:
        judgements = judging(watch)
    content = judging.record.conclude(outcome(judging, judgements, labels))
    show(content, console)
    console.print(Text(in_line(str(judging.where / OUTCOME))), style="dim", soft_wrap=True)
    _log(tracking, content, judging.where / OUTCOME)


def _runs(options: argparse.Namespace) -> tuple[list[JudgedRun], JudgedRun | None]:
    """Read what is judged, and the baseline, by its folder or the name of one of the runs."""
    folders = _finished(find_runs([word for word in options.words if not _is_told(word)]))
    base = options.baseline and Path(options.baseline).exists()
    others = find_runs([options.baseline]) if base else []
    if len(others) > 1:
        raise ValueError(f"--baseline {options.baseline}: {len(others)} runs; expected one")
    resolved = {folder.resolve(): folder for folder in [*folders, *others]}
    runs = read_judged(list(resolved.values()))
    if not options.baseline:
        return runs, None
    for run in runs:
        if run.folder.resolve() in [other.resolve() for other in others]:
            return runs, run
        if not others and options.baseline in (run.name, run.folder.name):
            return runs, run
    known = ", ".join(run.name for run in runs)
    raise ValueError(f"--baseline {options.baseline}: no such run; expected a folder, or {known}")


def _finished(folders: list[Path]) -> list[Path]:
    """Leave out the runs that are not finished, unless none is."""
    finished = [folder for folder in folders if (folder / RESULT).exists()]
    if finished and len(finished) < len(folders):
        names = ", ".join(str(folder) for folder in folders if folder not in finished)
        warnings.warn(f"not finished, left out: {names}", stacklevel=2)
    return finished or folders


def _is_told(word: str) -> bool:
    return bool(TOLD.match(word)) and not Path(word).exists()


def _judge(options: argparse.Namespace) -> tuple[Judge, Model, Tracking]:
    """Make what the words describe: how the judge is asked, who it is, and where that is shown."""
    told = rewrite_overrides([word for word in options.words if _is_told(word)])
    cfg = compose(add_search_path(["metric=judge", *told], options.config_dir))
    with open_dict(cfg):
        del cfg.metric.judge["task"]  # that of each run
    asked: Judge = component("metric.judge", _plain(cfg.metric.judge))
    if options.rubric:
        asked = replace(asked, rubric=_rubric(Path(options.rubric)))
    if options.scale:
        worst, best = _scale(options.scale)
        asked = replace(asked, worst=worst, best=best)
    role = "judge" if cfg.get("judge") else "model"
    model: Model = component(role, _plain(cfg[role]))
    cached = component("cache", _plain(cfg.cache))
    return asked, cached(model), component("tracking", _plain(cfg.tracking))


def _log(tracking: Tracking, content: dict[str, Any], record: Path) -> None:
    """Show it in MLflow, where runs are shown there."""
    from promptlab.tracking.mlflow.environment import prepare  # noqa: PLC0415  two seconds
    from promptlab.tracking.mlflow.tracking import MLflow  # noqa: PLC0415

    if isinstance(tracking, MLflow):
        prepare()
        from promptlab.report.figures.judged import judged_figure  # noqa: PLC0415
        from promptlab.tracking.mlflow.judging import log_judging  # noqa: PLC0415

        log_judging(tracking, content, record, judged_figure(content))


def _plain(node: Any) -> Any:
    return OmegaConf.to_container(node, resolve=True, throw_on_missing=True)


def _rubric(path: Path) -> str:
    """Read a rubric.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no text, or an empty one.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"--rubric {path}: no such file; expected a text that says what is judged"
        )
    try:
        text = path.read_text("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ValueError(f"--rubric {path}: not UTF-8; save the file as UTF-8") from None
    if not text:
        raise ValueError(f"--rubric {path}: empty; expected a text that says what is judged")
    return text


def _scale(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(-?\d+):(-?\d+)", text)
    if not found:
        raise ValueError(f"--scale {text}: expected the lowest and the highest grade, as 1:5")
    return int(found[1]), int(found[2])


@contextmanager
def _bar(total: int, console: Console) -> Iterator[Watch]:
    columns = BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    unseen = not console.is_interactive
    with Progress(*columns, console=console, transient=True, disable=unseen) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser("promptlab judge", description=about, epilog=more)
    parser.add_argument(
        "words", nargs="+", metavar="RUN", help="folders of runs, or of many; and key=value"
    )
    parser.add_argument(
        "--pairwise", action="store_true", help="compare every two runs, question by question"
    )
    parser.add_argument("--baseline", default="", help="compare each run with this one alone")
    parser.add_argument("--rubric", default="", help="a file that says what is judged")
    parser.add_argument("--scale", default="", help="the grades, as 1:5")
    parser.add_argument(
        "--labels", default="", help="what people say of some answers, as .jsonl or .csv"
    )
    parser.add_argument("--out", default="", help="where the judgements go (beside the runs)")
    parser.add_argument("--batch", type=int, default=32, help="judged and kept at once (32)")
    parser.add_argument("--config-dir", default="", help=OWN_YAML)
    return parser.parse_intermixed_args(arguments)
