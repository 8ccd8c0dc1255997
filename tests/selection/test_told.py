"""What is told once a run: long questions, few demonstrations, what an index misses."""

import hashlib
import json
import warnings
from dataclasses import dataclass

import numpy as np
import pytest

from promptlab.experiment import Experiment
from promptlab.metric.accuracy import Accuracy
from promptlab.model.scripted import Scripted
from promptlab.ordering.similar_last import SimilarLast
from promptlab.program import lifted, solve
from promptlab.retrieval.retriever import Retriever
from promptlab.selection.annotation.complexity import Complexity
from promptlab.selection.combined.budget import Budget
from promptlab.selection.combined.filtered import Filtered
from promptlab.selection.combined.fused import Fused
from promptlab.selection.combined.two_pass import TwoPass
from promptlab.selection.dense.knn import KNN
from promptlab.selection.diverse.mmr import MMR
from promptlab.selection.first import First
from promptlab.selection.lexical.bm25 import BM25
from promptlab.selection.told import foresee, recall
from promptlab.strategy.direct import Direct
from promptlab.types import Dataset, Example, Question, Task

TASK = Task(answer="text")
POOL = tuple(Example(Question(f"p{n}", f"text {n}"), "x", "step") for n in range(60))
TEST = tuple(Example(Question(f"t{n}", f"asked {n}" + "." * (9 * (n > 2))), "x") for n in range(6))
ASKED = [example.question for example in TEST]


@dataclass(frozen=True)
class Short:
    """Reads eight characters."""

    identity: str = "short and told"

    def encode(self, texts):
        seeds = [int.from_bytes(hashlib.sha256(t[:8].encode()).digest()[:8], "big") for t in texts]
        return np.array([np.random.default_rng(seed).normal(size=16) for seed in seeds], np.float32)

    def cut(self, texts):
        return sum(len(text) > 8 for text in texts)


def experiment(folder, selection, **fields):
    parts = {
        "dataset": Dataset("data", TASK, POOL, TEST),
        "selection": selection,
        "ordering": SimilarLast(),
        "strategy": Direct(TASK),
        "model": Scripted("x"),
        "metric": {"accuracy": Accuracy(TASK)},
        "folder": folder,
        "batch": 2,
        "config": {"seed": 7},
    }
    return Experiment(**parts | fields)


def told(run):
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        result = run()
    return result, [str(each.message) for each in heard]


LONG = "3 of the 6 questions are longer than the encoder's window (t3, t4, t5)"


@pytest.mark.parametrize(
    "selection",
    [
        KNN(2, Short()),
        MMR(2, KNN(2, Short()), Short()),
        MMR(2, BM25(2), Short()),
        Fused(2, {"dense": KNN(2, Short()), "lexical": BM25(2)}),
        TwoPass(2, KNN(2, Short()), Direct(TASK)),
        Complexity(Filtered(2, Budget(2, KNN(2, Short())))),
    ],
    ids=lambda selection: type(selection).__name__,
)
def test_questions_that_are_longer_than_the_window_are_counted_once_for_the_run(
    selection, tmp_path
):
    _, heard = told(experiment(tmp_path, selection))
    assert [LONG in message for message in heard] == [True]


def test_the_same_questions_are_tokenised_once_for_all_that_read_them(tmp_path):
    read = []

    class Noting(Short):
        def cut(self, texts):
            read.append(len(texts))
            return super().cut(texts)

    for number, selection in enumerate((KNN, KNN)):
        encoder = Noting("noting")
        _, heard = told(experiment(tmp_path / str(number), selection(2, encoder)))
        assert any(LONG in message for message in heard)
    assert read.count(len(TEST)) == 1


@pytest.mark.parametrize(
    "selection",
    [
        KNN(0, Short()),
        BM25(2),
        KNN(2, Short(), query="{choices}"),
        MMR(2, BM25(2), Short(), relevance="inner"),
    ],
    ids=["none shown", "words", "nothing read", "the pool alone"],
)
def test_questions_that_no_encoder_reads_are_no_matter_of_a_warning(selection, tmp_path):
    assert told(experiment(tmp_path, selection))[1] == []


