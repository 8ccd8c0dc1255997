"""From plain data to a component: data names classes, and no class that is not a stage is made.

A config that a person writes may name anything (`cli/config/component.py`). What is loaded is data,
perhaps somebody else's: it may name the dataclasses of promptlab's stages, and those of the modules
that the caller trusts. None of these runs, sends or writes anything when it is made; one that calls
a function of its caller's by name is made only where that very name is trusted.
"""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from promptlab.moved import current

TARGET, FILE = "_target_", "_file_"
STAGES = tuple(
    f"promptlab.{stage}"
    for stage in (
        *("data", "edit", "extract", "ordering", "output", "retrieval", "selection", "strategy"),
        *("template", "tool", "types"),
        "encoder.sentence_transformer",
        "encoder.cross_encoder",
        "encoder.training",
        "model.tokenizer",
    )
)
"""Where the classes are that data may name."""


def component(node: Any, key: str, folder: Path, trust: Collection[str] = ()) -> Any:
    """Make what plain data describes: components for its `_target_`s, innermost first.

    Args:
        node: Plain data.
        key: Where it stands, for messages.
        folder: Where the files are that a `_file_` names.
        trust: Modules or packages beside promptlab's own whose dataclasses may be named; the
            functions, by their whole paths, that may be tools; and the addresses of vector stores.

    Raises:
        ValueError: it names what may not be made, or fields that do not fit; says what to do.
    """
    if isinstance(node, Sequence) and not isinstance(node, str):
        return [
            component(item, f"{key}[{number}]", folder, trust) for number, item in enumerate(node)
        ]
    if not isinstance(node, Mapping):
        return node
    if FILE in node:
        return str(_within(folder, str(node[FILE]), key))
    fields = {
        str(name): component(item, f"{key}.{name}", folder, trust)
        for name, item in node.items()
        if name not in (TARGET, "_convert_")
    }
    if TARGET not in node:
        return fields
    try:
        made = find(str(node[TARGET]), key, trust)(**fields)
    except (TypeError, AttributeError) as error:
        raise ValueError(
            f"{key}: {error}; was it written by another version of promptlab? Export it again"
        ) from error
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from error
    _allow_beyond(made, key, trust)
    return made


def _allow_beyond(made: Any, key: str, trust: Collection[str]) -> None:
    """Refuse a component that reaches beyond promptlab, to what is not trusted by its whole name.

    Its class says by `BEYOND` which field names that: a function to call, a place to send to.
    """
    name = getattr(type(made), "BEYOND", "")
    if name and getattr(made, name) not in trust:
        beyond = getattr(made, name)
        raise ValueError(
            f"{key}.{name} is {beyond!r}, and data chooses neither a function to call nor a place "
            f"to send to; if you trust it: promptlab.load(folder, trust=[{beyond!r}])"
        )


def find(name: str, key: str, trust: Collection[str] = ()) -> type:
    """Return the dataclass of this name, if it is one that data may name.

    Raises:
        ValueError: it is not, or there is none.
    """
    module, _, word = current(name).rpartition(".")
    _allow(module, f"{key}.{TARGET} is {name!r}", trust)
    try:
        found = getattr(import_module(module), word)
    except (ImportError, AttributeError) as error:
        raise ValueError(
            f"{key}.{TARGET} is {name!r}, which cannot be imported ({error}); expected a class of "
            "this version of promptlab"
        ) from error
    if not isinstance(found, type) or not dataclasses.is_dataclass(found):
        raise ValueError(f"{key}.{TARGET} is {name!r}, which is no component; expected a dataclass")
    _allow(found.__module__, f"{key}.{TARGET} is {name!r}, of {found.__module__}", trust)
    return found


def _allow(module: str, said: str, trust: Collection[str]) -> None:
    """Refuse a module that is neither a stage of promptlab nor trusted; nothing is imported yet."""
    if any(module == own or module.startswith(f"{own}.") for own in (*STAGES, *trust)):
        return
    if module.partition(".")[0] == "promptlab":
        raise ValueError(f"{said}, which is no stage of a prompt; only these are made from data")
    raise ValueError(
        f"{said}, which is not promptlab's, and data never runs code by itself; if you trust it: "
        f"promptlab.load(folder, trust=[{module.partition('.')[0]!r}])"
    )


def _within(folder: Path, name: str, key: str) -> Path:
    """Return a file of the folder; a name that leads out of it is refused."""
    path = folder / name
    if Path(name).name != name or name in ("", ".", "..") or not path.exists():
        raise ValueError(f"{key}.{FILE} is {name!r}; expected the name of a file in {folder}")
    return path


def described(part: Any) -> Any:
    """Write a component as the plain data that it is made of: what `component` reads."""
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        named = {field.name: getattr(part, field.name) for field in dataclasses.fields(part)}
        kind = type(part)
        return {TARGET: f"{kind.__module__}.{kind.__qualname__}", **described(named)}
    if isinstance(part, Mapping):
        return {key: described(item) for key, item in part.items()}
    if isinstance(part, list | tuple):
        return [described(item) for item in part]
    return part
