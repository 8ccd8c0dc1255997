"""From a config to an experiment."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import hydra
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, ListConfig, OmegaConf, open_dict

from promptlab.cli.config.component import component
from promptlab.cli.config.demonstrations import check_demonstrations
from promptlab.cli.config.edit import edit
from promptlab.cli.config.folder import (
    STAGES,
    is_price,
    is_tracking,
    shorten,
    slug,
    sweep_name,
)
from promptlab.cli.config.overrides import quote
from promptlab.cli.config.prompt import TARGET as TEMPLATE
from promptlab.cli.config.prompt import (
    check_passages,
    keep_templates,
    place_of,
    selection_of,
    template_of,
    with_fields,
)
from promptlab.cli.config.quick_compose import compose_quickly
from promptlab.cli.config.read_once import read_once
from promptlab.cli.config.stand_in import StandIns, literal
from promptlab.cli.config.validate import check, hints
from promptlab.data.fields import NoSuchField
from promptlab.experiment import Experiment
from promptlab.output.output import Output
from promptlab.route import ROLES
from promptlab.selection.missing_labels import warn_of_missing_labels
from promptlab.template.variables import NAMES
from promptlab.types import Dataset, Task

# At import, because the processes of a launcher import this file and compose, too.
compose_quickly()

CONF = "promptlab.conf"
OWN_YAML = "a folder of yaml files of your own; a _target_ there runs code: use what you trust"
"""What `--config-dir` is given, for the help of every command."""
SHARED_BY_STAGES = ("encoder", "template", "output")
"""What is missing in these is missed by the stages that refer to them, if any does."""
FREE = "promptlab.output.free.Free"
"""What leaves replies free."""
ASIDE = ("experiment", "variant", "folder", "name", "sweep", "resume", "wait", "rank", "slices")
"""Keys that say where a result is kept and what it is called, not what it is."""


def build(cfg: DictConfig) -> Experiment:
    """Make the experiment that a composed config describes: its data read, its model not loaded.

    The stages refer to the task, which has the labels found in the pool, and to the output, which
    has what its file says.
    """
    _check(cfg)
    check_passages(cfg)
    cfg = with_fields(cfg)
    output = component("output", _plain(cfg.output)).loaded()
    dataset = _dataset(cfg, output)
    output.check(dataset)
    config = resolve(cfg, dataset.task, output)
    _check_output(config)
    check_demonstrations(config)
    for key in SHARED_BY_STAGES:
        if not OmegaConf.missing_keys(cfg[key]):
            component(key, config[key])
    parts = {stage: component(stage, config[stage]) for stage in STAGES}
    for stage, part in parts.items():
        check(stage, part, hints(Experiment).get(stage, Any))
    warn_of_missing_labels(dataset, parts["selection"])
    config["dataset"]["task"] |= _reading(_plain(cfg.dataset.task))
    cached = component("cache", config["cache"])
    parts["model"] = cached(parts["model"])
    parts |= {role: cached(component(role, config[role])) for role in ROLES if config.get(role)}
    return Experiment(
        dataset=dataset,
        **parts,
        folder=Path(config["folder"]),
        name=config["name"],
        batch=config["batch"],
        overflow=config["overflow"],
        config={key: value for key, value in config.items() if key not in ASIDE},
        on_error=config["on_error"],
        slices=config.get("slices") or (),
        resume=config["resume"],
        wait=config["wait"],
    )


def _check(cfg: DictConfig) -> None:
    """Refuse a config in which something is left out, or is of another type."""
    if "tuning" in cfg:
        raise ValueError("tuning=… is of a training, not of a run: python -m promptlab tune out=…")
    for key in (*STAGES, *SHARED_BY_STAGES, "dataset", "demonstrations", "cache", "edit"):
        if not isinstance(cfg.get(key), DictConfig):
            raise ValueError(f"{key} is left out; every experiment has one: {key}=…")
    annotations = dict(hints(Experiment)) | {"k": int, "seed": int, "sweep": str, "folder": str}
    annotations["corpus"] = str
    annotations |= {"prompt": str | None, "rank": str | None, "leakage": str}
    annotations["leakage_threshold"] = float
    for key in annotations.keys() & cfg.keys() - {*STAGES, "dataset"}:
        value = cfg[key]
        plain = list(value) if isinstance(value, ListConfig) else value
        check(str(key), plain, annotations[key])


def _described(cfg: DictConfig, output: Output) -> dict[str, Any]:
    """Describe the data set; its answers are what the output says, where nothing else is said."""
    described: dict[str, Any] = _plain(cfg.dataset)
    if described["task"].get("answer") is None and output.answers is not None:
        described["task"]["answer"] = output.answers
    return _with_slices(described, cfg.get("slices") or ())


def _with_slices(described: dict[str, Any], slices: Sequence[str]) -> dict[str, Any]:
    """Have the fields read by which scores are told; a prompt shows none that it does not name."""
    if slices and isinstance(fields := described.get("fields"), dict):
        kept = fields.get("metadata") or []
        fields["metadata"] = [*kept, *(name for name in slices if name not in kept)]
    return described


def _check_output(config: Mapping[str, Any]) -> None:
    """Refuse an output that the strategy would not have anybody keep to.

    Raises:
        ValueError: it asks for no reply of its own that could be held to it.
    """
    wanted, strategy = config["output"], config["strategy"]
    if wanted["_target_"] == FREE or _holds(strategy, wanted):
        return
    name = str(wanted["_target_"]).rpartition(".")[2]
    raise ValueError(
        f"output: {strategy['_target_']} has no reply that could be held to {name}: it writes "
        "none, or in a format of its own; expected output=none, or strategy=direct, cot, "
        "zero_shot_cot, or a vote over one of these"
    )


def _holds(node: Any, wanted: Any) -> bool:
    """Say whether plain data holds a part that is equal to another."""
    parts = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    return node == wanted or any(_holds(part, wanted) for part in parts)


def resolve(cfg: DictConfig, task: Task, output: Output) -> dict[str, Any]:
    """Return the config as plain data, `task` and `output` in the place of what it says of them.

    Whatever refers to them has what the data and the file say, and nothing in that is resolved.
    """
    hidden, copy = StandIns(), cfg.copy()
    with open_dict(copy):
        if copy.get("prompt"):
            template = template_of(copy)
            keep_templates(copy.metric)
            copy.template = hidden.hide(template) | {"_target_": TEMPLATE}
            copy.selection = selection_of(template, copy) or copy.selection
        if copy.edit:
            task = edit(copy, task, hidden)
        copy.dataset.task = hidden.hide(asdict(task)) | {"_target_": "promptlab.types.Task"}
        copy.output = hidden.hide(asdict(output)) | {"_target_": cfg.output._target_}
    return {str(key): hidden.show(_plain(copy[key], key not in SHARED_BY_STAGES)) for key in copy}


def _plain(node: Any, throw_on_missing: bool = True) -> Any:
    if not OmegaConf.is_config(node):
        return node
    return OmegaConf.to_container(node, resolve=True, throw_on_missing=throw_on_missing)


def _dataset(cfg: DictConfig, output: Output) -> Dataset:
    try:
        return read_once(_described(cfg, output), cfg.leakage, cfg.leakage_threshold)
    except NoSuchField as error:
        if error.name in (cfg.get("slices") or ()):
            raise ValueError(
                f"slices: no field {error.name!r}; the records have {error.there}"
            ) from None
        place = place_of(error.name, cfg)
        if not place:
            raise
        raise ValueError(
            f"{place}: no variable {error.name!r}; there are {', '.join(NAMES)}, and of the "
            f"records {error.there}"
        ) from None


def _reading(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said of reading a task's gold answers, so that they can be read again."""
    said = {key: task[key] for key in ("gold", "unanswerable") if task.get(key) is not None}
    return {"_target_": task["_target_"], **said} if said else {}


