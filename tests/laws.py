"""What the tests of laws share: every component is found by its yaml, and told what to read."""

import importlib
from functools import cache
from pathlib import Path

from omegaconf import OmegaConf

from promptlab.cli.config.component import component
from promptlab.cli.config.compose import compose
from promptlab.laws.driving import driven, outcome, saying

__all__ = ["driven", "outcome", "saying"]

CONF = Path(__file__).parents[1] / "conf"
REQUIRED = {
    "dataset": ("dataset.path",),
    "encoder": ("encoder.inner.name",),
    "model": ("model.name", "model.path"),
    "tool": ("tool.function.path",),
}
"""What some yaml files of a group leave to whoever uses them."""
GIVEN = {"tool.function.path": "math.sqrt"}
"""What is no path to nowhere."""


def options(group):
    """List the yaml files of a group."""
    return sorted(path.stem for path in (CONF / group).glob("*.yaml"))


@cache
def composed(group, option, *overrides):
    """Compose one option, giving what it requires."""
    with_tools = [] if group == "tool" else ["tool=calculator"]
    cfg = compose([f"{group}={option}", "corpus=nowhere", *with_tools, *overrides])
    for key in REQUIRED.get(group, ()):
        parent, _, name = key.rpartition(".")
        part = OmegaConf.select(cfg, parent)
        if part is not None and OmegaConf.is_missing(part, name):
            OmegaConf.update(cfg, key, GIVEN.get(key, "nowhere"))
    return cfg


@cache
def built(group, option, answer="number", *overrides):
    """Build the component, or the components by name, of a yaml for a kind of task."""
    cfg = composed(group, option, *overrides).copy()
    labels = ["yes", "no", "maybe"] if answer == "label" else []
    task = {"_target_": "promptlab.types.Task", "answer": answer, "labels": labels}
    if group != "dataset":
        cfg.dataset.task = task
    return component(group, OmegaConf.to_container(cfg[group], resolve=True))


def target(node):
    """Return what a yaml's `_target_` names."""
    module, _, name = node["_target_"].rpartition(".")
    return getattr(importlib.import_module(module), name)
