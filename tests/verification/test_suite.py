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


FILES = (
    *("zero_shot_cot_logs/aqua_zero_shot_cot", "program_of_thoughts/gsm8k_zeroshot"),
    *("game24_tot/cot_100", "esc_self_consistency/last_letters_gpt35_40", "bbh_codex/direct"),
    "gsm8k_openai_solutions/all",
)
"""One of each reader."""


def published(folder):
    """Make the checks of a folder of published outputs; return them by name."""
    return {each.check.name: each for each in map(made, checks(str(folder))[len(OWN) :])}


def write(folder, file, content):
    path = folder / f"{file}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_file_that_is_not_there_is_left_out(tmp_path):
    (tmp_path / "game24_tot").mkdir()
    assert all(each.left_out for each in published(tmp_path).values())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x80\xff", ": no UTF-8 text (byte 0); expected JSON Lines, unpacked"),
        (b"\n \n", ": it is empty; expected JSON Lines with "),
        (b'{"id": "1", "outp', ", line 1: not JSON ("),
        (b"[1]", ", line 1: [1]; expected an object with "),
        (b'{"a": 1}', ", line 1: no "),
        (b'{"id": 1, "task": 1, "answer": "A", "output": 3, "outputs": [4]}', " is "),
    ],
)
def test_a_broken_file_differs_and_is_named_with_what_is_wrong(tmp_path, content, said):
    paths = [write(tmp_path, file, content) for file in FILES]
    write(tmp_path, "bbh_codex/cot", content)
    notes = {each.note for each in published(tmp_path).values() if not each.left_out}
    for path in paths:
        assert any(note.startswith(f"{path}{said}" if ":" in said else str(path)) for note in notes)
    assert all(said in note and "expected" in note for note in notes)


def test_draws_without_a_word_of_whether_they_are_right_are_refused(tmp_path):
    line = b'{"id": "7", "question": "1 2 3 4", "outputs": ["1"], "correct": []}'
    path = write(tmp_path, "game24_tot/cot_100", line)
    said = f"{path}, puzzle 7: 1 outputs, of which 0 are said to be correct or not; expected 40"
    assert published(tmp_path)["Game of 24, cot_100, ESC"].note.startswith(said)


def test_files_of_a_pair_that_are_not_of_one_length_are_refused(tmp_path):
    line = b'{"task": "t", "answer": "A", "output": "A"}\n'
    for name, lines in (("direct", 1), ("cot", 2)):
        write(tmp_path, f"bbh_codex/{name}", line * lines)
    said = f"{tmp_path / 'bbh_codex'}: 1 lines in direct.jsonl, 2 in cot.jsonl; expected the same"
    assert published(tmp_path)["tasks that differ"].note.startswith(said)


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
