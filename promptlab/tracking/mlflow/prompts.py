"""Templates in MLflow's prompt registry: a version for each text, linked to the runs using it."""

import json
import re
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mlflow.entities.model_registry import PromptVersion
from mlflow.exceptions import MlflowException

from promptlab.template.prompt_file import PromptFile
from promptlab.tracking.mlflow.page.params import yaml_text
from promptlab.tracking.mlflow.store import MlflowStore, default_store, store_lock
from promptlab.types import digest

PromptText = str | list[dict[str, Any]]

EXPERIMENTS = "_mlflow_experiment_ids"
"""The tag by which an experiment's page lists its prompts: `,1,4,`."""
_LINKED: dict[tuple[str, str, str, str], PromptVersion] = {}
"""By store, experiment, name and text: the versions that this process has looked up."""


def link(store: MlflowStore, run_id: str, template: Mapping[str, Any]) -> None:
    """Register a template if its text is new, and link it to the run.

    A template is identified by its text, so a second run makes no second version.
    """
    name, text = _named(template)
    linkage = store.uri, store.experiment_id, name, json.dumps(text)
    with store_lock(store.uri), default_store(store):
        if linkage in _LINKED:
            with suppress(MlflowException):  # somebody deleted it since
                store.client.link_prompt_version_to_run(run_id, _LINKED[linkage])
                return
        version = _known(store, name, text)
        if version is None:
            version = _registered(store, name, text)
        else:
            _show_in_experiment(store, name)
        store.client.link_prompt_version_to_run(run_id, version)
        _LINKED[linkage] = version


def _named(template: Mapping[str, Any]) -> tuple[str, PromptText]:
    """Return a prompt's name and what its users call it with: a file's text or turns, or pieces."""
    if "text" in template:
        file = PromptFile(template["text"], template["path"])
        name, text = file.name, file.source.callable
    else:
        name = str(template.get("name", "template"))
        pieces = {key: value for key, value in template.items() if key != "_target_"}
        text = f"```yaml\n{yaml_text(pieces)}```"  # the registry's page shows it as Markdown
    return re.sub(r"[^A-Za-z0-9_.-]", "_", f"promptlab-{name}"), text


def _known(store: MlflowStore, name: str, text: PromptText) -> PromptVersion | None:
    try:
        versions = store.client.search_prompt_versions(name)
    except MlflowException:
        return None  # there is no such prompt yet
    return next((version for version in versions if version.template == text), None)


def _registered(store: MlflowStore, name: str, text: PromptText) -> PromptVersion:
    tags = {"digest": digest(text)[:16]}
    version: PromptVersion = store.client.register_prompt(name, text, tags=tags)
    for thread in threading.enumerate():
        # MLflow lists the prompt under its experiment from a thread, which must be done with the
        # prompt before anybody else changes it.
        if thread.name.startswith("link_prompt_to_experiment"):
            thread.join()
    return version


def _show_in_experiment(store: MlflowStore, name: str) -> None:
    prompt = store.client.get_prompt(name)
    listed = prompt.tags.get(EXPERIMENTS, "").strip(",").split(",") if prompt else []
    if store.experiment_id not in listed:
        ids = ",".join([*filter(None, listed), store.experiment_id])
        store.client.set_prompt_tag(name, EXPERIMENTS, f",{ids},")
