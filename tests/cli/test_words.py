"""Commands and flags in whatever order they are typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from promptlab.cli.words import command_of, flags_first, unknown

COMMANDS = ("race", "report", "show")


@pytest.mark.parametrize(
    ("words", "command", "rest"),
    [
        ("show k=2", "show", "k=2"),
        ("--config-dir mine show k=2", "show", "--config-dir mine k=2"),
        ("k=2 race --block 2", "race", "k=2 --block 2"),
        ("--config-dir report strategy=cot", "", "--config-dir report strategy=cot"),
        ("-m k=2,4", "", "-m k=2,4"),
        ("racee k=2 race", "", "racee k=2 race"),
    ],
)
def test_a_command_is_found_among_flags_and_overrides(words, command, rest) -> None:
    assert command_of(words.split(), COMMANDS) == (command, rest.split())


def test_a_word_that_is_nothing_is_named() -> None:
    assert unknown(["-m", "k=2", "--config-dir", "mine", "racee"]) == "racee"
    assert unknown(["-m", "k=2", "--config-dir", "mine"]) == ""


def test_a_command_that_is_nearly_one_is_answered_with_it(promptlab) -> None:
    status, _, err = promptlab("racee", "k=2")
    assert status == 1
    assert err == "promptlab: racee: no such command; did you mean race?\n"


def test_a_file_alone_is_answered_with_what_reads_it(promptlab) -> None:
    Path("mails.csv").write_text("text,label\n")
    status, _, err = promptlab("mails.csv")
    assert status == 1
    assert "python -m promptlab data mails.csv" in err


def test_a_reader_that_goes_away_is_no_error() -> None:
    program = [sys.executable, "-m", "promptlab", "--help"]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(program, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert done.stderr == b""
    assert done.returncode == 141


def test_flags_stand_anywhere_among_overrides():
    words = ["tracking=none", "-m", "k=1,2", "--config-dir", "mine", "seed=0", "~x", "--cfg", "job"]
    ahead = ["-m", "--config-dir", "mine", "--cfg", "job"]
    assert flags_first(words) == [*ahead, "tracking=none", "k=1,2", "seed=0", "~x"]
    assert flags_first([]) == []
