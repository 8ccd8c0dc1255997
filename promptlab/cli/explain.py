"""What to say when a command cannot be run: one message, with the nearest valid words."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable

from hydra.errors import (
    ConfigCompositionException,
    HydraException,
    InstantiationException,
    MissingConfigException,
)
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException

from promptlab.cli.compose import compose, variants
from promptlab.cli.nearest import nearest

DEBUG = "PROMPTLAB_DEBUG=1 shows the traceback."


def explain(error: BaseException) -> str:
    """Say in one message what was given, what was expected and what to do."""
    if isinstance(error, ExceptionGroup):
        return _failures(error)
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        return _unknown_option(error.missing_cfg_file, error.options or ())
    if isinstance(error, InstantiationException):
        return _broken_component(error)
    if isinstance(error, ConfigCompositionException):
        return _unknown_key(error)
    if isinstance(error, (ValueError, OSError, OmegaConfBaseException)):
        return _missing(error) or str(error)
    return f"{type(error).__name__}: {error}\n{DEBUG}"


def _missing(error: BaseException) -> str:
    """Name a key that has no value; say nothing of other errors."""
    if not isinstance(error, MissingMandatoryValue):
        return ""
    return f"{error.full_key} is missing, and has no default; say {error.full_key}=…"


def _failures(group: ExceptionGroup[Exception]) -> str:
    """Say what became of each variant that failed, once for all that failed alike."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for error in group.exceptions:
        alike[explain(error)].append("".join(error.__notes__))
    told = [f"{', '.join(names)}: {what}" for what, names in alike.items()]
    return "\n  ".join([f"{group.message} failed", *told])


def _unknown_option(given: str, options: Iterable[str]) -> str:
    group, _, option = given.rpartition("/")
    valid = sorted(options)
    return f"{group}={option}: no such {group}; {nearest(option, valid)}\nAll: {', '.join(valid)}"


def _broken_component(error: InstantiationException) -> str:
    """Unwrap what a component's constructor said, and name its key."""
    key = re.search(r"full_key: (\S+)", str(error))
    cause = error.__cause__
    where = f" (config key {key[1]})" if key else ""
    if isinstance(cause, TypeError) and (unexpected := re.search(r"argument '(\w+)'", str(cause))):
        return f"{key[1] if key else 'config'}: no field {unexpected[1]!r}: {cause}"
    return f"{cause or error}{where}"


def _unknown_key(error: ConfigCompositionException) -> str:
    """Name the keys that are most like one that is not in the config."""
    named = re.search(r"[Cc]ould not override '([^']+)'", str(error))
    if not named:
        return f"{error}\n{error.__cause__ or ''}".strip()
    given = named[1].split("@")[0]
    depth = given.count(".")
    valid = [key for key in _keys(_composed_without(given)) if key.count(".") == depth]
    return f"{given}: no such key; {nearest(given, valid)}"


def _composed_without(key: str) -> DictConfig:
    """Compose what the command line says but for one key, or the defaults where that fails."""
    told = [word for word in sys.argv[1:] if "=" in word and not word.startswith("-")]
    kept = [word for word in told if word.partition("=")[0].lstrip("+~") != key]
    try:
        return compose(variants(kept)[0])
    except (HydraException, OmegaConfBaseException):
        return compose([])


def _keys(cfg: DictConfig, prefix: str = "") -> list[str]:
    keys = []
    for key in map(str, cfg):
        keys.append(prefix + key)
        if not OmegaConf.is_missing(cfg, key) and not OmegaConf.is_interpolation(cfg, key):
            value = cfg[key]
            keys += _keys(value, f"{prefix}{key}.") if isinstance(value, DictConfig) else []
    return keys
