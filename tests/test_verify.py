"""The lines of a file of trials are checked before they are counted; damage is noted."""

import json
from pathlib import Path

import pytest

from promptlab.records.seal import add_seal
from promptlab.records.verify import verify_lines


def lines(count: int = 5, run: str = "run") -> list[bytes]:
    said = [{"id": f"q{n}", "scores": {"accuracy": n % 2}} for n in range(1, count + 1)]
    return [add_seal(json.dumps(each).encode(), n, run) + b"\n" for n, each in enumerate(said, 1)]


def read(path: Path, content: list[bytes], run: str | None = "run") -> tuple[list[int], list[str]]:
    """Return the places of the lines that are counted, and what is noted without the path."""
    path.write_bytes(b"".join(content))
    notes: list[str] = []
    places = [line.position for line in verify_lines(path, run, dict, notes)]
    return places, [note.removeprefix(str(path)) for note in notes]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "trials.jsonl"


def test_whole_lines_are_counted_and_nothing_is_noted(path):
    assert read(path, lines()) == ([1, 2, 3, 4, 5], [])


def test_a_doubled_line_is_counted_once(path):
    notes = [", line 6: trial 2 once more, left out"]
    assert read(path, [*lines(), lines()[1]]) == ([1, 2, 3, 4, 5], notes)


def test_a_missing_line_is_missed(path):
    whole = lines()
    assert read(path, whole[:1] + whole[3:]) == ([1, 4, 5], [": without trial 2, 3"])


def test_an_edited_line_is_left_out(path):
    whole = lines()
    whole[1] = whole[1].replace(b'"accuracy": 0', b'"accuracy": 1')
    notes = ", line 2: changed since it was written, or of another run, left out"
    assert read(path, whole) == ([1, 3, 4, 5], [notes, ": without trial 2"])


def test_a_line_of_another_run_is_left_out(path):
    notes = ", line 6: changed since it was written, or of another run, left out"
    assert read(path, [*lines(), lines(6, "other")[5]]) == ([1, 2, 3, 4, 5], [notes])


def test_a_line_whose_seal_was_taken_off_is_left_out_where_seals_are_expected(path):
    bare = [json.dumps({"id": "q1", "scores": {"accuracy": 1}}).encode() + b"\n"]
    assert read(path, bare)[0] == []
    assert read(path, bare, None) == ([1], [])


def test_lines_out_of_their_order_are_counted_and_told(path):
    one, two, *rest = lines()
    assert read(path, [two, one, *rest]) == (
        [2, 1, 3, 4, 5],
        [", line 2: trial 1, out of its order"],
    )


def test_half_lines_in_the_middle_and_at_the_end_are_told_apart(path):
    whole = lines()
    whole[1], whole[4] = whole[1][:20] + b"\n", whole[4][:20]
    notes = [", line 2: broken, left out", ", line 5: half-written, left out"]
    assert read(path, whole) == ([1, 3, 4], [*notes, ": without trial 2"])


@pytest.mark.parametrize("accuracy", [7, -0.5, float("nan")])
def test_an_accuracy_out_of_its_range_is_no_score_where_no_seal_vouches_for_it(path, accuracy):
    line = json.dumps({"id": "q1", "scores": {"accuracy": accuracy}}).encode() + b"\n"
    assert read(path, [line], None)[1][0].startswith(f", line 1: accuracy {accuracy}")


@pytest.mark.parametrize("odd", [b"[1]\n", b"\x00\xff\n", b"[" * 100_000 + b"\n", b"\n"])
def test_what_is_no_object_is_broken(path, odd):
    assert read(path, [odd]) == ([], [", line 1: broken, left out"])
