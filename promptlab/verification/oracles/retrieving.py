"""What searches and selections find on a few documents and vectors."""

from functools import partial
from math import log, log2

import numpy as np

from promptlab.entropy import entropy
from promptlab.index.formula import Formula
from promptlab.index.lexical import Postings
from promptlab.metric.passages.retrieval import Retrieval
from promptlab.selection.annotation.votes import Ballot, fast_vote_k
from promptlab.selection.diverse.dpp import kernel_row, spread, weights
from promptlab.selection.diverse.k_center import farthest_first
from promptlab.selection.diverse.mmr import marginal
from promptlab.types import Answer, Example, Passage, Question
from promptlab.verification.check import Check

DOCUMENTS = [["a", "b", "c"], ["a", "b", "d"], ["a", "e", "f"], ["g", "h", "i"]]
"""Each has three words, so that length plays no part: an occurrence scores its idf."""
RARE, COMMON = log(3.5 / 1.5), log(1.5 / 3.5)
"""Okapi's idf of a word of one document in four, and of three; `a` is in three, `b` in two."""
FLOOR = 0.25 * (7 * RARE + log(2.5 / 2.5) + COMMON) / 9
"""What replaces a negative idf: a quarter of the mean of all nine."""
PLANE = np.array([[1, 0, 0], [0.99, 0.14, 0], [0.7, 0.7, 0], [0.5, 0, 0.86], [0, 1, 0]])


def _bm25(query: str, formula: Formula) -> tuple[float, ...]:
    return tuple(Postings.of(DOCUMENTS, formula).scores(query.split()).tolist())


def _dpp() -> tuple[float, ...]:
    vectors = PLANE / np.linalg.norm(PLANE, axis=1, keepdims=True)
    weight = weights(vectors, np.array([1.0, 0, 0]), 0.1)
    return tuple(map(float, spread(weight**2, partial(kernel_row, weight, vectors), 3)))


def _mmr(balance: float) -> tuple[float, ...]:
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    return tuple(map(float, marginal(np.array([0.9, 0.95, 0.8]), vectors, balance, 3)))


def _farthest() -> tuple[float, ...]:
    angles = np.radians([0, 10, 90, 180])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return tuple(map(float, farthest_first(vectors, 3)))


def _vote_k() -> tuple[float, ...]:
    """0 and 1 have three votes each, of the same voters; after 0 those of 1 count a tenth."""
    ballot = Ballot(np.array([[1, 2], [0, 2], [0, 1], [0, 1], [3, 2]]))
    return tuple(float(member) for member, _ in fast_vote_k(ballot, 2))


def _ranked(name: str) -> float:
    question = Question("q", "?", metadata={"relevant": {"a": 3, "b": 2, "c": 1}})
    passages = [Passage(each, each) for each in "xbac"]
    return Retrieval(k=3)(Answer(""), Example(question, ""), passages)[name]


GAIN = 2 / log2(3) + 3 / log2(4)
IDEAL = 3 + 2 / log2(3) + 1 / log2(4)
CHECKS = (
    Check(
        *(
            "retrieval",
            "BM25, Okapi",
            "idf ln((N - n + .5) / (n + .5)), never under .25 of the mean",
        ),
        *((FLOOR, FLOOR, FLOOR + RARE, 0.0), lambda: _bm25("a e", Formula())),
    ),
    Check(
        *("retrieval", "BM25, a word asked twice", "Robertson: a word counts as often as asked"),
        *((0.0, 0.0, 2 * RARE, 0.0), lambda: _bm25("e e", Formula())),
    ),
    Check(
        *("retrieval", "BM25, Lucene", "idf ln(1 + (N - n + .5) / (n + .5))"),
        *((log(1 + 1.5 / 3.5),) * 3 + (0.0,), lambda: _bm25("a", Formula(idf="lucene"))),
    ),
    Check(
        *("retrieval", "BM25, a word that is nowhere", "the sum over no words"),
        *((0.0,) * 4, lambda: _bm25("z", Formula())),
    ),
    Check(
        *("retrieval", "nDCG@3", "Järvelin and Kekäläinen 2002: sum of gain / log2(place + 1)"),
        *(GAIN / IDEAL, lambda: _ranked("ndcg_at_3")),
    ),
    Check(
        *("retrieval", "reciprocal rank", "1 / place of the first relevant passage"),
        *(1 / 2, lambda: _ranked("mrr")),
    ),
    Check(
        *("retrieval", "recall@3", "relevant among the first three / relevant"),
        *(2 / 3, lambda: _ranked("recall_at_3")),
    ),
    Check(
        *(
            "selection",
            "MMR, balance 0.5",
            "Carbonell and Goldstein 1998: .5 sim - .5 max sim chosen",
        ),
        *((1.0, 2.0, 0.0), lambda: _mmr(0.5)),
    ),
    Check(
        *("selection", "MMR, balance 1", "relevance alone"),
        *((1.0, 0.0, 2.0), lambda: _mmr(1.0)),
    ),
    Check(
        *("selection", "DPP, greedy", "Chen et al. 2018: a near duplicate is passed over"),
        *((0.0, 2.0, 3.0), _dpp),
    ),
    Check(
        *("selection", "k-center", "Gonzalez 1985: each is the farthest from those before it"),
        *((0.0, 3.0, 2.0), _farthest),
    ),
    Check(
        *("selection", "fast vote-k", "Su et al. 2023: a vote counts 10 ** -(chosen it is for)"),
        *((0.0, 2.0), _vote_k),
    ),
    Check(
        *("ordering", "entropy of labels 5 to 3", "Lu et al. 2022, GlobalE: -sum p ln p"),
        *(-(5 / 8) * log(5 / 8) - (3 / 8) * log(3 / 8), lambda: entropy([5, 3])),
    ),
    Check(
        *("ordering", "entropy of two equal labels", "ln 2"),
        *(log(2), lambda: entropy([7, 7])),
    ),
)
