"""`verify` tells what was checked, expected and found, and ends with a status that says so."""

import dataclasses
import json
import sys

import pytest

from promptlab.cli.command.verify import verify
from promptlab.cli.main import main
from promptlab.verification import suite
from promptlab.verification.check import Check, NotGiven


@pytest.fixture
def wrong(monkeypatch):
    """Two checks: one comes out as expected, the other has markup in it and does not."""
    fine = Check("a", "fine", "by hand", (1.0, 2.0), lambda: (1.0, 2.0))
    bad = Check("a", "[red]bad", "by \x1b[31mhand", 71.47, lambda: 70.0, within=0.2)
    monkeypatch.setattr("promptlab.cli.command.verify.checks", lambda outputs: [fine, bad])


def test_all_as_expected_ends_well(capsys):
    verify(["voting", "pass@2 of 2 in 5"])
    out = capsys.readouterr().out
    assert "8 of 8 checks as expected\n" in out
    assert "plurality" in out
    assert "differs" not in out


def test_what_differs_is_shown_and_is_status_1(wrong, capsys):
    with pytest.raises(SystemExit) as ended:
        verify([])
    assert ended.value.code == 1
    out = capsys.readouterr().out
    assert "1 of 2 checks as expected, 1 differs" in out
    assert "71.47 ± 0.2" in out
    assert "[red]bad" in out
    assert "\x1b" not in out


def test_json_holds_every_finding_also_where_one_differs(wrong, tmp_path, capsys):
    path = tmp_path / "new" / "found.json"
    with pytest.raises(SystemExit):
        verify(["--json", str(path)])
    one, other = json.loads(path.read_text("utf-8"))
    assert (one["same"], one["expected"], one["found"]) == (True, [1.0, 2.0], [1.0, 2.0])
    assert (other["same"], other["expected"], other["found"]) == (False, 71.47, 70.0)


def test_a_folder_in_the_place_of_the_file_is_refused(wrong, tmp_path):
    with pytest.raises(IsADirectoryError, match="it is a folder; expected a file"):
        verify(["--json", str(tmp_path)])


def missing():
    raise ModuleNotFoundError("sacrebleu is not installed")


def absent():
    raise NotGiven("cot.jsonl is not in here")


FINE = Check("a", "fine", "by hand", 1.0, lambda: 1.0)
WITHOUT = Check("a", "b", "c", 1.0, missing)
REPLAY = Check("published", "d", "e", 1.0, absent)


@pytest.fixture
def checked(monkeypatch):
    """Make these checks, and no others."""

    def these(*given):
        monkeypatch.setattr("promptlab.cli.command.verify.checks", lambda outputs: given)

    return these


def test_what_is_left_out_is_told_and_is_no_failure(checked, capsys):
    checked(FINE, WITHOUT)
    verify([])
    assert "1 of 2 checks as expected, 1 left out" in capsys.readouterr().out


def test_where_everything_is_left_out_nothing_was_checked(checked, tmp_path, capsys):
    checked(WITHOUT)
    path = tmp_path / "found.json"
    with pytest.raises(FileNotFoundError, match="nothing was checked, 1 checks are left out: sacr"):
        verify(["--json", str(path)])
    assert "0 of 1 checks as expected, 1 left out" in capsys.readouterr().out
    assert json.loads(path.read_text("utf-8"))[0]["left_out"]


def test_a_folder_of_which_nothing_was_checked_is_told(checked):
    checked(FINE, REPLAY)
    with pytest.raises(FileNotFoundError, match="--outputs here: nothing was checked.*cot.jsonl"):
        verify(["--outputs", "here"])


def test_a_folder_of_which_some_was_checked_is_no_failure(checked, capsys):
    checked(dataclasses.replace(FINE, group="published"), REPLAY)
    verify(["--outputs", "here"])
    assert "1 of 2 checks as expected, 1 left out" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["published", "game of 24"])
def test_published_outputs_that_were_not_given_are_asked_for(word):
    with pytest.raises(ValueError, match=f"verify {word}: .* add --outputs FOLDER"):
        verify([word])


def test_a_word_that_names_nothing_is_one_message(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["promptlab", "verify", "nothing=here"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "verify nothing=here: nothing is called so; expected a group" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_one_message(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["promptlab", "verify", "--outputs", "/no/such"])
    with pytest.raises(SystemExit):
        main()
    assert "--outputs /no/such: no folder that holds" in capsys.readouterr().err


def test_the_suite_is_what_the_command_makes():
    assert len(suite.checks()) > 50
