import hashlib

import numpy as np

from promptlab.model.scripted import Scripted
from promptlab.program import lifted, parallel, solve
from promptlab.selection.combined.two_pass import TwoPass
from promptlab.selection.dense.knn import KNN
from promptlab.selection.lexical.bm25 import BM25
from promptlab.strategy.direct import Direct
from promptlab.types import Example, Question, Task

TEXTS = ["who wrote the red book", "the sea is blue", "a fish swims in the sea", "one", "two"]
POOL = [Example(Question(f"pool-{n}", text), "x") for n, text in enumerate(TEXTS)]
ASKED = Question("q", "who wrote it")


def chosen(reply, question=ASKED, k=2):
    select = TwoPass(k, BM25(k), Direct(Task(answer="text"))).fit(POOL)
    return [demo.id for demo in solve(lifted(select(question)), Scripted(reply))]


def test_the_answer_is_searched_for_together_with_the_question():
    assert chosen("nobody") == ["pool-0", "pool-1"]
    assert chosen("a fish in the sea swims") == ["pool-2", "pool-0"]


def test_the_first_pass_is_what_the_answer_was_found_with():
    asked = []

    def reply(request):
        asked.append(request.prompt.text)
        return "blue sea"

    chosen(reply, k=1)
    assert len(asked) == 1
    assert TEXTS[0] in asked[0]
    assert TEXTS[1] not in asked[0]


def test_an_answer_that_cannot_be_read_leaves_the_question_alone():
    assert chosen("") == ["pool-0", "pool-1"]


def test_the_question_itself_is_left_out_of_the_second_pass_too():
    itself = Question("other", TEXTS[2])
    assert "pool-2" not in chosen("a fish swims in the sea", itself)


class Noting:
    """Notes what it is given together."""

    def __init__(self, identity):
        self.identity, self.calls = identity, []

    def encode(self, texts):
        self.calls.append(list(texts))
        seeds = [int.from_bytes(hashlib.sha256(t.encode()).digest()[:8], "big") for t in texts]
        return np.array([np.random.default_rng(seed).normal(size=16) for seed in seeds], np.float32)


def test_questions_with_their_answers_are_encoded_together():
    encoder = Noting("two passes together")
    asked = [Question(f"q{n}", f"who wrote {n}") for n in range(3)]
    select = TwoPass(2, KNN(2, encoder), Direct(Task(answer="text"))).fit(POOL)
    select.ahead(asked)
    together = solve(parallel(lifted(select(each)) for each in asked), Scripted("nobody"))
    texts = [each.text for each in asked]
    assert encoder.calls == [texts, TEXTS, [f"{text}\nnobody" for text in texts]]
    alone = [solve(lifted(select(each)), Scripted("nobody")) for each in asked]
    assert alone == together


def test_a_question_that_fails_leaves_the_others_as_they_are():
    encoder = Noting("two passes, one fails")
    select = TwoPass(2, KNN(2, encoder), Direct(Task(answer="text"))).fit(POOL)
    first = lifted(select(ASKED))
    next(first)
    first.close()
    other = Question("other", "a fish")
    assert len(solve(lifted(select(other)), Scripted("sea"))) == 2
    assert encoder.calls[-1] == ["a fish\nsea"]
