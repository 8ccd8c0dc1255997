"""What Hydra composed to see that it can be is what is run."""

import pytest
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from omegaconf import OmegaConf

from promptlab.cli.config.compose import build, compose
from promptlab.cli.config.compose_once import compose_once


@pytest.fixture
def asked(monkeypatch):
    """What Hydra composed in earnest."""
    calls = []

    def load(self, master_config, sweep_overrides):
        calls.append(sweep_overrides)
        return OmegaConf.create({"of": sweep_overrides})

    monkeypatch.setattr(ConfigLoaderImpl, "load_sweep_config", load)
    return calls


def _load(overrides):
    return ConfigLoaderImpl.load_sweep_config(None, master_config={}, sweep_overrides=overrides)


def test_a_variant_is_composed_once_and_handed_out_twice(asked):
    with compose_once():
        checked = [_load(["k=1"]), _load(["k=2"])]
        run = [_load(["k=1"]), _load(["k=2"])]
    assert asked == [["k=1"], ["k=2"]]
    assert all(a is b for a, b in zip(checked, run, strict=True))


def test_a_variant_that_is_named_twice_is_not_run_with_the_config_of_the_first(asked):
    with compose_once():
        for _ in range(2):
            _load(["k=1"])
        first, second = _load(["k=1"]), _load(["k=1"])
    assert first is not second


def test_hydra_is_left_as_it_was(asked):
    before = ConfigLoaderImpl.load_sweep_config
    with pytest.raises(KeyError), compose_once():
        raise KeyError
    assert ConfigLoaderImpl.load_sweep_config is before


def test_variants_of_one_data_set_read_it_once():
    first, second = (build(compose([f"selection={name}"])) for name in ("zero", "random"))
    other = build(compose(["selection=zero", "dataset.limit=3"]))
    assert first.dataset is second.dataset
    assert len(other.dataset.test) == 3
