"""What to say when a command cannot be run: one message, with the nearest valid words."""

import difflib
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from hydra.errors import (
    ConfigCompositionException,
    HydraException,
    MissingConfigException,
    OverrideParseException,
)
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import (
    GrammarParseError,
    InterpolationKeyError,
    MissingMandatoryValue,
    OmegaConfBaseException,
)
from yaml import YAMLError

from promptlab.cli.config.compose import compose, variants
from promptlab.cli.config.nearest import nearest
from promptlab.cli.help import yaml_files
from promptlab.cli.main import COMMANDS

RENAMED = {"window": "batch", "literal": "digits_only"}
"""Keys that once were called otherwise."""
MOST = 100
"""Variants of a sweep that are looked at for a key."""
DEBUG = "PROMPTLAB_DEBUG=1 shows the traceback."


def explain(error: BaseException) -> str:
    """Say in one message what was given, what was expected and what to do."""
    message = next((say(error) for kind, say in SAID if isinstance(error, kind)), "")
    return message or f"{type(error).__name__}: {error}\n{DEBUG}"


def _missing(error: MissingMandatoryValue) -> str:
    return f"{error.full_key} is missing, and has no default; say {error.full_key}=…"


def _unresolved(error: OmegaConfBaseException) -> str:
    """Say what `${` begins, to those who meant two characters."""
    key = f"{error.full_key}: " if error.full_key else ""
    line = str(error).split("\n")[0]
    detail = "" if isinstance(error, GrammarParseError) else f" ({line})"
    return (
        f"{key}what begins with ${{ cannot be resolved{detail}; expected a key of the config, "
        "${k} say. Where a text holds ${, write \\${"
    )


def _failures(group: ExceptionGroup[Exception]) -> str:
    """Say what became of each variant that failed, once for all that failed alike."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for error in group.exceptions:
        alike[explain(error)].append("".join(error.__notes__))
    lines = [f"{', '.join(names)}: {message}" for message, names in alike.items()]
    return "\n  ".join([f"{group.message} failed", *lines])


def _unknown_option(error: MissingConfigException) -> str:
    group, _, option = (error.missing_cfg_file or "").rpartition("/")
    # Of one in a list Hydra does not say what there is.
    valid = sorted(error.options or (path.stem for path in yaml_files(group)))
    if not valid:
        return str(error)
    return f"{group}={option}: no such {group}; {nearest(option, valid)}\nAll: {', '.join(valid)}"


def _unreadable(error: OverrideParseException) -> str:
    """Say what an override looks like; its value was put in quotation marks where that helps."""
    override = error.override
    key, equals, value = override.partition("=")
    if not equals:
        near = difflib.get_close_matches(override, COMMANDS, 1)
        hint = f"; did you mean {near[0]}?" if near else f", or a command: {', '.join(COMMANDS)}"
        return f"{override}: expected key=value, such as strategy=cot{hint}"
    if not re.fullmatch(r"[+~]{0,2}[\w./@:$-]+", key, re.ASCII):
        return (
            f"{override}: {key!r} cannot be a key; expected names joined by points, such as "
            "dataset.path, and no space before the ="
        )
    return f"{override}: {value} cannot be read; as text it is written \"{key}='{value}'\""


def _not_composed(error: ConfigCompositionException) -> str:
    """Say which override does not fit the config, and what would."""
    if isinstance(error.__cause__, OmegaConfBaseException) and "${" in str(error):
        return _unresolved(error.__cause__)
    if several := re.search(r"(?s)Ambiguous value for argument '(.*?)'\n1\. ", str(error)):
        key = several[1].partition("=")[0]
        return (
            f"{several[1]}: several values are several variants, run by python -m promptlab -m …; "
            f"one text with a comma in it stands in quotation marks: \"{key}='…'\""
        )
    if named := re.search(r"[Cc]ould not override '([^']+)'", str(error)):
        return _unknown_place(named[1]) if "@" in named[1] else _unknown_key(named[1])
    return f"{error}\n{error.__cause__ or ''}".strip()


def _unknown_place(given: str) -> str:
    """Say how one option is put where a config has no choice of it, or nothing at all."""
    group, _, place = given.partition("@")
    cfgs = [cfg for _, cfg in _composed_without(given)]
    if any(place in _keys(cfg) for cfg in cfgs):
        return f"{given}: what stands there is not chosen by default; +{given}=… puts another there"
    parts = {part for cfg in cfgs for part in _keys(cfg) if _is_of(cfg, part, group)} - {group}
    hint = nearest(place, sorted(parts)) if parts else f"no {group} stands within another here"
    return f"{given}: there is no {place}; {hint}"


def _is_of(cfg: DictConfig, key: str, group: str) -> bool:
    """Say whether an option of a group stands at a key."""
    target = OmegaConf.select(cfg, f"{key}._target_", throw_on_resolution_failure=False)
    return str(target).startswith(f"promptlab.{group.replace('/', '.')}.")


def _unknown_key(given: str) -> str:
    """Name the keys that are most like one that is not in the config."""
    head, _, last = given.rpartition(".")
    if last in RENAMED:
        return f"{given}: it is called {head + '.' if head else ''}{RENAMED[last]} now"
    composed = [(line, _keys(cfg)) for line, cfg in _composed_without(given)]
    lacking = [line for line, keys in composed if given not in keys]
    if 0 < len(lacking) < len(composed):
        named = _apart(lacking, [line for line, keys in composed if given in keys])
        return f"{given}: no such key with {named}; leave out these variants, or the key"
    if head and any(_is_open(cfg, head) for _, cfg in _composed_without(given)):
        return (
            f'{given}: {head} holds names of your own: "{head}={{{last}: …}}", or one more by '
            f"+{given}=…"
        )
    depth = given.count(".")
    valid = [key for _, keys in composed for key in keys if key.count(".") == depth]
    hint = nearest(given, valid) if valid else "there is nothing so deep in the config"
    return f"{given}: no such key; {hint}"


def _is_open(cfg: DictConfig, key: str) -> bool:
    """Say whether a mapping is empty, so that its names are whoever's who fills it."""
    node = OmegaConf.select(cfg, key, throw_on_resolution_failure=False)
    return isinstance(node, DictConfig) and not node


