"""What is composed quickly is what Hydra composes by itself."""

import os

import pytest
from hydra._internal import defaults_list
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.config_repository import CachingConfigRepository, ConfigRepository
from hydra.errors import ConfigCompositionException
from omegaconf import OmegaConf

from promptlab.cli.config import quick_compose
from promptlab.cli.config.compose import add_search_path, compose

CHOSEN = (
    [],
    ["strategy=self_consistency", "selection=mmr", "selection@selection.inner=bm25", "tool=search"],
    ["experiment=quickstart", "model@judge=scripted", "metric=judge"],
    ["tracking=mlflow", "k=3"],
    ["~ordering", "+strategy.note=[1,'${seed}']"],
)

GROUPS = [("strategy", "cot"), ("selection", "dpp"), ("strategy", "react"), ("template", "qa_v1")]


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
            patch.setattr(CachingConfigRepository, "__init__", quick_compose._copy_repository)
            merge = "_compose_config_from_defaults_list"
            patch.setattr(ConfigLoaderImpl, merge, quick_compose._merge)
            patch.setattr(defaults_list, "_create_interpolation_map", quick_compose._list_choices)
            return compose(overrides)

    return composed


@pytest.mark.parametrize("overrides", CHOSEN)
def test_what_is_composed_is_the_same(overrides, by_itself):
    first, again = compose(overrides), compose(overrides)
    assert OmegaConf.to_yaml(by_itself(overrides)) == OmegaConf.to_yaml(first)
    assert first == again


def test_what_is_merged_is_the_same_from_wherever_it_goes_on(by_itself):
    """Each has a beginning in common with one before it, longer or shorter."""
    quick_compose._merged.clear()
    quick_compose._steps.clear()
    chosen = [[], *([f"{group}={name}"] for group, name in GROUPS), *CHOSEN, []]
    for overrides in chosen:
        made, expected = compose(overrides), by_itself(overrides)
        assert OmegaConf.to_yaml(made) == OmegaConf.to_yaml(expected), overrides
        for key in ("strategy", "selection", "hydra", None):
            of = [each[key] if key and key in each else each for each in (made, expected)]
            flags = [
                [each._get_node_flag(flag) for flag in ("struct", "readonly", quick_compose.SHARE)]
                for each in of
            ]
            assert flags[0] == flags[1], (overrides, key)
    assert len(quick_compose._merged) > len(GROUPS)


def test_nothing_is_merged_again_where_a_value_alone_is_another(monkeypatch):
    compose(["selection=mmr"])
    merged = []
    load = ConfigLoaderImpl._load_single_config
    counted = lambda self, *of, **named: merged.append(of) or load(self, *of, **named)  # noqa: E731
    monkeypatch.setattr(ConfigLoaderImpl, "_load_single_config", counted)
    assert compose(["selection=mmr", "seed=7"]).seed == 7
    assert merged == []
    compose(["selection=mmr", "strategy=react"])
    compose(["selection=dpp", "strategy=react"])
    assert 0 < len(merged) < 50


def test_what_cannot_be_merged_is_told_in_hydras_words(own, by_itself):
    (own / "strategy" / "bad.yaml").write_text("template: [1]\n")
    told = add_search_path(["strategy=bad", "template@strategy.template=classify_v1"], str(own))
    told += ["+strategy.template.cue=x"]
    said = []
    for composed in (compose, by_itself):
        with pytest.raises(ConfigCompositionException) as error:
            composed(told)
        said.append(str(error.value))
    assert said[0] == said[1]


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(quick_compose, "MERGED", 2)
    monkeypatch.setattr(quick_compose, "_merged", {})
    for name in ("random", "knn", "bm25", "mmr"):
        compose([f"selection={name}"])
        assert len(quick_compose._merged) <= 2


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
