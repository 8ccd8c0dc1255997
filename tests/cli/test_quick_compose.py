"""What is composed quickly is what Hydra composes by itself."""

import os

import pytest
from hydra._internal import defaults_list
from hydra._internal.config_repository import ConfigRepository
from omegaconf import OmegaConf

from promptlab.cli.config import quick_compose
from promptlab.cli.config.compose import add_search_path, compose

CHOSEN = (
    [],
    ["strategy=self_consistency", "selection=mmr", "selection@selection.inner=bm25", "tool=search"],
    ["experiment=quickstart", "model@judge=scripted", "metric=judge"],
    ["~ordering", "+strategy.note=[1,'${seed}']"],
)


@pytest.fixture
def own(tmp_path):
    """A folder of yaml files, one of which is chosen by what is chosen elsewhere."""
    (tmp_path / "strategy").mkdir()
    (tmp_path / "strategy" / "mine.yaml").write_text("defaults: [direct]\nnote: first\n")
    chosen = "defaults: [direct, /note@note: '${model}']\n"
    (tmp_path / "strategy" / "chosen.yaml").write_text(chosen)
    (tmp_path / "note").mkdir()
    (tmp_path / "note" / "scripted.yaml").write_text("said: last\n")
    return tmp_path


@pytest.fixture
def by_itself(monkeypatch):
    """Compose as Hydra does."""

    def composed(overrides):
        with monkeypatch.context() as patch:
            patch.setattr(ConfigRepository, "load_config", quick_compose._parse)
            patch.setattr(defaults_list, "_create_interpolation_map", quick_compose._list_choices)
            return compose(overrides)

    return composed


@pytest.mark.parametrize("overrides", CHOSEN)
def test_what_is_composed_is_the_same(overrides, by_itself):
    first, again = compose(overrides), compose(overrides)
    assert OmegaConf.to_yaml(by_itself(overrides)) == OmegaConf.to_yaml(first)
    assert first == again


def test_a_choice_by_another_choice_is_the_same(own, by_itself):
    told = add_search_path(["strategy=chosen", "model=scripted"], str(own))
    assert compose(told) == by_itself(told)
    assert compose(told).strategy.note.said == "last"


def test_what_is_written_into_a_config_is_in_no_other():
    first = compose([])
    first.strategy.template.cue = "Written:"
    assert compose([]).strategy.template.cue != "Written:"


def test_a_file_that_is_written_anew_is_read_anew(own):
    told = add_search_path(["strategy=mine"], str(own))
    assert compose(told).strategy.note == "first"
    file = own / "strategy" / "mine.yaml"
    before = file.stat().st_mtime_ns
    file.write_text("defaults: [direct]\nnote: other\n")
    os.utime(file, ns=(before, before + 1))
    assert compose(told).strategy.note == "other"


def test_a_file_is_parsed_once(own, monkeypatch):
    read = []
    parse = quick_compose._parse
    monkeypatch.setattr(quick_compose, "_parse", lambda *of: read.append(of[1]) or parse(*of))
    told = add_search_path(["strategy=mine"], str(own))
    for _ in range(2):
        compose(told)
    assert read.count("strategy/mine") == 1


def test_choices_are_listed_where_a_choice_reads_them(own, monkeypatch):
    listed = []
    make = quick_compose._list_choices
    monkeypatch.setattr(quick_compose, "_list_choices", lambda *of: listed.append(of) or make(*of))
    compose(["model=scripted"])
    assert listed == []
    compose(add_search_path(["strategy=chosen", "model=scripted"], str(own)))
    assert len(listed) == 1
