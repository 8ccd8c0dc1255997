"""A prompt file on the command line: `prompt=FILE` takes the template's place."""

import json
import warnings
from collections.abc import Iterator
from typing import Any

from omegaconf import DictConfig, OmegaConf, open_dict

from promptlab.data.fields import Fields
from promptlab.template.pieces import field_names
from promptlab.template.prompt_file import REGISTRY, PromptFile, read_prompt_file

TARGET = "promptlab.template.PromptFile"
ZERO = "promptlab.selection.zero.Zero"
CLOSED = "promptlab.retrieval.none.NoRetrieval"
READING = ("field", "relevant")
"""Keys of metrics and retrievals that name a field of the record."""


def template_of(cfg: DictConfig) -> dict[str, Any]:
    """Return the template that stands for `prompt=FILE`: the file itself, as plain data.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no prompt.
    """
    path = str(cfg.prompt)
    file = _registered(path, cfg) if path.startswith(REGISTRY) else read_prompt_file(path)
    return {"_target_": TARGET, "text": file.text, "path": file.path}


def keep_templates(metrics: DictConfig) -> None:
    """Let what a metric asks be written as before: a prompt file is for the question alone."""
    with open_dict(metrics):
        for metric in metrics.values():
            if isinstance(metric, DictConfig) and "template" in metric:
                metric.template = OmegaConf.to_container(metric.template, resolve=True)


def with_fields(cfg: DictConfig) -> DictConfig:
    """Return a config whose records keep the fields that its prompt names.

    Raises:
        ValueError: the prompt names the gold answer.
    """
    if not OmegaConf.is_config(cfg.dataset.get("fields")):
        return cfg
    named, optional = _named(cfg)
    fields: Any = OmegaConf.to_container(cfg.dataset.fields, resolve=True)
    gold = set(Fields(**{k: v for k, v in fields.items() if k != "_target_"}).names("answer"))
    for name, place in named.items():
        if name in gold:
            raise ValueError(
                f"{place}: {name!r} is the gold answer, which no prompt may show; that of a "
                "demonstration is its answer"
            )
    kept = dict.fromkeys([*fields.get("metadata", []), *named])
    optional += [*_read_by(cfg.metric), *_read_by(cfg.retrieval)]
    kept |= dict.fromkeys(f"{name}?" for name in optional if name not in gold and name not in kept)
    copy = cfg.copy()
    with open_dict(copy):
        copy.dataset.fields.metadata = list(kept)
    return copy


def _read_by(node: Any) -> Iterator[str]:
    """List the fields of a record that metrics and retrieval read, by the keys that name them."""
    if not isinstance(node, DictConfig):
        return
    for key in READING:
        if isinstance(name := node.get(key), str) and name:
            yield name
    if isinstance(where := node.get("where"), DictConfig):
        yield from map(str, where.values())
    for part in node.values():
        yield from _read_by(part)


def check_passages(cfg: DictConfig) -> None:
    """Refuse a prompt that has no place for the passages that are retrieved.

    Raises:
        ValueError: it has none.
    """
    if cfg.retrieval.get("_target_") == CLOSED:
        return
    if not cfg.get("prompt"):
        shown, place = "passages" in cfg.template.get("parts", ["passages"]), "template.parts"
    else:
        template = template_of(cfg)
        shown, place = PromptFile(template["text"], template["path"]).shows_passages, cfg.prompt
    if not shown:
        raise ValueError(
            f"{place}: no place for passages, which retrieval finds; name them where they are to "
            "stand, or ask without: retrieval=none"
        )


def place_of(name: str, cfg: DictConfig) -> str:
    """Say where a prompt names a field; empty where none does."""
    return _named(cfg)[0].get(name, "")


def _named(cfg: DictConfig) -> tuple[dict[str, str], list[str]]:
    """Return the fields that a prompt names, with where; and those that it may name of others."""
    if cfg.get("prompt"):
        template = template_of(cfg)
        source = PromptFile(template["text"], template["path"]).source
        return {name: source.place(name) for name in source.fields}, sorted(source.attributes)
    pieces = {key: cfg.template.get(key) for key in ("context", "question")}
    named = {
        name: f"template.{key}"
        for key, text in pieces.items()
        if isinstance(text, str)
        for name in field_names(text)
        if name != key
    }
    return named, []


def selection_of(template: dict[str, Any], cfg: DictConfig) -> dict[str, Any] | None:
    """Return the selection of a prompt that shows no demonstrations: none; None where it does."""
    file = PromptFile(template["text"], template["path"])
    if file.shows_demonstrations or cfg.selection.get("_target_") == ZERO:
        return None
    warnings.warn(
        f"{file.path} has no place for demonstrations, so that none are selected (selection=zero)",
        stacklevel=2,
    )
    return {"_target_": ZERO}


def _registered(path: str, cfg: DictConfig) -> PromptFile:
    """Read a prompt from MLflow's registry."""
    from mlflow import MlflowClient  # noqa: PLC0415  two seconds
    from mlflow.exceptions import MlflowException  # noqa: PLC0415

    from promptlab.tracking.mlflow.location import locate  # noqa: PLC0415

    uri = locate(str(cfg.tracking.get("uri") or ""))
    try:
        prompt = MlflowClient(tracking_uri=uri, registry_uri=uri).load_prompt(path)
    except MlflowException as error:
        raise ValueError(
            f"{path}: {error.message}; expected prompts:/NAME/VERSION of a prompt in the registry"
        ) from None
    text = prompt.template if isinstance(prompt.template, str) else json.dumps(prompt.template)
    return PromptFile(text, path)
