"""A judge goes through finished runs: kept batch by batch, resumed, and never another's verdict."""

import json

import pytest
from judged_runs import SUMS, contents, finished, knows

from promptlab.judge.item import to_compare
from promptlab.judge.judged_run import check_same_questions, read_judged
from promptlab.judge.judging import Judging
from promptlab.judge.record import JUDGEMENTS
from promptlab.metric.judge import Judge
from promptlab.model.scripted import Scripted
from promptlab.types import Example, Question, RequestFailed


class Counting(Scripted):
    """Counts what it is asked, and fails after so many requests."""

    def __init__(self, reply=knows, patience=10**6, name="judge"):
        super().__init__(reply)
        object.__setattr__(self, "asked", [])
        object.__setattr__(self, "patience", patience)
        object.__setattr__(self, "identity", {"name": name})

    def answer(self, requests):
        if len(self.asked) >= self.patience:
            raise ConnectionError("the judge went away")
        self.asked.extend(requests)
        return super().answer(requests)


def runs(tmp_path, *right):
    return read_judged([finished(tmp_path / f"run{n}", n) for n in right])


def judging(tmp_path, model, found, **fields):
    return Judging(Judge(), model, found, folder=tmp_path / "judged", batch=4, **fields)


def test_every_answer_is_graded_and_no_run_is_touched(tmp_path) -> None:
    found = runs(tmp_path, 3, 8)
    before = contents(tmp_path)
    judgements = judging(tmp_path, Counting(), found)()
    assert [(j.id, *j.runs, j.value) for j in judgements] == [
        (f"q{n}", f"run{right}", float(n < right)) for right in (3, 8) for n in range(12)
    ]
    after = contents(tmp_path)
    assert {path: after[path] for path in before} == before
    assert "Task:\nAdd up." in judgements[0].exchanges[0].request.prompt.text


def test_what_was_judged_is_kept_when_the_judge_goes_away(tmp_path) -> None:
    found = runs(tmp_path, 3)
    with pytest.raises(ConnectionError):
        judging(tmp_path, Counting(patience=8), found)()
    assert len((tmp_path / "judged" / JUDGEMENTS).read_bytes().splitlines()) == 8
    again = Counting()
    judgements = judging(tmp_path, again, found)()
    assert len(again.asked) == 4
    assert [j.value for j in judgements] == [1.0] * 3 + [0.0] * 9
    last = Counting()
    assert judging(tmp_path, last, found)() == judgements
    assert not last.asked


def test_another_judge_inherits_no_verdict(tmp_path) -> None:
    found = runs(tmp_path, 3)
    first = judging(tmp_path, Counting(name="one"), found)
    values = [j.value for j in first()]
    other = Counting("1", name="two")
    strict = judging(tmp_path, other, found)
    assert [j.value for j in strict()] == [0.0] * 12
    assert len(other.asked) == 12
    kept = (tmp_path / "judged" / f"{JUDGEMENTS}.previous").read_text("utf-8").splitlines()
    assert [json.loads(line)["value"] for line in kept] == values
    ways = [Judge(best=7), Judge(reference=False), Judge(rubric="Be kind.")]
    keys = {Judging(way, Counting(), found).key for way in ways} | {first.key, strict.key}
    assert len(keys) == 5


def test_damage_is_kept_beside_and_asked_again(tmp_path) -> None:
    found = runs(tmp_path, 3)
    judgements = judging(tmp_path, Counting(), found)()
    path = tmp_path / "judged" / JUDGEMENTS
    lines = path.read_bytes().splitlines(keepends=True)
    lines[5] = lines[5].replace(b'"value": 0.0', b'"value": 1.0')
    path.write_bytes(b"".join(lines))
    again = Counting()
    with pytest.warns(UserWarning, match="line 6: changed since it was written"):
        assert judging(tmp_path, again, found)() == judgements
    assert len(again.asked) == 7
    assert path.with_name(f"{JUDGEMENTS}.damaged").read_bytes() == b"".join(lines)


