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

from promptlab.cli.config.expected import check, hints
from promptlab.cli.config.nearest import nearest

TARGET, PARTIAL, ARGS, RECURSIVE = "_target_", "_partial_", "_args_", "_recursive_"
ASIDE = (TARGET, PARTIAL, ARGS, RECURSIVE, "_convert_")
"""The keys that say how to call, as Hydra has them."""


def component(key: str, node: Any) -> Any:
    """Make what plain data describes: components for its `_target_`s, innermost first.

    Args:
        key: Where it stands in the config, for messages.
        node: Resolved plain data.

    Raises:
        ValueError: a `_target_` cannot be found, or a field of it holds what it cannot.
    """
    if isinstance(node, list):
        return [component(f"{key}[{number}]", each) for number, each in enumerate(node)]
    if not isinstance(node, dict):
        return node
    made = {
        name: each
        if (name in ASIDE and name != ARGS) or not node.get(RECURSIVE, True)
        else component(f"{key}.{name}" if key else str(name), each)
        for name, each in node.items()
    }
    return _called(key, made) if TARGET in made else made


def _called(key: str, node: Mapping[str, Any]) -> Any:
    """Call what `_target_` names; with `_partial_`, return the call that is still to be made."""
    target = _found(key, str(node[TARGET]))
    fields = {name: each for name, each in node.items() if name not in ASIDE}
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
    """Let Hydra find what a name means, and refuse what it never calls."""
    return instantiate({TARGET: name, PARTIAL: True})


def _found(key: str, name: str) -> Any:
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
    """Refuse fields that there are not, that are missing, or that hold what they cannot."""
    told = hints(target)
    for name, value in fields.items():
        check(f"{key}.{name}", value, told.get(name, Any))
    try:
        signature = inspect.signature(target)
    except (ValueError, TypeError):  # some built-in functions have none
        return
    known = [name for name, each in signature.parameters.items() if each.kind != each.VAR_KEYWORD]
    if len(known) == len(signature.parameters):
        for name in fields:
            if name not in known:
                raise ValueError(f"{key}: no field {name!r}; {nearest(str(name), known)}")
    try:
        (signature.bind_partial if later else signature.bind)(*arguments, **fields)
    except TypeError as error:
        raise ValueError(f"{key}: {error}") from error
