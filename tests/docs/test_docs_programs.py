"""The commands of docs/programs.md are understood as they stand, and what they name is built."""

import shlex
from pathlib import Path

import pytest

from promptlab.cli.config.compose import build, compose, variants

PAGE = (Path(__file__).parents[2] / "docs" / "programs.md").read_text("utf-8")
START = "    python -m promptlab "
COMMANDS = [line.removeprefix(START) for line in PAGE.splitlines() if line.startswith(START)]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_builds_what_it_names(command):
    words = [word for word in shlex.split(command) if word != "-m"]
    for variant in variants([*words, "model=scripted", "tracking=none"]):
        assert set(build(compose(variant)).tool) == {"python"}


def test_a_strategy_that_runs_programs_is_refused_without_the_tool():
    with pytest.raises(ValueError, match="calls the tool 'python', and this run has none"):
        build(compose(["strategy=pal", "dataset=arithmetic", "model=scripted", "tracking=none"]))
