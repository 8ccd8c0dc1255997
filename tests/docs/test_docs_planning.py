"""The commands of docs/planning.md are understood as they stand, and what they name is built."""

import json
import shlex
from pathlib import Path

import pytest

from promptlab.cli.config.compose import build, compose, variants
from promptlab.cli.config.overrides import rewrite_overrides

PAGE = (Path(__file__).parents[2] / "docs" / "planning.md").read_text("utf-8")
START = "    python -m promptlab "
COMMANDS = [line.removeprefix(START) for line in PAGE.splitlines() if line.startswith(START)]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_builds_what_it_names(command, tmp_path, monkeypatch):
    (tmp_path / "questions").mkdir()
    row = {"question": "How does a come onto b?", "answer": "(put a b)", "problem": "(define)"}
    (tmp_path / "questions" / "test.jsonl").write_text(json.dumps(row), "utf-8")
    monkeypatch.chdir(tmp_path)
    words = [*shlex.split(command), "model=scripted", "tracking=none"]
    for variant in variants(rewrite_overrides(words)):
        assert set(build(compose(variant)).tool) == {"planner"}