def test_a_half_written_line_is_written_again(tmp_path) -> None:
    found = runs(tmp_path, 3)
    judgements = judging(tmp_path, Counting(), found)()
    path = tmp_path / "judged" / JUDGEMENTS
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    again = Counting()
    assert judging(tmp_path, again, found)() == judgements
    assert (len(again.asked), path.read_bytes()) == (1, whole)


def test_a_reply_that_is_no_score_spoils_no_other(tmp_path) -> None:
    def reply(request):
        return (
            "Well…" if " 2 + 1?" in f" {request.prompt.text.split('Question:')[1].strip()}" else "4"
        )

    judgements = judging(tmp_path, Counting(reply), runs(tmp_path, 3))()
    (failed,) = [j for j in judgements if j.value is None]
    assert failed.id == "q2"
    assert failed.error == "the judge says 'Well…'; expected a number from 1 to 5"


def test_a_judge_who_never_gives_a_score_is_said_at_once(tmp_path) -> None:
    model = Counting("Well…")
    with pytest.raises(RequestFailed, match="each of the first 4 verdicts failed: the judge says"):
        judging(tmp_path, model, runs(tmp_path, 3))()
    assert len(model.asked) == 4


def test_every_two_answers_are_compared_in_both_orders_but_those_that_are_the_same(
    tmp_path,
) -> None:
    model = Counting()
    found = runs(tmp_path, 3, 8)
    judgements = judging(tmp_path, model, found, mode="pairwise")()
    assert [j.value for j in judgements] == [0.5] * 3 + [0.0] * 5 + [0.5] * 4
    assert len(model.asked) == 2 * 5
    assert {j.runs for j in judgements} == {("run3", "run8")}


def test_each_run_is_compared_with_the_baseline_alone(tmp_path) -> None:
    found = runs(tmp_path, 3, 8, 5)
    pairs = {item.names for item in to_compare(found, found[1])}
    assert pairs == {("run3", "run8"), ("run5", "run8")}
    assert len({item.names for item in to_compare(found)}) == 3


def test_runs_of_other_questions_are_not_compared(tmp_path) -> None:
    others = tuple(Example(Question(f"q{n}", f"10 + {n} + 1?"), "1") for n in range(12))
    strange = tuple(Example(Question(f"x{n}", f"{n} + 1?"), "1") for n in range(12))
    found = read_judged(
        [
            finished(tmp_path / "a", 3),
            finished(tmp_path / "b", 3, others),
            finished(tmp_path / "c", 3, strange),
        ]
    )
    with pytest.raises(ValueError, match="question 'q0' is '10 \\+ 0 \\+ 1\\?' in b and '0 \\+ 1"):
        to_compare(found[:2])
    with pytest.raises(ValueError, match="c and a have no question in common"):
        to_compare([found[0], found[2]])
    with pytest.raises(ValueError, match="nothing to compare it with"):
        to_compare(found[:1])


def test_what_only_some_runs_were_asked_is_left_out_and_said(tmp_path) -> None:
    found = read_judged([finished(tmp_path / "a", 3), finished(tmp_path / "b", 3, SUMS[:5])])
    with pytest.warns(UserWarning, match="5 of 12 questions were answered by all"):
        assert check_same_questions(found) == [f"q{n}" for n in range(5)]


def test_an_unfinished_run_is_not_judged(tmp_path) -> None:
    folder = finished(tmp_path / "a", 3)
    (folder / "result.json").unlink()
    with pytest.raises(ValueError, match="not finished"):
        read_judged([folder])


def test_runs_of_one_name_are_told_apart_by_their_folders(tmp_path) -> None:
    found = read_judged([finished(tmp_path / f, 3, name="same") for f in ("a", "b")])
    assert [run.name for run in found] == [f"same ({tmp_path / f})" for f in ("a", "b")]
