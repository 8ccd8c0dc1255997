"""Memory: what earlier runs answered rightly is shown as demonstrations are."""

import pytest

from promptlab.export.frozen import freeze
from promptlab.records.files import Records
from promptlab.selection.diverse.mmr import MMR
from promptlab.selection.learned.memory import Memory
from promptlab.selection.lexical.bm25 import BM25
from promptlab.types import Answer, Example, Question, Trial


def solved(name, text, answer, score, rationale=""):
    example = Example(Question(name, text), answer, rationale="the data's own")
    return Trial(example, (), (), Answer(answer, rationale), {"accuracy": score, "other": 0.0})


FIRST = [
    solved("t1", "red apples and 是", "3", 1.0, " Thought: count.\nAction: x[1]\n"),
    solved("t2", "red pears", "4", 0.0, "wrong"),
    solved("t3", "green pears", "5", 1.0),
]
SECOND = [
    solved("t1", "RED  apples and 是", "3", 1.0, "later"),
    solved("t4", "two blue cars", "6", 1.0, "r"),
]
POOL = [Example(Question(f"p{n}", text), "9") for n, text in enumerate(["green pears", "a house"])]


@pytest.fixture
def runs(tmp_path):
    for name, trials in (("first", FIRST), ("second", SECOND)):
        records = Records(tmp_path / name)
        records.begin()
        records.append(trials)
    return [str(tmp_path / "first"), str(tmp_path / "second")]


def memory(k, runs, **fields):
    return Memory(BM25(k, idf="lucene"), runs, **fields)


def test_right_answers_are_remembered_once_and_before_the_pool(runs):
    select = memory(1, runs).fit(POOL)
    assert [each.id for each in select.subset] == ["t1", "t3", "t4", "p1"]
    (shown,) = select(Question("q", "how many red apples?"))
    assert (shown.id, shown.answer) == ("t1", "3")
    assert shown.rationale == "Thought: count.\nAction: x[1]"


@pytest.mark.parametrize("asked", [Question("t1", "other"), Question("q", "Red apples  and 是")])
def test_no_question_is_shown_itself(runs, asked):
    assert "t1" not in {each.id for each in memory(3, runs).fit(POOL)(asked)}


def test_the_pool_may_be_left_out_and_be_empty(runs):
    select = memory(3, runs, pooled=False).fit([])
    assert {each.id for each in select(Question("q", "a house"))} == {"t1", "t3", "t4"}


def test_without_runs_it_is_the_inner_selection_and_says_so():
    with pytest.warns(UserWarning, match="nothing is remembered, and BM25 chooses of the pool"):
        select = memory(1, ()).fit(POOL)
    assert select(Question("q", "house"))[0].id == "p1"


def test_a_run_may_be_named_alone_and_is_a_folder_or_its_trials(runs):
    assert memory(1, runs[1]).runs == (runs[1],)
    assert len(memory(1, [f"{runs[0]}/trials.jsonl"]).fit([]).subset) == 2


@pytest.mark.parametrize("many", [False, True])
def test_a_sweep_is_named_by_its_folder_and_runs_that_remember_it_are_left_out(
    runs, tmp_path, many
):
    mine = Records(tmp_path / "third")
    told = {"selection": {"runs": [str(tmp_path)] if many else str(tmp_path)}}
    mine.begin("key", {"name": "third", "config": told})
    mine.append([solved("t9", "of itself", "1", 1.0)])
    select = memory(1, [str(tmp_path)]).fit([])
    assert [each.id for each in select.subset] == ["t1", "t3", "t4"]
    again = memory(1, [f"{tmp_path}/third"]).fit([])
    assert [each.id for each in again.subset] == ["t9"]


def test_runs_that_have_grown_are_others(runs):
    before = memory(1, runs).on_disk
    assert before == memory(2, runs).on_disk
    Records(runs[0]).append([solved("t8", "a new one", "1", 1.0)])
    assert memory(1, runs).on_disk != before
    assert not memory(1, ()).on_disk


def test_a_run_without_a_right_answer_is_refused_with_its_scores(runs):
    with pytest.raises(ValueError, match="none of their 3 trials has other 1.*accuracy, other"):
        memory(1, runs[:1], score="other").fit(POOL)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        memory(1, ["nowhere"]).fit(POOL)


def test_others_cannot_choose_among_what_is_not_of_the_pool(runs):
    with pytest.raises(ValueError, match="hands on no ranking"):
        MMR(k=1, encoder=None, inner=memory(1, runs)).fit(POOL)


def test_a_winner_keeps_what_is_remembered_and_names_no_run(runs):
    tree = {"inner": {"_target_": "promptlab.selection.lexical.bm25.BM25"}, "runs": runs}
    chosen = memory(1, runs)
    frozen = freeze(tree, chosen, chosen.fit(POOL), POOL)
    assert frozen.tree == tree["inner"]
    assert [each.id for each in frozen.pool] == ["t1", "t3", "t4", "p1"]
    assert frozen.selection == chosen.inner
