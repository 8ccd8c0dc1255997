"""A resolved config for a person to read: as flat text parameters, and as yaml."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from promptlab.records.provenance import as_json

LONGEST = 500
"""Characters of a parameter; MLflow cuts silently at 6000, and its table shows far fewer."""

SKIPPED = ("tracking", "hydra")


def params(config: Mapping[str, Any]) -> dict[str, str]:
    """Flatten a config: `strategy` is the word on the command line, `strategy.samples` a knob.

    A template is its name alone; its text is in the prompt registry and in config.yaml.
    """
    settings = {key: value for key, value in config.items() if key not in SKIPPED}
    return {safe_name(name): _cut(value) for name, value in _flatten("", settings)}


def safe_name(name: str) -> str:
    """Replace the characters that MLflow does not allow in names."""
    return re.sub(r"[^\w.\- :/]", "_", name)[:250]


def component_name(target: str) -> str:
    """Shorten the path of one of promptlab's classes to the word that names its file."""
    parts = target.split(".")
    return parts[-2] if parts[0] == "promptlab" and len(parts) > 2 else target


def yaml_text(config: Mapping[str, Any]) -> str:
    """Write a config as yaml, in its own order."""
    text: str = yaml.dump(
        as_json(config), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6
    )
    return text


def _flatten(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        yield name, _text(value)
        return
    if "_target_" in value:
        yield name, component_name(str(value["_target_"]))
    if name.rpartition(".")[2] == "template":
        yield name, str(value.get("name", "unnamed"))
        return
    for key, item in value.items():
        if key not in ("_target_", "_convert_", "_partial_", "_recursive_"):
            yield from _flatten(f"{name}.{key}".lstrip("."), item)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)) and not any(map(_is_nested, value)):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False, default=str)


def _is_nested(value: Any) -> bool:
    return value is None or isinstance(value, (Mapping, list, tuple))


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]} … ({len(text)} characters; all of them in config.yaml)"


class _Dumper(yaml.SafeDumper):
    """Yaml in which texts look as they are."""


def _represent(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Quote what begins or ends in white space, which counts in a prompt; show lines as lines."""
    style = "|" if "\n" in text else None
    style = '"' if text != text.strip() else style
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent)
