"""Run one experiment, or a sweep of them, and print the leaderboard."""

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.experimental.callback import Callback
from hydra.types import RunMode
from omegaconf import DictConfig
from rich.console import Console
from rich.text import Text

from promptlab.cli import roster
from promptlab.cli.config.compose import CONF, build, variant_name
from promptlab.cli.config.compose_once import COUNT, compose_once
from promptlab.cli.config.folder import COMMAND, input_lines, register, sweep_name
from promptlab.cli.config.stand_in import literal
from promptlab.cli.config.swept import wait_for_variants
from promptlab.cli.console import progress, width
from promptlab.cli.launcher import refuse_what_would_spoil
from promptlab.cli.sweep_summary import FinishedVariant, conclude
from promptlab.sweep import Variant, attempt, variants
from promptlab.text.escaping import in_line
from promptlab.tracking.mlflow.tracking import MLflow

# At import, because the processes of a launcher import this file and name folders, too.
register()

ROSTER = "PROMPTLAB_ROSTER"
"""Where they note that they take part, if it is not among what the sweep writes."""
_raised: list[Exception] = []
"""What went wrong with a single run; Hydra would print a line of its own, if it saw it."""
_begun: list[Path] = []
"""Where the sweep of this process keeps its variants, once it has begun."""
_elsewhere: list[tempfile.TemporaryDirectory[str]] = []
"""What is removed when this process ends."""
Outcome = tuple[Variant, Mapping[str, Any]]
"""What a variant left in its folder, and what the roster tells of it."""


class Begun(Callback):
    """Told by Hydra that a sweep begins."""

    def on_multirun_start(self, config: DictConfig, **_: Any) -> None:
        """Note where its folders are; who took part in an earlier run of it is forgotten."""
        refuse_what_would_spoil(config)
        outputs = Path(config.hydra.sweep.dir)
        if outputs.is_dir() and not os.access(outputs, os.W_OK):
            # What is finished can be shown; Hydra and the roster write elsewhere.
            _elsewhere.append(tempfile.TemporaryDirectory(prefix="promptlab-"))
            config.hydra.sweep.dir = os.environ[ROSTER] = _elsewhere[-1].name
            outputs = Path(os.environ[ROSTER])
        roster.clear(outputs, sweep_name(_command()))
        _begun.append(outputs)


def run() -> None:
    """Let Hydra compose what the command line says, and run it.

    A variant that fails does not stop the others of its sweep; what failed is said at the end.
    """
    # Hydra then raises what went wrong, to be explained in one message.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    os.environ[COMMAND] = json.dumps(sys.argv[1:])
    os.environ.pop(ROSTER, None)
    _begun.clear()
    _raised.clear()
    sys.argv[1:] = wait_for_variants(sys.argv[1:])
    try:
        with compose_once():
            main = hydra.main(version_base="1.3", config_path=f"pkg://{CONF}", config_name="config")
            main(variant)()
    except BaseException:
        for outputs in _begun:
            _show_finished(_outcomes(outputs), whole=False)
        raise
    for outputs in _begun:
        _conclude(_outcomes(outputs))
    for error in _raised:
        raise error


def variant(cfg: DictConfig) -> float | None:
    """Run one variant, in this process or in that of a launcher; return its accuracy."""
    job = HydraConfig.get()
    console = Console(width=width(), emoji=False)
    if job.mode != RunMode.MULTIRUN:
        return _single(cfg, console)
    folder, command = Path(cfg.folder), _command()
    cfg.name = cfg.name or literal(variant_name(input_lines(job.overrides.task), command))
    cfg.sweep = cfg.sweep or literal(sweep_name(command))
    _enter({"folder": str(folder), "name": cfg.name, "rank": cfg.rank, "sweep": cfg.sweep})
    try:
        return _accuracy(attempt(folder, lambda: run_one(cfg, console).result, _explain))
    except Exception:
        return None


