"""Shared prefix: what most questions are shown comes first."""

import pytest

from promptlab.experiment import Experiment
from promptlab.model.scripted import Scripted
from promptlab.ordering.shared_prefix import ByRank, KnownOrder, SharedPrefix
from promptlab.program import score, solve
from promptlab.records.fit_record import read_fit
from promptlab.selection.lexical.bm25 import BM25
from promptlab.strategy.direct import Direct
from promptlab.types import Dataset, Example, Message, Prompt, Question, Score, Task

POOL = tuple(Example(Question(name, f"text {name}"), "yes") for name in "abcdef")
ASKED = Question("q", "asked")
CHOSEN = {"a": "fc", "b": "fc", "c": "fe", "d": "ca", "e": "fc", "f": "ec"}


def member(name):
    return next(each for each in POOL if each.id == name)


def select(question):
    return [member(name) for name in CHOSEN[question.id]]


def asking(question):
    """Select as `select` does, asking on the way."""
    yield from score(Score(Prompt((Message("text", question.text),)), (" yes",)))
    return select(question)


class Asking:
    def fit(self, pool):
        return asking


def ids(demos):
    return "".join(demo.id for demo in demos)


def test_members_come_by_how_often_they_are_chosen_and_then_as_in_the_pool():
    fitted = SharedPrefix().fit(POOL, select)
    assert ids(fitted(POOL[::-1], ASKED)) == "cfeabd"


def test_the_prompts_of_questions_that_share_members_begin_alike():
    fitted = SharedPrefix().fit(POOL, select)
    orders = [ids(fitted(select(each.question), each.question)) for each in POOL]
    assert orders == ["cf", "cf", "fe", "ca", "cf", "ce"]


def test_a_sample_is_drawn_by_the_seed():
    asked = []

    def noted(question):
        asked.append(question.id)
        return select(question)

    SharedPrefix(sample=3, seed=1).fit(POOL, noted)
    again = list(asked)
    SharedPrefix(sample=3, seed=1).fit(POOL, noted)
    assert asked == again * 2
    assert len(set(again)) == 3


def test_a_selection_that_asks_is_asked_in_one_batch():
    program = SharedPrefix().fit(POOL, asking)
    assert len(next(program)) == len(POOL)
    program.close()
    fitted = solve(SharedPrefix().fit(POOL, asking), Scripted())
    assert fitted == SharedPrefix().fit(POOL, select)


def test_what_is_no_member_comes_last():
    stranger = Example(Question("x", "new"), "yes")
    fitted = SharedPrefix().fit(POOL, select)
    assert ids(fitted((stranger, *POOL[:3]), ASKED)) == "cabx"


def test_an_empty_pool_and_equal_members_are_nothing_special():
    assert SharedPrefix().fit((), select)((), ASKED) == ()
    twice = (POOL[0], POOL[0])
    assert SharedPrefix().fit(twice, lambda asked: twice[:1])(twice, ASKED) == twice


def test_a_known_order_is_the_one_that_was_found():
    assert ids(KnownOrder([2, 0, 1]).fit(POOL[:3], select)(POOL[:3], ASKED)) == "cab"
    assert KnownOrder([0]).fit(POOL, select) == ByRank({POOL[0].question: 0})


def test_an_experiment_fits_it_once_and_keeps_what_was_asked(tmp_path):
    dataset = Dataset("d", Task(), POOL, (POOL[0], POOL[3]))
    fields = {"strategy": Direct(Task()), "model": Scripted("yes"), "metric": {}}
    trials = []
    Experiment(dataset, Asking(), SharedPrefix(), **fields, folder=tmp_path)(trials.extend)
    assert [ids(trial.demos) for trial in trials] == ["cf", "ca"]
    assert len(read_fit(tmp_path)) == len(POOL)


def test_what_is_asked_first_does_not_change_what_is_asked_next():
    test = tuple(
        Example(Question(f"t{n}", f"text {name} e"), "yes") for n, name in enumerate("abc")
    )
    fields = {"strategy": Direct(Task()), "model": Scripted("yes"), "metric": {}}

    def shown(examples):
        dataset = Dataset("d", Task(), POOL, examples)
        experiment = Experiment(dataset, BM25(3), SharedPrefix(), **fields)
        (trials,) = experiment.batches()
        return {trial.example.id: ids(trial.demos) for trial in trials}

    assert shown(test[:1]).items() <= shown(test[::-1]).items()


def test_a_sample_of_nobody_is_refused():
    with pytest.raises(ValueError, match="sample is 0; expected at least 1"):
        SharedPrefix(sample=0)
