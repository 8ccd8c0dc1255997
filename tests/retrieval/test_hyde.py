"""What the model imagines is searched for; by cosines, that is the mean of the vectors."""

import json
from dataclasses import dataclass

import numpy as np

from promptlab.program import solve
from promptlab.retrieval.hyde import HyDE
from promptlab.retrieval.retriever import Retriever
from promptlab.selection.combined.rerank import Rerank
from promptlab.selection.dense.knn import KNN
from promptlab.types import Completion, Question

VECTORS = {"q": (1, 0, 0), "draft one": (0, 1, 0), "draft two": (0, 0.6, 0.8)}
PASSAGES = {"a": (1, 0, 0), "b": (0, 1, 0), "c": (0, 0.8, 0.6), "d": (0.6, 0.8, 0)}


@dataclass(frozen=True)
class Known:
    identity: str = "known"

    def encode(self, texts):
        known = {**VECTORS, **PASSAGES}
        return np.array([known[text] for text in texts], dtype=np.float32)


class Writes:
    """Writes one draft after another."""

    identity = {"name": "writes"}

    def answer(self, requests):
        return [Completion(f" draft {('one', 'two')[each.sampling.draw]}\n") for each in requests]


def test_passages_are_ranked_by_the_mean_of_question_and_drafts(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text("\n".join(json.dumps({"id": n, "text": n}) for n in PASSAGES), "utf-8")
    knn = KNN(0, Known(), text="{context}", query="{question}")
    found = HyDE(Retriever(str(path), knn, k=4), drafts=2).fit()
    shown = [each.id for each in solve(found(Question("q", "q")), Writes())]
    mean = np.mean(list(VECTORS.values()), axis=0)
    assert shown == sorted(PASSAGES, key=lambda name: -float(np.dot(PASSAGES[name], mean)))


def test_drafts_are_read_as_passages_and_the_question_as_a_question(tmp_path):
    path = tmp_path / "c.jsonl"
    rows = [{"id": n, "text": n, "of": 1 + (n > "b")} for n in PASSAGES]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    read = []

    @dataclass(frozen=True)
    class Prefixed(Known):
        query_prefix: str = "query: "
        passage_prefix: str = "passage: "

        def encode(self, texts):
            read.extend(texts)
            return super().encode([text.partition(": ")[2] for text in texts])

    knn = KNN(0, Prefixed("prefixed"), text="{context}", query="{question}")
    found = HyDE(Retriever(str(path), knn, k=4, where={"of": "mine"}), drafts=2).fit()
    asked = Question("q", "q", ("x", "y"), metadata={"mine": "1"})
    shown = solve(found(asked), Writes())
    drafts = ["passage: draft one", "passage: draft two"]
    assert sorted(read) == sorted(["query: q", *drafts, *(f"passage: {n}" for n in PASSAGES)])
    assert sorted(each.id for each in shown) == ["a", "b"]


def test_passages_that_a_search_did_not_score_count_as_its_last(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text("\n".join(json.dumps({"id": n, "text": n}) for n in PASSAGES), "utf-8")
    knn = KNN(0, Known(), text="{context}", query="{question}")

    class Alike:
        def scores(self, text, others):
            return np.array([float(np.dot(VECTORS[text], PASSAGES[other])) for other in others])

    rerank = Rerank(0, knn, Alike(), candidates=2, text="{question}{context}")
    found = HyDE(Retriever(str(path), rerank, k=4), drafts=2).fit()
    shown = [each.id for each in solve(found(Question("q", "q")), Writes())]
    assert shown[0] in "abc"
    assert sorted(shown) == sorted(PASSAGES)
