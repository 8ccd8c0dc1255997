"""Edits on the command line: `edit=role`, or `edit=[role,brief]` one after the other."""

from dataclasses import asdict
from typing import Any

from omegaconf import DictConfig, OmegaConf

from promptlab.cli.config.component import component
from promptlab.cli.config.prompt import keep_templates
from promptlab.cli.config.stand_in import StandIns
from promptlab.edit.apply import apply
from promptlab.protocols import Edit
from promptlab.template import Template
from promptlab.types import Task


def edit(cfg: DictConfig, task: Task, hidden: StandIns) -> Task:
    """Make a config's edits in it: in the task, which is returned, the template and the strategy.

    What asks about answers, as a judge does, keeps its template.

    Raises:
        ValueError: an edit does not go with the template, or is none.
    """
    plain: Any = OmegaConf.to_container(cfg.edit, resolve=True, throw_on_missing=True)
    edits: dict[str, Edit] = {
        str(name): component(f"edit.{name}", node) for name, node in plain.items()
    }
    keep_templates(cfg.metric)
    before = cfg.template.copy()
    tree: Any = hidden.show(OmegaConf.to_container(cfg.template, resolve=True))
    task, template = apply(edits, task, component("template", tree))
    if isinstance(template, Template):
        tree = hidden.hide(asdict(template)) | {"_target_": tree["_target_"]}
        cfg.template = tree
    for each in edits.values():
        if hasattr(each, "around"):
            cfg.strategy = each.around(cfg.strategy, before)
    return task
