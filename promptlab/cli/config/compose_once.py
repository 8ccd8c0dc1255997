"""Hydra composes all variants of a sweep before the first is run, and each again in its turn.

The first finds a typo at once and stays. The second is most of what a sweep that is finished
already takes, so it is handed what the first composed. Hydra has no place to say so: a sweeper of
one's own must come from a package `hydra_plugins`.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hydra._internal.config_loader_impl import ConfigLoaderImpl
from omegaconf import DictConfig

COUNT = "PROMPTLAB_VARIANTS"
"""How many variants the sweep has, for whatever process runs one of them."""


@contextmanager
def compose_once() -> Iterator[None]:
    """Reuse, while it lasts, the config that Hydra composed for a variant."""
    composed: dict[tuple[str, ...], DictConfig] = {}
    handed: set[tuple[str, ...]] = set()
    load = ConfigLoaderImpl.load_sweep_config

    def once(self: Any, master_config: DictConfig, sweep_overrides: Sequence[str]) -> DictConfig:
        key = tuple(sweep_overrides)
        if key in composed:
            handed.add(key)
            return composed.pop(key)
        config = load(self, master_config, list(sweep_overrides))
        # A variant that is named twice is run twice, and who runs it writes into its config.
        if key not in handed:
            composed[key] = config
            os.environ[COUNT] = str(len(composed) + len(handed))
        return config

    os.environ.pop(COUNT, None)
    ConfigLoaderImpl.load_sweep_config = once  # type: ignore[method-assign]
    try:
        yield
    finally:
        ConfigLoaderImpl.load_sweep_config = load  # type: ignore[method-assign]