def _single(cfg: DictConfig, console: Console) -> float | None:
    """Run all that was asked for, and show what came out."""
    try:
        finished = run_one(cfg, console)
        conclude([finished], console)
    except Exception as error:
        _raised.append(error)
        return None
    return _accuracy(finished.result)


def run_one(cfg: DictConfig, console: Console) -> FinishedVariant:
    """Run the experiment that a composed config describes."""
    cfg.name = cfg.name or literal(variant_name(input_lines(HydraConfig.get().overrides.task)))
    experiment = build(cfg)
    if isinstance(experiment.tracking, MLflow) and experiment.tracking.sweep:
        entry = {"folder": str(experiment.folder), "name": experiment.name, "rank": cfg.rank}
        _enter({**entry, "tracking": asdict(experiment.tracking)})
    name = f"{_place()}{experiment.name}"
    with progress(name, len(experiment.dataset.test), console) as watch:
        result = experiment(watch)
    message = in_line(f"{name}: {experiment.folder}")
    console.print(Text(message), style="dim", soft_wrap=True)
    return FinishedVariant(experiment.folder, result, experiment.tracking, cfg.rank or "")


def _place() -> str:
    """Say which variant of how many is run; empty where there is one alone."""
    job, count = HydraConfig.get(), os.environ.get(COUNT, "")
    if job.mode != RunMode.MULTIRUN or not count:
        return ""
    return f"variant {job.job.num + 1} of {count}: "


def _enter(entry: Mapping[str, Any]) -> None:
    job = HydraConfig.get()
    if job.mode == RunMode.MULTIRUN:
        outputs = Path(os.environ.get(ROSTER, job.sweep.dir))
        roster.enter(outputs, sweep_name(_command()), job.job.num, entry)


def _explain(error: Exception) -> str:
    from promptlab.cli.explain import explain  # noqa: PLC0415  only needed when things fail

    return explain(error)


def _outcomes(outputs: Path) -> list[Outcome]:
    """Read what the variants of this sweep left, whoever ran them."""
    entries = roster.entries(outputs, sweep_name(_command()))
    read = variants(Path(entry["folder"]) for entry in entries)
    return list(zip(read, entries, strict=True))


def _show_finished(outcomes: Sequence[Outcome], *, whole: bool) -> None:
    """Print the leaderboard of the variants that are finished, if any is."""
    finished = [
        FinishedVariant(
            outcome.folder,
            outcome.result,
            MLflow(**entry["tracking"]) if "tracking" in entry else None,
            entry.get("rank") or "",
        )
        for outcome, entry in outcomes
        if outcome.result is not None
    ]
    if finished:
        sweep = _tag(outcomes) if whole else ""
        conclude(finished, Console(width=width(), emoji=False), sweep=sweep)


def _tag(outcomes: Sequence[Outcome]) -> str:
    """Return the tag of a sweep, as its variants were given it."""
    entries = [entry for _, entry in outcomes]
    named = [entry.get("tracking", entry).get("sweep") for entry in entries]
    return next(filter(None, named), sweep_name(_command()))


def _conclude(outcomes: Sequence[Outcome]) -> None:
    """Print the leaderboard, and say which variants failed.

    Raises:
        ExceptionGroup: some failed.
    """
    _show_finished(outcomes, whole=True)
    failed = [_failure(outcome, entry["name"]) for outcome, entry in outcomes if not outcome.result]
    if len(failed) == len(outcomes) == 1:
        raise failed[0]
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(outcomes)} variants", failed)


def _failure(outcome: Variant, name: str) -> Exception:
    """Say again what went wrong in whichever process ran the variant."""
    error = ValueError(outcome.failure)
    error.add_note(name)
    return error


def _accuracy(result: Mapping[str, Any]) -> float | None:
    accuracy: float | None = result["metrics"].get("accuracy")
    return accuracy


def _command() -> list[str]:
    command: list[str] = json.loads(os.environ[COMMAND])
    return command
