"""What Hydra does anew for every config that it composes, and need not.

It composes a run twice (to see whether it is a sweep, and to run it), and each variant of a sweep.
Each time it parses every yaml file, and for each of them makes a config of all that is chosen so
far, which only a choice written as `${…}` reads. These are more than half of what composing takes.
"""

import pickle
from importlib import resources
from pathlib import Path

from hydra._internal import defaults_list
from hydra._internal.config_repository import ConfigRepository
from hydra._internal.defaults_list import Overrides
from hydra.core.default_element import InputDefault
from hydra.core.object_type import ObjectType
from hydra.plugins.config_source import ConfigResult, ConfigSource
from omegaconf import DictConfig, OmegaConf

_parse = ConfigRepository.load_config
_parsed: dict[tuple[str, ...], bytes] = {}
_list_choices = defaults_list._create_interpolation_map  # noqa: SLF001
_NO_CHOICES = OmegaConf.create()


def compose_quickly() -> None:
    """Let Hydra, in this process, parse a file once, and list choices where they are read."""
    ConfigRepository.load_config = _parsed_once  # type: ignore[method-assign]
    defaults_list._create_interpolation_map = _choices_where_read  # type: ignore[assignment]  # noqa: SLF001


def _parsed_once(self: ConfigRepository, config_path: str) -> ConfigResult | None:
    """Return what a yaml says, as long as it is the same file of the same time and length."""
    source = self._find_object_source(config_path, ObjectType.CONFIG)
    file = source and _file(source, config_path)
    if not source or not file:
        return _parse(self, config_path)
    told = file.stat()
    key = (source.provider, source.path, str(file), str(told.st_mtime_ns), str(told.st_size))
    if key not in _parsed:
        _parsed[key] = pickle.dumps(_parse(self, config_path))
    parsed: ConfigResult = pickle.loads(_parsed[key])  # noqa: S301  from the line above
    return parsed


def _file(source: ConfigSource, config_path: str) -> Path | None:
    """Return the file in which Hydra finds a config; None where it is in none, or in an archive."""
    name = source._normalize_file_name(config_path)  # noqa: SLF001
    if source.scheme() == "file":
        return Path(source.path, name)
    found = resources.files(source.path).joinpath(name) if source.scheme() == "pkg" else None
    return found if isinstance(found, Path) else None


def _choices_where_read(
    overrides: Overrides, defaults: list[InputDefault], self_added: bool
) -> DictConfig:
    """Make a config of all choices so far where one of these is written as `${…}`."""
    if any(default.is_interpolation() for default in defaults):
        return _list_choices(overrides, defaults, self_added)
    return _NO_CHOICES
