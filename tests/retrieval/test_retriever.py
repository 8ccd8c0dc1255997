"""Passages are ranked by any selection, filtered by the record, and never the wrong ones."""

import json
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pytest
from hydra.utils import instantiate
from laws import composed, driven, options, saying

from promptlab.program import lifted
from promptlab.retrieval.retriever import Retriever
from promptlab.selection.combined.filtered import Filtered
from promptlab.selection.combined.fused import Fused
from promptlab.selection.combined.rerank import Rerank
from promptlab.selection.combined.stratified import Stratified
from promptlab.selection.diverse.cluster import Cluster
from promptlab.selection.first import First
from promptlab.selection.lexical.bm25 import BM25
from promptlab.selection.zero import Zero
from promptlab.types import Question


@dataclass(frozen=True)
class Lengths:
    """Texts as vectors by their lengths."""

    identity: str = "lengths"

    def encode(self, texts):
        angles = np.array([len(text) / 100 for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@dataclass(frozen=True)
class Longest:
    """Scores pairs by the length of the other text."""

    def scores(self, text, others):
        return np.array([float(len(other)) for other in others])


RECORDS = [
    {"id": "moon", "text": "The moon orbits the earth.", "tenant": "a", "rank": 1},
    {"id": "bread", "text": "Bread is baked from flour and water.", "tenant": "b"},
    {"id": "wall", "text": "长城是古代的防御工程。", "tenant": "a"},
    {"id": "sun", "text": "The earth orbits the sun.", "tenant": "b"},
]


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in RECORDS), "utf-8")
    return str(path)


def search(corpus, text, metadata=(), **fields):
    settings = {"k": 2, "above": 0.0, **fields}
    fitted = Retriever(corpus, BM25(0, idf="lucene"), **settings).fit()
    return [each.id for each in fitted(Question("moon", text, metadata=dict(metadata)))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What orbits the earth?", ["sun", "moon"]),
        ("who bakes bread", ["bread"]),
        ("长城是什么？", ["wall"]),
        ("nothing shared at all", []),
        ("The moon orbits the earth.", ["moon", "sun"]),
    ],
)
def test_the_passages_that_share_the_rarest_words_come_first(corpus, text, found):
    assert search(corpus, text)[: len(found)] == sorted(found, key=search(corpus, text).index)
    assert set(search(corpus, text)) == set(found)


def test_a_passage_that_is_the_question_or_has_its_id_is_found_all_the_same(corpus):
    assert search(corpus, "The moon orbits the earth.", k=1) == ["moon"]


def test_only_passages_of_the_record_s_own_kind_are_shown(corpus):
    mine = {"customer": "b"}
    where = {"tenant": "customer"}
    assert search(corpus, "orbits earth", mine, where=where) == ["sun"]
    assert search(corpus, "orbits earth", {}, where=where) == []
    assert search(corpus, "orbits earth", {"customer": 1}, where={"rank": "customer"}) == ["moon"]


def test_as_many_as_are_wanted_and_no_more_than_there_are(corpus):
    assert len(search(corpus, "earth", k=9, above=None)) == 4
    with pytest.raises(ValueError, match="k is 0; expected at least 1 passage; retrieval=none"):
        search(corpus, "earth", k=0)
    with pytest.raises(ValueError, match="k is -1"):
        search(corpus, "earth", k=-1)


def test_the_k_of_a_selection_within_the_search_does_not_count(corpus):
    question = Question("q", "What orbits the earth?")
    for inner in (0, 99):
        search = Filtered(0, Stratified(0, BM25(inner, idf="lucene")))
        assert len(Retriever(corpus, search, k=3).fit()(question)) == 3
        fused = Fused(inner, {"one": BM25(inner), "other": First(inner)})
        assert len(Retriever(corpus, fused, k=99).fit()(question)) == 4


def test_a_search_that_needs_its_k_has_the_retrieval_s(corpus):
    assert len(Retriever(corpus, Cluster(0, Lengths()), k=2).fit()(Question("q", "any"))) == 2


