"""From plain data to a component: what its `_target_` names is called with its other keys.

Hydra's own `instantiate` reads plain data as a config once more, and resolves in it again what was
resolved; here nothing is.
"""

import inspect
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from typing import Any

from hydra.errors import InstantiationException
from hydra.utils import instantiate

from promptlab.cli.config.nearest import nearest
from promptlab.cli.config.validate import check, hints
from promptlab.moved import current

TARGET, PARTIAL, ARGS, RECURSIVE = "_target_", "_partial_", "_args_", "_recursive_"
ASIDE = (TARGET, PARTIAL, ARGS, RECURSIVE, "_convert_")
"""The keys that say how to call, as Hydra has them."""


def component(key: str, node: Any) -> Any:
    """Make what plain data describes: components for its `_target_`s, innermost first.

    Args:
        key: Where it stands in the config, for messages.
        node: Resolved plain data.

    Raises:
        ValueError: a `_target_` cannot be found, or a field holds a value of the wrong type.
    """
    if isinstance(node, list):
        return [component(f"{key}[{number}]", item) for number, item in enumerate(node)]
    if not isinstance(node, dict):
        return node
    fields = {
        name: item
        if (name in ASIDE and name != ARGS) or not node.get(RECURSIVE, True)
        else component(f"{key}.{name}" if key else str(name), item)
        for name, item in node.items()
    }
    return _call(key, fields) if TARGET in fields else fields


def _call(key: str, node: Mapping[str, Any]) -> Any:
    """Call what `_target_` names; with `_partial_`, return the call that is still to be made."""
    target = _find(key, str(node[TARGET]))
    fields = {name: value for name, value in node.items() if name not in ASIDE}
    arguments, later = node.get(ARGS, ()), bool(node.get(PARTIAL))
    _check(key, target.func, fields, arguments, later=later)
    call = partial(target, *arguments, **fields)
    if later:
        return call
    try:
        return call()
    except (ValueError, TypeError, InstantiationException) as error:
        raise ValueError(f"{error} (config key {key})") from error


@lru_cache(maxsize=256)
def _target(name: str) -> Any:
    """Import a target through Hydra, which refuses unsafe ones."""
    return instantiate({TARGET: current(name), PARTIAL: True})


def _find(key: str, name: str) -> Any:
    try:
        return _target(name)
    except InstantiationException as error:
        reason = re.sub(r"(?s)set env var HYDRA.*|\n.*", "", str(error.__cause__ or error)).strip()
        raise ValueError(
            f"{key}.{TARGET} is {name!r}, which cannot be used ({reason}); expected the path of a "
            "class or a function, promptlab.strategy.direct.Direct say"
        ) from error


def _check(
    key: str, target: Any, fields: Mapping[str, Any], arguments: Iterable[Any], *, later: bool
) -> None:
    """Refuse unknown, missing and mistyped fields."""
    annotations = hints(target)
    for name, value in fields.items():
        check(f"{key}.{name}", value, annotations.get(name, Any))
    try:
        signature = inspect.signature(target)
    except (ValueError, TypeError):  # some built-in functions have none
        return
    names = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.kind != parameter.VAR_KEYWORD
    ]
    if len(names) == len(signature.parameters):
        for name in fields:
            if name not in names:
                raise ValueError(f"{key}: no field {name!r}; {nearest(str(name), names)}")
    try:
        (signature.bind_partial if later else signature.bind)(*arguments, **fields)
    except TypeError as error:
        raise ValueError(f"{key}: {error}") from error
