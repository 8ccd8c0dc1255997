"""Run one experiment, or a sweep of them, and print the leaderboard."""

import os
import sys

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig
from rich.console import Console
from rich.text import Text

from promptlab.cli.compose import CONF, build, variant_name
from promptlab.cli.composing_once import composing_once
from promptlab.cli.ending import Finished, conclude
from promptlab.cli.folder import as_written, register, sweep_name
from promptlab.cli.stand_in import literal
from promptlab.cli.width import width
from promptlab.progress import progress
from promptlab.shown import in_line


def run() -> None:
    """Let Hydra compose what the command line says, and run it.

    A variant that fails does not stop the others of its sweep; what failed is said at the end.
    """
    # Hydra then raises what went wrong, to be explained in one message.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    register()
    console = Console(width=width(), emoji=False)
    finished: list[Finished] = []
    failed: list[Exception] = []
    swept: list[bool] = []

    def one(cfg: DictConfig) -> float | None:
        swept.append(HydraConfig.get().mode == RunMode.MULTIRUN)
        try:
            finished.append(run_one(cfg, console))
        except Exception as error:
            error.add_note(str(cfg.name))
            failed.append(error)
            return None
        accuracy: float | None = finished[-1].result["metrics"].get("accuracy")
        return accuracy

    whole = False
    try:
        with composing_once():
            hydra.main(version_base="1.3", config_path=f"pkg://{CONF}", config_name="config")(one)()
        whole = True
    finally:
        if finished:
            conclude(finished, console, sweep=whole and all(swept))
    if len(failed) == 1 and not finished:
        raise failed[0]
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(failed) + len(finished)} variants", failed)


def run_one(cfg: DictConfig, console: Console) -> Finished:
    """Run the experiment that a composed config describes."""
    job = HydraConfig.get()
    swept = job.mode == RunMode.MULTIRUN
    command = sys.argv[1:] if swept else ()
    cfg.name = cfg.name or literal(variant_name(as_written(job.overrides.task), command))
    cfg.sweep = cfg.sweep or (literal(sweep_name(command)) if swept else "")
    experiment = build(cfg)
    with progress(experiment.name, len(experiment.dataset.test), console) as watch:
        result = experiment(watch)
    told = in_line(f"{experiment.name}: {experiment.folder}")
    console.print(Text(told), style="dim", soft_wrap=True)
    return Finished(experiment, result)
