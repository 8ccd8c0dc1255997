"""CONTRIBUTING says how things are: its floors are the contract's, and its examples run."""

import importlib
import json
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest

from promptlab.cli.config.compose import add_search_path, build, compose

ROOT = Path(__file__).parents[2]
TEXT = ROOT / "CONTRIBUTING.md"
BLOCK = re.compile(r"(## Floors\n\n[^\n]+\n\n)((?: {4}\S.*\n)+)")
ADDED = ["selection=last", "ordering=alphabetical", "strategy=computed", "metric=brief"]
ADDED += ["model=shouting", "tool=longest_word", "template=qa_v2"]


def floors() -> str:
    """Write out the layers that import-linter holds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    return "".join(f"    {layer}\n" for layer in layers)


def test_the_floors_are_those_of_the_contract() -> None:
    text = TEXT.read_text("utf-8")
    if os.environ.get("PROMPTLAB_GOLDEN") == "write":
        TEXT.write_text(BLOCK.sub(lambda found: found[1] + floors(), text), "utf-8")
    (block,) = BLOCK.finditer(TEXT.read_text("utf-8"))
    again = "PROMPTLAB_GOLDEN=write python -m pytest tests/docs writes them anew"
    assert block[2] == floors(), again


def examples() -> dict[str, str]:
    """Return the files that the text shows."""
    parts = re.split(r"^### ", TEXT.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {
        name: code
        for part in parts
        for name, code in zip(
            re.findall(r"`((?:promptlab|conf)/\w+/\w+\.(?:py|yaml))`", part),
            re.findall(r"```\w+\n(.*?)```", part, re.DOTALL),
            strict=False,
        )
    }


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Write the examples where Python and Hydra find them."""
    for name, code in examples().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, "utf-8")
        package, _, _ = name.replace("/", ".").rpartition(f".{path.stem}")
        if path.suffix == ".py":
            found = importlib.import_module(package)
            monkeypatch.setattr(found, "__path__", [*found.__path__, str(path.parent)])
            monkeypatch.delitem(sys.modules, f"{package}.{path.stem}", raising=False)
    return add_search_path([], str(tmp_path / "conf"))


def test_there_is_an_example_of_each_kind_of_component() -> None:
    shown = {f"{Path(name).parent.name}={Path(name).stem}" for name in examples()}
    assert set(ADDED) == shown


@pytest.mark.parametrize("added", ADDED)
def test_an_experiment_runs_with_what_an_example_adds(added, mine, tmp_path) -> None:
    told = ["model=scripted", "tracking=none", "tool=calculator", "k=2", "dataset.limit=4"]
    data = ["dataset=arithmetic"] if added == "strategy=computed" else []
    kept = [each for each in told if each.split("=")[0] != added.split("=")[0]]
    cfg = compose([*mine, *kept, *data, added])
    cfg.folder = str(tmp_path / "run")
    build(cfg)()
    trials = (tmp_path / "run" / "trials.jsonl").read_text("utf-8").splitlines()
    outcomes = [json.loads(trial)["outcome"] for trial in trials]
    assert len(outcomes) == 4
    assert "failed" not in outcomes