def test_more_passages_than_candidates_may_be_wanted(corpus):
    search = Rerank(0, BM25(0), Longest(), candidates=1)
    found = Retriever(corpus, search, k=3).fit()(Question("q", "bread"))
    assert [len(found), found[0].id] == [3, "bread"]


def test_a_selection_without_a_ranking_is_refused(corpus):
    with pytest.raises(ValueError, match="retrieval.search is .*hands on no ranking"):
        Retriever(corpus, Zero()).fit()


NAMES = options("retrieval")


def made(name, corpus):
    """Build a yaml's retrieval over a corpus."""
    cfg = composed("retrieval", name).copy()
    for node in (cfg.retrieval, cfg.retrieval.get("inner", {})):
        if "corpus" in node:
            node.corpus = corpus
    cfg.encoder = {"_target_": "test_retriever.Lengths"}
    if name == "milvus":
        pytest.importorskip("pymilvus", reason="the extra milvus is not installed")
        cfg.retrieval.search.uri = f"{corpus}.db"
    if name == "reranked":
        cfg.retrieval.search.scorer = {"_target_": "test_retriever.Longest"}
    return instantiate(cfg.retrieval, _convert_="all")


@pytest.mark.parametrize("name", NAMES)
def test_a_retrieval_shows_passages_of_its_corpus_the_same_for_the_same_question(name, corpus):
    retrieval = made(name, corpus)
    question = Question("q", "What orbits the earth?", metadata={"context": ["The earth turns."]})
    _, fitted = driven(lifted(retrieval.fit()), saying("the moon"))
    batches, found = driven(lifted(fitted(question)), saying("the moon"))
    assert driven(lifted(fitted(question)), saying("the moon")) == (batches, found)
    driven(lifted(fitted(Question("p", "bread"))), saying("")) if name != "gold" else None
    assert driven(lifted(fitted(question)), saying("the moon")) == (batches, found)
    assert len({each.id for each in found}) == len(found) <= 5
    assert bool(found) == (name != "none")
    if name not in ("none", "gold"):
        assert {each.id for each in found} <= {each["id"] for each in RECORDS}
        assert retrieval.identity == made(name, corpus).identity != ""


@pytest.mark.parametrize("reply", ["", "word " * 400, "[[", "\n\nQ: next?"])
def test_a_search_ends_whatever_the_model_says(reply, corpus):
    fitted = made("hyde", corpus).fit()
    batches, found = driven(fitted(Question("q", "What orbits the earth?")), saying(reply))
    assert len(batches) == 1
    assert found


def test_the_identity_changes_with_a_passage(corpus, tmp_path):
    other = tmp_path / "d.jsonl"
    other.write_text(json.dumps({"id": "moon", "text": "Another."}), "utf-8")
    assert made("bm25", corpus).identity != made("bm25", str(other)).identity


def test_plain_search_asks_nobody(corpus):
    assert not isinstance(made("bm25", corpus).fit()(Question("q", "x")), Generator)


def test_a_field_that_no_passage_or_no_question_has_is_refused_and_not_shown_nothing(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps({"id": "a", "text": "The moon.", "tenant": "x"}), "utf-8")
    search = BM25(0, idf="lucene")
    with pytest.raises(
        ValueError, match=r"'tennant', which no passage of .* has; they have .*tenant"
    ):
        Retriever(str(path), search, where={"tennant": "customer"}).fit()
    fitted = Retriever(str(path), search, where={"tenant": "customer"}).fit()
    asked = Question("q", "moon", metadata={"customer": "x"})
    fitted.ahead([asked, Question("p", "moon")])
    assert [each.id for each in fitted(asked)] == ["a"]
    assert fitted(Question("p", "moon")) == ()
    with pytest.raises(
        ValueError, match="'customer', which no question here has; they have none; "
    ):
        fitted.ahead([Question("p", "moon")])


def test_a_bound_on_scores_over_a_search_that_has_none_is_refused(corpus):
    with pytest.raises(ValueError, match="retrieval.above is 0.5, and retrieval.search is First"):
        Retriever(corpus, First(0), above=0.5).fit()
    assert len(Retriever(corpus, First(0), k=2).fit()(Question("q", "any"))) == 2
