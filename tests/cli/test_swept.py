"""What is said beneath an option that a sweep varies holds for the variants that have it."""

import json
import sys
from pathlib import Path

import pytest

from promptlab.cli.config.swept import wait_for_variants
from promptlab.cli.main import main

DATA = ["dataset=arithmetic", "dataset.limit=2", "model=scripted", "tracking=none"]


def call(monkeypatch, tmp_path, *words):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["promptlab", *words])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_a_key_that_the_default_option_lacks_reaches_every_variant(monkeypatch, tmp_path, capsys):
    sweep = ["-m", "strategy=esc,self_consistency", "strategy.inner.sampling.max_tokens=7", *DATA]
    assert call(monkeypatch, tmp_path, *sweep) == 0
    configs = [json.loads(path.read_text("utf-8")) for path in Path().glob("outputs/*/result.json")]
    told = [result["config"]["strategy"]["inner"]["sampling"]["max_tokens"] for result in configs]
    assert told == [7, 7]
    names = sorted(path.name.split(",")[:2] for path in Path("outputs").glob("*,*"))
    assert names == [["esc", "max_tokens=7"], ["self_consistency", "max_tokens=7"]]
    capsys.readouterr()


def test_a_key_that_some_variants_lack_is_told_with_their_options(monkeypatch, tmp_path, capsys):
    key = "strategy.inner.sampling.max_tokens"
    sweep = ["-m", "strategy=direct,cot,self_consistency", "k=1,2", f"{key}=7", *DATA]
    assert call(monkeypatch, tmp_path, *sweep) == 1
    said = capsys.readouterr().err
    assert f"{key}: no such key with strategy=direct, strategy=cot; leave out these" in said
    assert not list(Path().glob("outputs/*/result.json"))


def test_a_key_that_no_variant_has_is_told_with_those_like_it(monkeypatch, tmp_path, capsys):
    assert call(monkeypatch, tmp_path, "-m", "strategy=direct,cot", "strategy.samplng.top=1") == 1
    assert "no such key; did you mean strategy.sampling." in capsys.readouterr().err
    assert call(monkeypatch, tmp_path, "strategy.a.b.c.d.e.f=1") == 1
    assert "there is nothing so deep in the config" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (["strategy=a,b", "strategy.c=1"], ["strategy=a,b", "strategy.c=choice(1)"]),
        (["strategy=a,b", "k=1", "strategy.c=1,2"], ["strategy=a,b", "k=1", "strategy.c=1,2"]),
        (["strategy=a", "strategy.c=1"], ["strategy=a", "strategy.c=1"]),
        (["-m", "x=1,2", "x.y=[a,b]"], ["-m", "x=1,2", "x.y=choice([a,b])"]),
        (
            ["s@s.inner=a,b", "s.inner.c=1", "s.c=1"],
            ["s@s.inner=a,b", "s.inner.c=choice(1)", "s.c=1"],
        ),
        (["x=1,2", "+x.y=1", "~x.z", "x.w='a, b'"], ["x=1,2", "+x.y=1", "~x.z", "x.w='a, b'"]),
    ],
)
def test_what_lies_beneath_a_swept_option_is_a_choice_of_one(words, written):
    assert wait_for_variants(words) == written
