"""Configs and templates as yaml for a person to read."""

from collections.abc import Mapping
from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Yaml in which texts look as they are."""


def yaml_text(config: Mapping[str, Any]) -> str:
    """Write a config as yaml, in its own order."""
    text: str = yaml.dump(
        _plain(config), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6
    )
    return text


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Quote what begins or ends in white space, which counts in a prompt; show lines as lines."""
    style = "|" if "\n" in text else None
    style = '"' if text != text.strip() else style
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


_Dumper.add_representer(str, _text)
