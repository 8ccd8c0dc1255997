"""Questions without an answer: counted as such, left out, or refused; never silently neither."""

import json

import pytest

from promptlab.data.jsonl import Jsonl
from promptlab.data.task import PartialTask
from promptlab.experiment import Experiment
from promptlab.metric.accuracy import Accuracy
from promptlab.model.scripted import Scripted
from promptlab.ordering.as_selected import AsSelected
from promptlab.selection.first import First
from promptlab.strategy.direct import Direct

ANSWERED = {"question": "Who?", "answers": {"text": ["Ann"], "start": [3]}}
EMPTY = {"question": "Why?", "answers": {"text": [], "start": []}}


def load(folder, *rows, pool=(), **task):
    for name, records in (("test", rows), ("train", pool)):
        if records:
            (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)))
    return Jsonl(str(folder), task=PartialTask(**task)).load()


def gold(examples):
    return [example.answer for example in examples]


@pytest.mark.parametrize(
    "empty",
    [{"answers": []}, {"answers": {"text": []}}, {"answer": []}, {"answer": None, "answers": []}],
)
def test_an_empty_list_of_answers_says_that_none_is_right(tmp_path, empty):
    with pytest.warns(UserWarning, match=r"1 of 2 records .*taken to be 'unanswerable'"):
        dataset = load(tmp_path, ANSWERED, {"question": "Why?", **empty})
    assert gold(dataset.test) == ["Ann", "unanswerable"]
    assert dataset.task.answer == "text"


def test_what_is_right_there_may_be_said(tmp_path, recwarn):
    dataset = load(tmp_path, ANSWERED, EMPTY, pool=[ANSWERED, EMPTY], unanswerable="nobody knows")
    assert gold((*dataset.pool, *dataset.test)) == ["Ann", "nobody knows"] * 2
    assert not recwarn.list


def test_such_questions_may_be_left_out(tmp_path):
    dataset = load(tmp_path, ANSWERED, EMPTY, pool=[EMPTY, ANSWERED], unanswerable="drop")
    assert gold((*dataset.pool, *dataset.test)) == ["Ann", "Ann"]


@pytest.mark.parametrize("answer", [None, "", "  ", []])
def test_what_is_still_to_be_labelled_has_no_answer_and_need_not_have_one(
    tmp_path, answer, recwarn
):
    rows = [{"text": "Who?", "label": answer}, {"text": "Where?", "label": "place"}]
    none = load(tmp_path, rows[0], unanswerable="keep")
    assert (none.task.answer, none.task.labels) == ("label", ())
    some = load(tmp_path, *rows, unanswerable="keep")
    assert gold(some.test) == ["", "place"]
    assert some.task.labels == ("place",)
    assert [example.id for example in some.test] == ["pool-1", "pool-2"]
    assert not recwarn


@pytest.mark.parametrize("answer", [None, "", "  "])
def test_a_missing_answer_is_refused_with_what_to_set(tmp_path, answer):
    rows = [{"question": "q", "answer": "a"}, {"question": "r", "answer": answer}]
    with pytest.raises(ValueError, match=r"line 2: 'answer' is (empty|blank).*unanswerable=drop"):
        load(tmp_path, *rows)
    assert gold(load(tmp_path, *rows, unanswerable="none").test) == ["a", "none"]


def test_a_task_of_numbers_has_no_word_for_it(tmp_path):
    with pytest.raises(ValueError, match=r"line 2: no answer, which a task of kind number needs"):
        load(tmp_path, {"question": "q", "answer": 1}, {**EMPTY}, answer="number", unanswerable="x")


def test_a_blank_word_for_it_is_refused():
    with pytest.raises(ValueError, match=r"task.unanswerable is blank"):
        PartialTask(unanswerable=" ")


def test_every_question_counts_in_the_accuracy_and_no_demonstration_is_blank(tmp_path):
    (tmp_path / "data").mkdir()
    rows = [ANSWERED, {**EMPTY, "question": "When?"}, EMPTY]
    dataset = load(
        tmp_path / "data", *rows, pool=[{**EMPTY, "question": "How?"}], unanswerable="unanswerable"
    )
    experiment = Experiment(
        dataset=dataset,
        selection=First(k=1),
        ordering=AsSelected(),
        strategy=Direct(dataset.task),
        model=Scripted(),
        metric={"accuracy": Accuracy(dataset.task)},
        folder=tmp_path / "run",
    )
    trials = [trial for batch in experiment.batches() for trial in batch]
    assert all("accuracy" in trial.scores for trial in trials)
    assert len(trials) == experiment.result(trials)["metrics"]["n"] == 3
    prompts = [exchange.request.prompt.text for trial in trials for exchange in trial.exchanges]
    assert all("A: unanswerable" in prompt for prompt in prompts)
