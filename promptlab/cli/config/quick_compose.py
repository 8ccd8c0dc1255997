"""What Hydra does anew for every config that it composes, and need not.

It composes a run twice (to see whether it is a sweep, and to run it), and each variant of a sweep.
Each time it parses every yaml file, merges some thirty of them one into the next, copies where it
finds them, and for each makes a config of all that is chosen so far, which only a choice written as
`${…}` reads. These are most of what composing takes.
"""

import pickle
from collections.abc import Sequence
from copy import copy, deepcopy
from importlib import resources
from itertools import accumulate
from pathlib import Path
from typing import Any

from hydra._internal import defaults_list
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_repository import (
    CachingConfigRepository,
    ConfigRepository,
    IConfigRepository,
)
from hydra._internal.defaults_list import Overrides
from hydra.core.config_store import ConfigStore
from hydra.core.default_element import InputDefault, ResultDefault
from hydra.core.object_type import ObjectType
from hydra.plugins.config_source import ConfigResult, ConfigSource
from omegaconf import DictConfig, OmegaConf, flag_override
from omegaconf.errors import OmegaConfBaseException

MERGED = 16
"""Most merged configs that are kept."""
KEY = "promptlab_key"
"""Under which a parsed config says of which file, of which time and length, it is."""
DEFAULTS = "HYDRA_REMOVE_TOP_LEVEL_DEFAULTS"
"""What Hydra marks a config by whose list of choices is no part of it."""
STORE = "structured"
"""The scheme of Hydra's own store of configs."""
SHARE = "no_deepcopy_set_nodes"
"""OmegaConf's word for taking over what is merged, for it belongs to nobody else."""

_parse = ConfigRepository.load_config
_copy_repository = CachingConfigRepository.__init__
_parsed: dict[tuple[str, ...], bytes] = {}
_list_choices = defaults_list._create_interpolation_map  # noqa: SLF001
_NO_CHOICES = OmegaConf.create()
_merge = ConfigLoaderImpl._compose_config_from_defaults_list  # noqa: SLF001
_steps: dict[tuple[int, tuple[str, ...] | None], int] = {}
"""What was merged into what: a tree, in which what was merged so far has a number."""
_merged: dict[int, DictConfig] = {}


def compose_quickly() -> None:
    """Let Hydra, in this process, do once what is the same each time, and list what is read."""
    ConfigRepository.load_config = _parsed_once  # type: ignore[method-assign]
    CachingConfigRepository.__init__ = _share_repository  # type: ignore[method-assign]
    ConfigLoaderImpl._compose_config_from_defaults_list = _merged_once  # type: ignore[method-assign]  # noqa: SLF001
    defaults_list._create_interpolation_map = _choices_where_read  # type: ignore[assignment]  # noqa: SLF001


def _share_repository(self: CachingConfigRepository, delegate: IConfigRepository) -> None:
    """Copy what `initialize_sources` replaces, and nothing that it only reads."""
    self.delegate = copy(delegate)
    self.cache = {}


def _parsed_once(self: ConfigRepository, config_path: str) -> ConfigResult | None:
    """Return what a config says, as long as it is the same file, or the same object in a store."""
    source = self._find_object_source(config_path, ObjectType.CONFIG)
    key = source and _key(source, config_path)
    if not source or not key:
        return _parse(self, config_path)
    if source.scheme() == STORE:  # of classes, which Hydra may have imported anew since
        parsed = _parse(self, config_path)
        vars(parsed)[KEY] = key
        return parsed
    if key not in _parsed:
        _parsed[key] = pickle.dumps(_parse(self, config_path))
    known: ConfigResult = pickle.loads(_parsed[key])  # noqa: S301  from the line above
    vars(known)[KEY] = key
    return known


def _key(source: ConfigSource, config_path: str) -> tuple[str, ...] | None:
    """Tell a config from all others, and from what it was; None where that cannot be told."""
    if source.scheme() == STORE:
        name = source._normalize_file_name(config_path)  # noqa: SLF001
        stored = ConfigStore.instance()._load(name).node  # noqa: SLF001
        return source.provider, source.scheme(), config_path, str(id(stored))
    file = _file(source, config_path)
    if not file:
        return None
    told = file.stat()
    return source.provider, source.path, str(file), str(told.st_mtime_ns), str(told.st_size)


def _file(source: ConfigSource, config_path: str) -> Path | None:
    """Return the file in which Hydra finds a config; None where it is in none, or in an archive."""
    name = source._normalize_file_name(config_path)  # noqa: SLF001
    if source.scheme() == "file":
        return Path(source.path, name)
    found = resources.files(source.path).joinpath(name) if source.scheme() == "pkg" else None
    return found if isinstance(found, Path) else None


def _merged_once(
    self: ConfigLoaderImpl, defaults: list[ResultDefault], repo: IConfigRepository
) -> DictConfig:
    """Go on from the longest beginning of these that is merged already."""
    told = [_told(default, repo) for default in defaults]
    if None in told:
        return _merge(self, defaults, repo)
    met = _met(told)
    numbers = list(accumulate(told, _number, initial=0))[1:]
    known = max((n for n, number in enumerate(numbers, 1) if number in _merged), default=0)
    config = deepcopy(_merged[numbers[known - 1]]) if known else OmegaConf.create()
    try:
        for place in range(known, len(defaults)):
            with flag_override(config, SHARE, True):
                config.merge_with(self._load_single_config(defaults[place], repo).config)
            if place + 1 in (met, len(defaults)):
                _keep(numbers[place], config)
    except OmegaConfBaseException:
        return _merge(self, defaults, repo)  # says where
    _strip_defaults(config)
    return config


def _told(default: ResultDefault, repo: IConfigRepository) -> tuple[str, ...] | None:
    """Return what is merged, and where to; None where it may be another the next time."""
    parsed = repo.load_config(str(default.config_path))
    key = parsed and vars(parsed).get(KEY)
    return (*key, str(default.package), str(default.primary)) if key else None


def _met(told: Sequence[tuple[str, ...] | None]) -> int:
    """Return how many of these have been merged in this order before: then others came."""
    number = 0
    for place, each in enumerate(told):
        if (number, each) not in _steps:
            return place
        number = _steps[number, each]
    return len(told)


def _number(before: int, told: tuple[str, ...] | None) -> int:
    return _steps.setdefault((before, told), len(_steps) + 1)


def _keep(number: int, config: DictConfig) -> None:
    """Keep a copy of what is merged, so that what is written into one config is in no other."""
    if len(_merged) >= MERGED:
        _merged.pop(next(iter(_merged)))
    _merged[number] = deepcopy(config)


def _strip_defaults(config: Any) -> None:
    """Remove the lists of choices, as Hydra does where all are merged."""
    if not isinstance(config, DictConfig) or not isinstance(config._content, dict):  # noqa: SLF001
        return
    with flag_override(config, ["readonly", "struct"], False):
        if config._get_flag(DEFAULTS):  # noqa: SLF001
            config._set_flag(DEFAULTS, None)  # noqa: SLF001
            config.pop("defaults", None)
        for _, value in config.items_ex(resolve=False):
            _strip_defaults(value)


def _choices_where_read(
    overrides: Overrides, defaults: list[InputDefault], self_added: bool
) -> DictConfig:
    """Make a config of all choices so far where one of these is written as `${…}`."""
    if any(default.is_interpolation() for default in defaults):
        return _list_choices(overrides, defaults, self_added)
    return _NO_CHOICES
