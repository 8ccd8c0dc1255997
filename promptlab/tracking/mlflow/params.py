"""A resolved config as flat text parameters, short enough to read in a table of runs."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST = 500
"""Characters of a parameter; MLflow cuts silently at 6000, and its table shows far fewer."""

SKIPPED = ("tracking", "hydra")


def params(config: Mapping[str, Any]) -> dict[str, str]:
    """Flatten a config: `strategy` is the word on the command line, `strategy.samples` a knob.

    A template is its name alone; its text is in the prompt registry and in config.yaml.
    """
    kept = {key: value for key, value in config.items() if key not in SKIPPED}
    return {allowed(name): _cut(value) for name, value in _flat("", kept)}


def allowed(name: str) -> str:
    """Replace the characters that MLflow takes in no name."""
    return re.sub(r"[^\w.\- :/]", "_", name)[:250]


def word(target: str) -> str:
    """Shorten the path of one of promptlab's classes to the word that names its file."""
    parts = target.split(".")
    return parts[-2] if parts[0] == "promptlab" and len(parts) > 2 else target


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping):
        yield name, _text(value)
        return
    if "_target_" in value:
        yield name, word(str(value["_target_"]))
    if name.rpartition(".")[2] == "template":
        yield name, str(value.get("name", "unnamed"))
        return
    for key, item in value.items():
        if key not in ("_target_", "_convert_", "_partial_", "_recursive_"):
            yield from _flat(f"{name}.{key}".lstrip("."), item)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)) and not any(map(_nested, value)):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False, default=str)


def _nested(value: Any) -> bool:
    return value is None or isinstance(value, (Mapping, list, tuple))


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]} … ({len(text)} characters; all of them in config.yaml)"