def add_search_path(overrides: Sequence[str], folder: str) -> list[str]:
    """Add the folder of yaml files given as `--config-dir`."""
    if not folder:
        return list(overrides)
    if not Path(folder).is_dir():
        raise NotADirectoryError(
            f"--config-dir {folder}: no such folder; expected one that holds strategy/mine.yaml "
            "or the like"
        )
    # Hydra takes the path as it stands, and no %20 in it for a space.
    path = quote(literal(f"file://{Path(folder).absolute()}"))
    return [f"hydra.searchpath=[{path}]", *overrides]


def compose(overrides: Sequence[str]) -> DictConfig:
    """Compose a config outside of a run."""
    with hydra.initialize_config_module(CONF, version_base="1.3"):
        return hydra.compose("config", [*overrides, "folder=outputs"])


def with_folder(
    overrides: Sequence[str], command: Sequence[str], outputs: Path = Path("outputs")
) -> DictConfig:
    """Compose one variant of a sweep as `-m` would: the same name, sweep and folder.

    Args:
        overrides: The variant's own, one of those that `variants` lists.
        command: The sweep's, as it was typed.
        outputs: What holds the folders of all variants.
    """
    cfg = compose(overrides)
    cfg.name = cfg.name or literal(variant_name(overrides, command))
    cfg.sweep = cfg.sweep or literal(sweep_name(command))
    cfg.folder = literal(str(outputs / slug(overrides, command, outputs)))
    return cfg


def variants(overrides: Sequence[str]) -> list[list[str]]:
    """List the overrides of every variant of a sweep, as `-m` would run them."""
    choices = [
        [f"{override.get_key_element()}={value}" for value in override.sweep_string_iterator()]
        if override.is_sweep_override()
        else [str(override.input_line)]
        for override in parse(overrides)
    ]
    return [list(variant) for variant in itertools.product(*choices)]


def parse(overrides: Sequence[str]) -> list[Override]:
    """Read the overrides of a sweep: those given, then what the experiment itself sweeps."""
    lines = [*overrides, *_own_sweep(overrides)]
    with hydra.initialize_config_module(CONF, version_base="1.3"):
        # What glob(*) stands for is looked up among the yaml files.
        return OverridesParser.create(GlobalHydra.instance().config_loader()).parse_overrides(lines)


def _own_sweep(overrides: Sequence[str]) -> list[str]:
    """List the sweep that the experiment itself asks for, where the command line is silent."""
    read = OverridesParser.create().parse_overrides([*overrides])
    single = [
        f"{override.get_key_element()}={next(override.sweep_string_iterator())}"
        if override.is_sweep_override()
        else str(override.input_line)
        for override in read
        if not override.is_interval_sweep()
    ]
    with hydra.initialize_config_module(CONF, version_base="1.3"):
        cfg = hydra.compose("config", single, return_hydra_config=True)
    keys = {override.get_key_element() for override in read}
    params = cfg.hydra.sweeper.params or {}
    return [f"{key}={value}" for key, value in params.items() if key not in keys]


def variant_name(overrides: Sequence[str], command: Sequence[str] = ()) -> str:
    """Name a variant by what was changed; in a sweep, by what is not the same for all of it.

    Args:
        overrides: The variant's own.
        command: The sweep's, as it was typed.
    """
    told = [o for o in overrides if not is_tracking(o)]
    own = [o for o in told if o not in command] or told
    aside = ("experiment", "folder", "resume", "wait", "rank", "hydra")
    kept = [o for o in own if re.split(r"[.=]", o)[0] not in aside and not is_price(o)]
    return ",".join(shorten(kept or own)) or "default"
