"""The suite: what a formula gives, and what recorded replies come to."""

from collections import Counter
from pathlib import Path

import pytest

from promptlab.verification.check import made
from promptlab.verification.replays import program_of_thoughts
from promptlab.verification.replays.own import FOLDER, RUNS
from promptlab.verification.suite import LAYOUT, checks, chosen

OUTPUTS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "outputs"
OWN = checks()
PUBLISHED = checks(str(OUTPUTS))[len(OWN) :] if OUTPUTS.exists() else []
SLOW = "gsm8k_fewshot"
"""Four of its programs run until their time is over."""


@pytest.mark.parametrize("check", OWN, ids=lambda check: f"{check.group}: {check.name}")
def test_every_check_of_our_own_comes_out_as_expected(check):
    found = made(check)
    assert found.same or found.left_out, (found.found, found.note)


def test_there_are_two_dozen_closed_forms_of_every_kind_and_no_name_twice():
    groups = Counter(check.group for check in OWN)
    assert sum(groups.values()) - groups["recordings"] >= 24
    assert set(groups) >= {"retrieval", "selection", "voting", "calibration", "statistics", "code"}
    assert max(Counter(check.name for check in OWN).values()) == 1


def test_every_recording_is_replayed():
    assert {run.file for run in RUNS.values()} == {path.stem for path in FOLDER.glob("*.jsonl")}


@pytest.mark.skipif(not PUBLISHED, reason="needs recorded outputs in shared/data")
@pytest.mark.parametrize(
    "check",
    [each for each in PUBLISHED if SLOW not in each.name],
    ids=lambda check: check.name,
)
def test_published_figures_come_back(check):
    if "program" in check.name:
        pytest.importorskip("pydantic_monty")
    found = made(check)
    assert found.same, (found.found, found.note)


def test_a_folder_without_any_of_the_outputs_is_refused(tmp_path):
    with pytest.raises(NotADirectoryError, match=f"expected one with {LAYOUT[0]}"):
        checks(str(tmp_path))


def test_a_file_that_is_not_there_is_left_out_and_a_broken_one_differs(tmp_path):
    (tmp_path / "game24_tot").mkdir()
    (tmp_path / "game24_tot" / "cot_100.jsonl").write_text("{no json", "utf-8")
    found = [made(check) for check in checks(str(tmp_path))[len(OWN) :]]
    told = {each.check.name: each for each in found}
    assert told["Game of 24, vote of 100"].note.startswith("ValueError: ")
    assert "cot_100.jsonl, line 1: not JSON" in told["Game of 24, vote of 100"].note
    assert not told["Game of 24, vote of 100"].left_out
    assert told["last letters, vote of 1"].left_out


def test_groups_and_words_choose_and_what_is_neither_is_refused():
    assert {check.group for check in chosen(OWN, ["voting"])} == {"voting"}
    assert [check.name for check in chosen(OWN, ["NDCG"])] == ["nDCG@3"]
    assert chosen(OWN, []) == OWN
    with pytest.raises(ValueError, match=r"verify bm52: nothing is called so.*retrieval"):
        chosen(OWN, ["bm52"])


class Said:
    """Runs nothing, and says what it was given to run."""

    def __init__(self):
        self.sources = []

    def run(self, source):
        self.sources.append(source)
        return "some words\n3.0"


def test_a_recorded_program_says_what_it_leaves():
    said = Said()
    assert program_of_thoughts.result("import numpy as np\nans = 3", said) == "3.0"
    assert said.sources == ["import numpy as np\nans = 3\nprint(ans)"]
    assert program_of_thoughts.near("3.0005", 3.0)
    assert not program_of_thoughts.near("(3, 4)", 3.0)
