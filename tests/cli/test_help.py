"""The help: shown where nothing is asked, with what every option is for."""

import re
from pathlib import Path

from promptlab.cli.help import GROUPS, described, help_text, shows_rationales
from promptlab.cli.main import COMMANDS

CONF = Path(__file__).parents[2] / "conf"


def test_a_bare_command_shows_the_help_and_begins_no_run(promptlab) -> None:
    status, out, err = promptlab()
    assert (status, err) == (0, "")
    assert out == promptlab("--help")[1]
    assert not Path("outputs").exists()


def test_every_option_of_every_group_is_said_to_be_for_something() -> None:
    folders = {path.name for path in CONF.iterdir() if path.is_dir() and path.name[0] != "_"}
    assert set(GROUPS) == folders
    for group in GROUPS:
        for path in (CONF / group).glob("*.yaml"):
            said = described(path, group)
            assert 5 < len(said) < 190, path
            assert not re.search(r"python -m|@package", said), path


def test_every_command_is_in_the_help() -> None:
    named = re.findall(r"^  python -m promptlab ([a-z]+)(?: |$)", help_text("", 100), re.MULTILINE)
    assert sorted(named) == sorted(COMMANDS)


def test_lines_are_no_wider_than_the_terminal_but_for_commands() -> None:
    lines = help_text("", 80).splitlines()
    assert [line for line in lines if len(line) > 80 and "python -m" not in line] == []


def test_strategies_that_show_rationales_are_marked() -> None:
    marked = {p.stem for p in (CONF / "strategy").glob("*.yaml") if shows_rationales(p)}
    assert {"cot", "self_consistency", "complexity"} <= marked
    assert not marked & {"direct", "choose", "auto_cot", "zero_shot_cot"}


def test_options_of_ones_own_are_listed_with_ours(promptlab) -> None:
    Path("mine/strategy").mkdir(parents=True)
    Path("mine/strategy/shout.yaml").write_text("# Louder: python -m promptlab strategy=shout\n")
    _, out, _ = promptlab("--help", "--config-dir", "mine")
    assert re.search(r"^  shout +Louder$", out, re.MULTILINE)


def test_the_version_is_ours(promptlab) -> None:
    import promptlab as package

    status, out, _ = promptlab("--version")
    assert (status, out) == (0, f"promptlab {package.__version__}\n")
