"""From a config to an experiment."""

import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import hydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf, open_dict

from promptlab.cli.folder import STAGES, shortened, slug, sweep_name
from promptlab.experiment import Experiment
from promptlab.types import Dataset

CONF = "promptlab.conf"
ASIDE = ("experiment", "variant", "folder", "name", "sweep", "resume", "wait")
"""Keys that say where a result is kept and what it is called, not what it is."""


def build(cfg: DictConfig) -> Experiment:
    """Make the experiment that a composed config describes: its data read, its model not loaded.

    The task, with the labels found in the pool, is written back, because the stages refer to it.
    """
    described = OmegaConf.to_container(cfg.dataset, resolve=True, throw_on_missing=True)
    dataset = _read(json.dumps(described))
    with open_dict(cfg):
        cfg.dataset.task = {"_target_": "promptlab.types.Task", **asdict(dataset.task)}
    parts = {stage: instantiate(cfg[stage], _convert_="all") for stage in STAGES}
    parts["model"] = instantiate(cfg.cache, _convert_="all")(parts["model"])
    resolved = OmegaConf.to_container(cfg, resolve=True)
    config = {str(key): value for key, value in dict(resolved).items() if key not in ASIDE}  # type: ignore[arg-type]
    return Experiment(
        dataset=dataset,
        **parts,
        folder=Path(cfg.folder),
        name=cfg.name,
        window=cfg.window,
        overflow=cfg.overflow,
        config=config,
        resume=cfg.resume,
        wait=cfg.wait,
    )


@lru_cache(maxsize=4)
def _read(described: str) -> Dataset:
    """Read the data set that a config describes, written as JSON: once for all variants of it."""
    dataset: Dataset = instantiate(json.loads(described), _convert_="all").load()
    return dataset


def searching(overrides: Sequence[str], folder: str) -> list[str]:
    """Add a folder of yaml files of one's own, which a run is given as `--config-dir`."""
    if not folder:
        return list(overrides)
    if not Path(folder).is_dir():
        raise NotADirectoryError(
            f"--config-dir {folder}: no such folder; expected one that holds strategy/mine.yaml "
            "or the like"
        )
    return [f"hydra.searchpath=['{Path(folder).absolute().as_uri()}']", *overrides]


def compose(overrides: Sequence[str]) -> DictConfig:
    """Compose a config outside of a run."""
    with hydra.initialize_config_module(CONF, version_base="1.3"):
        return hydra.compose("config", [*overrides, "folder=outputs"])


def placed(
    overrides: Sequence[str], command: Sequence[str], outputs: Path = Path("outputs")
) -> DictConfig:
    """Compose one variant of a sweep as `-m` would: the same name, sweep and folder.

    Args:
        overrides: The variant's own, one of those that `variants` lists.
        command: The sweep's, as it was typed.
        outputs: What holds the folders of all variants.
    """
    cfg = compose(overrides)
    cfg.name = cfg.name or variant_name(overrides, command)
    cfg.sweep = cfg.sweep or sweep_name(command)
    cfg.folder = str(outputs / slug(overrides))
    return cfg


def variants(overrides: Sequence[str]) -> list[list[str]]:
    """List the overrides of every variant of a sweep, as `-m` would run them."""
    choices = [
        [f"{override.get_key_element()}={value}" for value in override.sweep_string_iterator()]
        if override.is_sweep_override()
        else [str(override.input_line)]
        for override in parsed(overrides)
    ]
    return [list(variant) for variant in itertools.product(*choices)]


def parsed(overrides: Sequence[str]) -> list[Override]:
    """Read the overrides of a sweep: those given, then what the experiment itself sweeps."""
    return OverridesParser.create().parse_overrides([*overrides, *_swept(overrides)])


def _swept(overrides: Sequence[str]) -> list[str]:
    """List the sweep that the experiment itself asks for, where the command line is silent."""
    single = [override for override in overrides if "," not in override]
    with hydra.initialize_config_module(CONF, version_base="1.3"):
        cfg = hydra.compose("config", single, return_hydra_config=True)
    told = {override.split("=")[0] for override in overrides}
    params = cfg.hydra.sweeper.params or {}
    return [f"{key}={value}" for key, value in params.items() if key not in told]


def variant_name(overrides: Sequence[str], command: Sequence[str] = ()) -> str:
    """Name a variant by what was changed; in a sweep, by what is not the same for all of it.

    Args:
        overrides: The variant's own.
        command: The sweep's, as it was typed.
    """
    told = [o for o in overrides if o not in command] or list(overrides)
    aside = ("experiment", "folder", "resume", "wait", "hydra")
    kept = [o for o in told if re.split(r"[.=]", o)[0] not in aside]
    return ",".join(shortened(kept or told)) or "default"
