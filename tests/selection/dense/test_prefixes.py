"""Whatever encodes writes the encoder's prefixes before questions and before members."""

import hashlib
import itertools
import json
from dataclasses import dataclass, field

import numpy as np
import pytest

from promptlab.encoder.cache import Cached
from promptlab.encoder.sentence_transformer import SentenceTransformerEncoder
from promptlab.export.vectors import with_vectors, write_vectors
from promptlab.model.scripted import Scripted
from promptlab.program import lifted, solve
from promptlab.retrieval.retriever import Retriever
from promptlab.selection.annotation.confidence_vote_k import ConfidenceVoteK
from promptlab.selection.annotation.vote_k import VoteK
from promptlab.selection.combined.fused import Fused
from promptlab.selection.combined.two_pass import TwoPass
from promptlab.selection.dense.knn import KNN
from promptlab.selection.diverse.cluster import Cluster
from promptlab.selection.diverse.dpp import DPP
from promptlab.selection.diverse.facility_location import FacilityLocation
from promptlab.selection.diverse.k_center import KCenter
from promptlab.selection.diverse.mmr import MMR
from promptlab.selection.first import First
from promptlab.selection.learned.epr import EPR
from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.types import Example, Question, Task

TASK = Task(answer="label", labels=("yes", "no"))
POOL = [Example(Question(f"p{n}", f"text {n}"), "yes") for n in range(12)]
ASKED = [Question("a", "asked one"), Question("b", "asked two")]
MEMBERS = {f"passage: text {n}" for n in range(12)}
QUESTIONS = {"query: asked one", "query: asked two"}


@dataclass(frozen=True)
class Noting:
    """Notes every text it is given."""

    query_prefix: str = "query: "
    passage_prefix: str = "passage: "
    given: list = field(default_factory=list, compare=False)
    lessons: list = field(default_factory=list, compare=False)
    number: int = field(default_factory=itertools.count().__next__, compare=False)

    @property
    def identity(self):
        return f"noting {self.number}"

    def encode(self, texts):
        self.given.extend(texts)
        seeds = [int.from_bytes(hashlib.sha256(t.encode()).digest()[:8], "big") for t in texts]
        return np.array([np.random.default_rng(seed).normal(size=16) for seed in seeds], np.float32)

    def trained(self, triples, training):
        self.lessons.extend(triples)
        return self


SELECTIONS = {
    "knn": lambda e: KNN(2, e),
    "mmr": lambda e: MMR(2, First(2), e),
    "dpp": lambda e: DPP(2, First(2), e),
    "two_pass": lambda e: TwoPass(2, KNN(2, e), Direct(TASK)),
    "fused": lambda e: Fused(2, {"dense": KNN(2, e), "first": First(2)}),
    "epr": lambda e: EPR(2, First(2), e, TASK, questions=3, candidates=4, best=2),
    "vote_k": lambda e: VoteK(KNN(2, e), e, budget=5, neighbours=2),
}
OF_THE_POOL = {
    "facility_location": lambda e: FacilityLocation(2, First(2), e),
    "k_center": lambda e: KCenter(2, First(2), e),
    "cluster": lambda e: Cluster(2, e),
    "vote_k": lambda e: VoteK(First(2), e, budget=5, neighbours=2),
    "confidence": lambda e: ConfidenceVoteK(First(2), e, Choose(TASK), 5, 2, 2),
}


def given(make, encoder):
    """What an encoder is given for a pool and two questions, the first of them ahead."""
    select = solve(lifted(make(encoder).fit(POOL)), Scripted())
    if hasattr(select, "ahead"):
        select.ahead(ASKED[:1])
    for question in ASKED:
        solve(lifted(select(question)), Scripted(""))
    return set(encoder.given)


@pytest.mark.parametrize("name", SELECTIONS)
def test_questions_and_members_are_told_apart_by_the_encoders_prefixes(name):
    texts = given(SELECTIONS[name], Noting())
    assert texts - QUESTIONS == {text for text in texts if text in MEMBERS}
    assert texts >= QUESTIONS
    assert texts & MEMBERS


@pytest.mark.parametrize("name", OF_THE_POOL)
def test_members_have_the_prefix_where_no_question_is_read(name):
    texts = given(OF_THE_POOL[name], Noting())
    assert texts - QUESTIONS == MEMBERS


def test_bge_has_a_prefix_for_questions_alone():
    texts = given(SELECTIONS["mmr"], Noting("为这个句子生成表示：", ""))
    assert texts == {"为这个句子生成表示：asked one", "为这个句子生成表示：asked two"} | {
        f"text {n}" for n in range(12)
    }


def test_the_lessons_of_an_encoder_have_its_prefixes():
    encoder = Noting()
    given(SELECTIONS["epr"], encoder)
    assert encoder.lessons
    for lesson in encoder.lessons:
        assert lesson.text.startswith("query: text")
        assert {lesson.better, lesson.worse} <= MEMBERS


def test_passages_of_a_corpus_have_them_too(tmp_path):
    (tmp_path / "c.jsonl").write_text(json.dumps({"id": "a", "text": "alpha"}), "utf-8")
    encoder = Noting()
    search = KNN(0, encoder, text="{context}", query="{question}")
    Retriever(str(tmp_path / "c.jsonl"), search, k=1).fit()(ASKED[0])
    assert set(encoder.given) == {"passage: alpha", "query: asked one"}


def test_a_cache_hands_on_the_prefixes_of_what_it_wraps(tmp_path):
    inner = Noting()
    select = KNN(2, Cached(inner, folder=str(tmp_path))).fit(POOL)
    select(ASKED[0])
    assert set(inner.given) == MEMBERS | {"query: asked one"}


def test_a_winners_vectors_are_those_with_the_prefix(tmp_path):
    inner = Noting()
    write_vectors(KNN(2, inner), POOL, tmp_path)
    inner.given.clear()
    with_vectors(KNN(2, inner), POOL, tmp_path).fit(POOL)(ASKED[0])
    assert inner.given == ["query: asked one"]


def test_a_format_may_hold_the_prefixes_as_before():
    plain = Noting("", "")
    texts = given(lambda e: KNN(2, e, "passage: {question}", "query: {question}"), plain)
    assert texts == MEMBERS | QUESTIONS


def test_prefixes_do_not_change_what_a_vector_is_called():
    plain, e5 = SentenceTransformerEncoder(), SentenceTransformerEncoder(query_prefix="query: ")
    assert plain.identity == e5.identity