def test_questions_of_a_retrieval_are_told_too(tmp_path):
    (tmp_path / "c.jsonl").write_text(json.dumps({"id": "a", "text": "alpha"}), "utf-8")
    search = KNN(0, Short(), text="{context}", query="{question}")
    retrieval = Retriever(str(tmp_path / "c.jsonl"), search, k=1)
    _, heard = told(experiment(tmp_path / "run", First(1), retrieval=retrieval))
    assert [LONG in message for message in heard] == [True]


@pytest.mark.parametrize(
    ("selection", "few"),
    [
        (Filtered(3, First(3), longest=1), "6 of 6 questions (t0, t1, t2, …) have fewer"),
        (Complexity(Budget(3, First(3), characters=25)), "6 of 6 questions"),
        (Filtered(3, BM25(3), minimum=0.1), "6 of 6 questions"),
    ],
    ids=["longest", "budget", "minimum"],
)
def test_fewer_demonstrations_than_wanted_are_told_once_for_the_run(selection, few, tmp_path):
    result, heard = told(experiment(tmp_path, selection))
    fewest = result["metrics"]["fewest_demos"]
    (message,) = heard
    assert few in message
    assert (
        f"than k, which is 3, and the fewest {fewest}: {type(selection).__name__} leaves" in message
    )


def test_as_many_as_wanted_are_no_matter_of_a_warning(tmp_path):
    assert told(experiment(tmp_path, Filtered(3, First(3), longest=99)))[1] == []


@pytest.mark.parametrize("where", ["selection", "retrieval"])
def test_what_an_index_misses_is_in_the_result(where, tmp_path):
    parts = {"selection": First(1)}
    knn = KNN(1, Short(), text="{question}{context}", index="ivf", nlist=20, nprobe=1)
    if where == "selection":
        parts["selection"] = Fused(1, {"dense": knn, "lexical": BM25(1)})
        found = recall(solve(lifted(parts["selection"].fit(POOL)), Scripted()))
    else:
        lines = [json.dumps({"id": str(n), "text": f"text {n}"}) for n in range(60)]
        (tmp_path / "c.jsonl").write_text("\n".join(lines), "utf-8")
        parts["retrieval"] = Retriever(str(tmp_path / "c.jsonl"), knn, k=1)
        found = recall(parts["retrieval"].fit())
    assert 0 < found < 1
    first = experiment(tmp_path / "run", **parts)()
    assert first["recall"] == {where: found}
    (tmp_path / "run" / "result.json").unlink()
    assert experiment(tmp_path / "run", **parts)()["recall"] == first["recall"]


def test_a_flat_index_finds_all_and_is_not_read_to_say_so(tmp_path):
    selection = KNN(2, Short())
    assert recall(selection.fit(POOL)) is None
    assert "recall" not in experiment(tmp_path, selection)()


def test_the_questions_of_a_winner_are_told_of(recwarn):
    foresee(KNN(2, Short()).fit(POOL), ASKED[:3])
    assert not recwarn.list
    with pytest.warns(RuntimeWarning, match=r"1 of the 2 questions .* \(t3\)"):
        foresee(KNN(2, Short()).fit(POOL), ASKED[2:4])


@pytest.mark.parametrize(
    ("selection", "bounds"),
    [
        (Complexity(Budget(3, First(3), characters=25)), "(characters=25)"),
        (Filtered(3, First(3), longest=1, distinct=0.5), "(longest=1, distinct=0.5)"),
    ],
    ids=["budget", "filtered"],
)
def test_the_bounds_that_leave_few_are_named(selection, bounds, tmp_path):
    (message,) = told(experiment(tmp_path, selection))[1]
    assert f"leaves no more of the pool {bounds}. A bound that lets more pass" in message


def test_copies_of_the_question_are_named_where_they_leave_few(tmp_path):
    pool = tuple(Example(Question(f"p{n}", "Asked 0!"), "x") for n in range(3))
    data = Dataset("data", TASK, pool, TEST[:2])
    result, heard = told(experiment(tmp_path, BM25(2), dataset=data))
    assert result["metrics"]["fewest_demos"] == 0
    (message,) = heard
    assert message.startswith("1 of 2 questions (t0) have fewer demonstrations than k, which is 2")
    assert "BM25 may show no copy of the question itself, and there is nothing else" in message
    assert "bound" not in message