def _composed_without(key: str) -> list[tuple[list[str], DictConfig]]:
    """Compose each variant but for one key, with what it changes; else the defaults."""
    overrides = [word for word in sys.argv[1:] if "=" in word and not word.startswith("-")]
    others = [word for word in overrides if word.partition("=")[0].lstrip("+~") != key]
    try:
        return [(line, compose(line)) for line in variants(others)[:MOST]]
    except (HydraException, OmegaConfBaseException):
        return [([], compose([]))]


def _apart(some: Sequence[Sequence[str]], others: Sequence[Sequence[str]]) -> str:
    """Name some of a sweep's variants by what none of the others has."""
    shared = {word for line in others for word in line}
    return ", ".join(dict.fromkeys(word for line in some for word in line if word not in shared))


def _keys(cfg: DictConfig, prefix: str = "") -> list[str]:
    keys = []
    for key in map(str, cfg):
        keys.append(prefix + key)
        if not OmegaConf.is_missing(cfg, key) and not OmegaConf.is_interpolation(cfg, key):
            value = cfg[key]
            keys += _keys(value, f"{prefix}{key}.") if isinstance(value, DictConfig) else []
    return keys


SAID: Sequence[
    tuple[type[BaseException] | tuple[type[BaseException], ...], Callable[[Any], str]]
] = (
    (ExceptionGroup, _failures),
    (MissingConfigException, _unknown_option),
    (OverrideParseException, _unreadable),
    (ConfigCompositionException, _not_composed),
    (MissingMandatoryValue, _missing),
    ((GrammarParseError, InterpolationKeyError), _unresolved),
    ((ValueError, OSError, ImportError, OmegaConfBaseException, YAMLError), str),
)
"""Who says what of each kind of error; of the first kind that it is."""
