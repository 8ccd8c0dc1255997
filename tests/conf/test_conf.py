"""The configuration: every yaml composes, mirrors its dataclass, and can be sent on its own."""

import dataclasses
import importlib
import json
from functools import cache
from pathlib import Path

import pytest
import yaml
from hydra.utils import instantiate
from omegaconf import OmegaConf

from promptlab.cli.config.compose import build, compose
from promptlab.experiment import Experiment
from promptlab.route import ROLES

CONF = Path(__file__).parents[2] / "conf"
SHARED_BY_STAGES = {"template", "edit", "output", "encoder", "cache", "k", "seed", "sweep"}
SHARED_BY_STAGES |= {
    "demonstrations",
    "experiment",
    "variant",
    "prompt",
    "rank",
    "corpus",
    "executor",
}
GROUPS = sorted(
    folder.name for folder in CONF.iterdir() if folder.is_dir() and any(folder.iterdir())
)
REQUIRED = {
    "dataset": ["dataset.path=nowhere"],
    "model": ["model.name=nowhere", "model.path=nowhere"],
    "encoder": ["encoder.inner.name=nowhere"],
}


def options(group: str) -> list[str]:
    return sorted(path.stem for path in (CONF / group).glob("*.yaml"))


def composed(group: str, option: str):
    """Compose one option once, giving what it requires."""
    return kept(group, option).copy()


@cache
def kept(group: str, option: str):
    tools = [] if group == "tool" else ["tool=calculator"]
    cfg = compose([f"{group}={option}", "corpus=nowhere", *tools])
    for key, value in (override.split("=") for override in REQUIRED.get(group, [])):
        parent, _, name = key.rpartition(".")
        if OmegaConf.is_missing(OmegaConf.select(cfg, parent), name):
            OmegaConf.update(cfg, key, value)
    return cfg


def target(node) -> type:
    module, _, name = node._target_.rpartition(".")
    return getattr(importlib.import_module(module), name)


def test_the_config_mirrors_the_fields_of_an_experiment() -> None:
    keys = set(compose([]))
    fields = {field.name for field in dataclasses.fields(Experiment)} - {"config", *ROLES}
    assert keys - SHARED_BY_STAGES - {"leakage", "leakage_threshold"} == fields  # of the data


def test_another_model_can_be_given_for_a_role() -> None:
    told = ["model=scripted", "tracking=none", "model@judge=scripted", "judge.reply='5'"]
    experiment = build(compose([*told, "metric=judge", "tool=calculator"]))
    assert experiment.answerer.model("judge").identity["reply"] == "5"
    assert experiment.answerer.model("writer") is experiment.model
    assert experiment.answerer.tool("calculator")("2 + 2") == "4"


COMPONENTS = [
    (group, option)
    for group in GROUPS
    if group not in ("experiment", "variant", "metric", "tool", "cache", "edit")
    for option in options(group)
]


@pytest.mark.parametrize(("group", "option"), COMPONENTS)
def test_a_yaml_is_the_call_of_a_frozen_dataclass_with_its_fields(group: str, option: str) -> None:
    node = composed(group, option)[group]
    component = target(node)
    assert component.__dataclass_params__.frozen
    named = set(node) - {"_target_"}
    fields = {field.name for field in dataclasses.fields(component)}
    assert named <= fields
    plain = {
        field.name
        for field in dataclasses.fields(component)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    assert plain <= named


@pytest.mark.parametrize(("group", "option"), [c for c in COMPONENTS if c[0] != "dataset"])
def test_a_component_can_be_built_from_its_yaml(group: str, option: str) -> None:
    cfg = composed(group, option)
    answer = "choice" if option in ("circular", "shuffled") else "number"
    cfg.dataset.task = {"_target_": "promptlab.types.Task", "answer": answer}
    assert dataclasses.is_dataclass(instantiate(cfg[group], _convert_="all"))


@pytest.mark.parametrize(
    "path", sorted(CONF.rglob("*.yaml")), ids=lambda path: str(path.relative_to(CONF))
)
def test_a_yaml_says_first_why_it_is_there(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    first = lines[1] if lines[0].startswith("# @package") else lines[0]
    assert first.startswith("# ")
    yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize("group", ["selection", "ordering", "strategy"])
def test_every_file_with_a_component_is_named_by_a_yaml(group: str) -> None:
    named = {target(composed(group, option)[group]).__module__ for option in options(group)}
    written = {
        ".".join(path.relative_to(CONF.parent).with_suffix("").parts)
        for path in (CONF.parent / "promptlab" / group).rglob("*.py")
        if "def solve(" in (text := path.read_text("utf-8"))
        or "def fit(" in text
        or ("def __call__(" in text and group == "ordering")
    }
    if group == "selection":  # some search passages alone
        named |= {
            target(search).__module__
            for option in options("retrieval")
            if "_target_" in (search := composed("retrieval", option).retrieval.get("search") or {})
        }
    assert written == named


@pytest.mark.parametrize("option", options("experiment") + options("variant"))
def test_every_experiment_composes_into_something_that_can_be_run(
    option: str, tmp_path: Path
) -> None:
    group = "experiment" if option in options("experiment") else "variant"
    told = [f"{group}={option}", "model=scripted", "tracking=none"]
    if "dataset.path" in OmegaConf.missing_keys(compose(told)):
        row = json.dumps({"text": "warm", "label": "good"}) + "\n"
        for part in ("train", "test"):
            (tmp_path / f"{part}.jsonl").write_text(row * 8)
        told.append(f"dataset.path={tmp_path}")
    experiment = build(compose(told))
    assert experiment.dataset.test
    assert experiment.dataset.pool
