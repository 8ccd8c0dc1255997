"""The commands of docs/judges.md run as they are written, and the page names what there is."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest
from judged_runs import finished
from own_cache import own_cache

from promptlab.cli.config.compose import build, compose
from promptlab.cli.config.overrides import rewrite_overrides
from promptlab.cli.main import main
from promptlab.judge.said import NAMES
from promptlab.metric.judge import Judge

TEXT = (Path(__file__).parents[2] / "docs" / "judges.md").read_text("utf-8")
COMMANDS = re.findall(r"^    python -m promptlab (.*)$", TEXT, re.MULTILINE)
JUDGED = [command for command in COMMANDS if command.startswith("judge ")]
SCRIPTED = ("model@judge=scripted", "judge.reply='4'", "tracking=none")


@pytest.mark.parametrize("command", JUDGED)
def test_finished_runs_are_judged(command, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    own_cache(monkeypatch, tmp_path / "cache")
    for name, right in (("direct", 4), ("cot", 8)):
        finished(tmp_path / "outputs" / name, right)
    Path("rubric.txt").write_text("Is it right?", "utf-8")
    Path("labels.csv").write_text("id,label,run\nq1,right,direct\nq2,wrong,cot\n", "utf-8")
    words = [word for word in shlex.split(command) if not word.startswith(("model@", "judge."))]
    letter = "--pairwise" in words or "--baseline" in words
    told = (SCRIPTED[0], "judge.reply=A", SCRIPTED[2]) if letter else SCRIPTED
    monkeypatch.setattr("sys.argv", ["promptlab", *words, *told])
    main()
    assert "the judge" in capsys.readouterr().out


@pytest.mark.parametrize("command", [each for each in COMMANDS if each not in JUDGED])
def test_a_command_is_built(command) -> None:
    assert build(compose(rewrite_overrides(shlex.split(command)))).metric["judge"]


def test_every_measure_and_every_field_is_on_the_page() -> None:
    assert all(name in TEXT for name in NAMES.values())
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", TEXT))))
    aside = {"task", "sampling", "reason_tokens"}
    assert {field.name for field in fields(Judge)} - aside <= named
