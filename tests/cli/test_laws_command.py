"""Components are held against the laws of their kind, ours and one's own."""

import sys
from pathlib import Path

import pytest

GOOD = """from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Loud:
    inner: object

    def solve(self, question, demos):
        asked = replace(question, text=question.text.upper())
        return (yield from self.inner.solve(asked, demos))
"""
BAD = """from dataclasses import dataclass


@dataclass(frozen=True)
class Head:
    k: int

    def fit(self, pool):
        return lambda question: pool[: self.k]
"""
YAML = {
    "strategy/loud.yaml": "defaults: [/strategy@inner: direct, _self_]\n_target_: mine.loud.Loud\n",
    "selection/head.yaml": "_target_: head.Head\nk: ${k}\n",
    "loud.py": GOOD,
    "head.py": BAD,
}


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("mine", "mine.loud", "head"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    for name, text in YAML.items():
        path = tmp_path / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_what_breaks_a_law_is_named_with_what_was_seen(promptlab, mine) -> None:
    status, out, err = promptlab("laws", "--config-dir", "mine")
    assert status == 1
    assert "holds  strategy=loud  (4 laws hold)" in out
    assert "broken  selection=head  (4 laws hold)" in out
    assert "never chooses the question itself: 'What is 3 + 4?' is shown among" in out
    assert "1 of 2 components break a law" in err


def test_one_component_can_be_asked_for_and_flags_stand_anywhere(promptlab, mine) -> None:
    status, out, err = promptlab("--config-dir", "mine", "laws", "strategy=loud")
    assert (status, err) == (0, "")
    assert "selection" not in out


def test_a_folder_without_components_is_said(promptlab, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    status, _, err = promptlab("laws", "--config-dir", "empty")
    assert status == 1
    assert "empty has no component that has laws; expected yaml files in one of selection/" in err


def test_what_needs_another_task_or_weights_is_no_broken_law(promptlab, monkeypatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    status, out, _ = promptlab("laws", "strategy=choose", "ordering=shared_prefix", "tool")
    assert status == 0
    assert "holds  strategy=choose  (4 laws hold)" in out
    assert "holds  tool=calculator  (2 laws hold)" in out
