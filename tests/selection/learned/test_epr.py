"""EPR: the model's log-probabilities decide what helps, and a tiny encoder learns it."""

import re
from dataclasses import dataclass, field

import numpy as np
import pytest
from tiny_encoder import TRAINING

from promptlab.encoder.sentence_transformer import SentenceTransformerEncoder
from promptlab.encoder.training import Training, Triple
from promptlab.model.scripted import Scripted
from promptlab.program import lifted, solve
from promptlab.selection.dense.knn import KNN
from promptlab.selection.first import First
from promptlab.selection.learned.epr import EPR
from promptlab.selection.lexical.bm25 import BM25
from promptlab.types import Example, Question, Scores, Task

TASK = Task(answer="label", labels=("yes", "no"))


@dataclass(frozen=True)
class Pupil:
    """Notes what it is taught, and knows no more afterwards."""

    identity: str = "pupil"
    lessons: list = field(default_factory=list)
    trainings: list = field(default_factory=list)

    def trained(self, triples, training):
        self.lessons.extend(triples)
        self.trainings.append(training)
        return self

    def encode(self, texts):
        return np.ones((len(texts), 1), dtype=np.float32)


NUMBERED = [Example(Question(f"p{n}", f"member {n}"), "yes" if n % 2 else "no") for n in range(7)]
WORTH = (3.0, 6.0, 1.0, 5.0, 0.0, 4.0, 2.0)
"""How much a demonstration raises the log-probability of anybody's right answer: no order of the
pool's, nor of a ranking."""


def numbers(request):
    """The demonstration that a request shows, and the member that it asks about."""
    shown, asked = re.findall(r"member (\d)", request.prompt.text)
    return int(shown), int(asked)


def taught(pool=NUMBERED, worth=WORTH, **fields):
    """Drive a fit by hand; return its requests and the triples that were learned."""
    told = {"candidates": 6, "best": 2} | fields
    epr = EPR(1, First(1), Pupil(), TASK, **told)
    program = epr.fit(pool)
    requests = next(program)
    replies = [Scores((worth[numbers(request)[0]] - 20.0,), (1,)) for request in requests]
    with pytest.raises(StopIteration):
        program.send(replies)
    return requests, epr.encoder.lessons


def test_the_right_answer_is_asked_for_after_each_candidate_alone():
    requests, _ = taught()
    pairs = [numbers(request) for request in requests]
    assert len(pairs) == len(set(pairs)) == 7 * 6
    assert all(shown != asked for shown, asked in pairs)
    for request, (shown, asked) in zip(requests, pairs, strict=True):
        (right,) = request.continuations
        assert right.strip() == NUMBERED[asked].answer
        assert f"member {shown}\nA: {NUMBERED[shown].answer}\n" in request.prompt.text


def test_the_likeliest_are_positives_and_the_unlikeliest_negatives_whatever_their_ranks():
    _, lessons = taught()
    assert len(lessons) == 7 * 2
    for n, example in enumerate(NUMBERED):
        own = [(each.better, each.worse) for each in lessons if each.text == f"member {n}"]
        order = sorted((m for m in range(7) if m != n), key=lambda m: -WORTH[m])
        texts = [f"member {m}" for m in order]
        assert own == [(texts[0], texts[-1]), (texts[1], texts[-2])], example.id


def test_one_member_s_lesson_in_full():
    # Of all others 1, 3, 5 help most, then 0 and 6; 4 and 2 harm.
    _, lessons = taught(best=3)
    assert [each for each in lessons if each.text == "member 2"] == [
        Triple("member 2", "member 1", "member 4"),
        Triple("member 2", "member 3", "member 6"),
        Triple("member 2", "member 5", "member 0"),
    ]


def test_of_equals_the_better_ranked_counts_as_helpful():
    _, lessons = taught(worth=(1.0,) * 7)
    first = [(each.better, each.worse) for each in lessons if each.text == "member 0"]
    assert first == [("member 1", "member 6"), ("member 2", "member 5")]


def test_no_more_candidates_and_questions_are_asked_about_than_was_said():
    requests, lessons = taught(candidates=4, questions=3)
    assert len(requests) == 3 * 4
    assert {numbers(request)[0] for request in requests} <= set(range(5))
    assert len({each.text for each in lessons}) == 3


def test_who_has_no_answer_is_not_asked_about_and_the_seed_draws_who_is():
    blank = [Example(Question("p9", "member 6"), ""), *NUMBERED[:6]]
    requests, _ = taught(blank)
    assert {numbers(request)[1] for request in requests} == set(range(6))

    def drawn(seed):
        return {numbers(request)[1] for request in taught(questions=3, seed=seed)[0]}

    assert drawn(0) == drawn(0)
    assert len({frozenset(drawn(seed)) for seed in range(6)}) > 1


def test_the_encoder_is_taught_once_and_as_it_was_said():
    pupil, training = Pupil(), Training(epochs=7)
    epr = EPR(1, First(1), pupil, TASK, candidates=6, best=2, training=training)
    solve(epr.fit(NUMBERED), Scripted(score=lambda _: (-1.0,)))
    assert pupil.trainings == [training]


def test_where_no_candidate_is_left_to_compare_nothing_is_learned():
    pupil = Pupil()
    epr = EPR(1, First(1), pupil, TASK, candidates=2, best=1)
    solve(epr.fit(NUMBERED[:2]), Scripted(score=lambda _: (-1.0,)))
    assert pupil.trainings == pupil.lessons == []


POOL = [
    Example(Question(f"pool-{n}", f"{colour} {animal}"), "yes")
    for n, (colour, animal) in enumerate(
        (colour, animal) for colour in ("red", "green", "blue") for animal in ("cat", "dog", "bird")
    )
]


def helps(request):
    """The right answer is likelier where the demonstration has the animal of the question."""
    shown, asked = request.prompt.text.split("Q: ")[-2:]
    return [-0.1 if shown.split()[1] == asked.split()[1] else -3.0]


def test_what_the_model_finds_helpful_is_retrieved(encoder):
    """Words alone tie: a member of the same colour shares as many as one of the same animal."""
    epr = EPR(2, BM25(2), encoder, TASK, candidates=8, best=2, training=TRAINING)
    select = solve(lifted(epr.fit(POOL)), Scripted(score=helps))
    found = [select(example.question) for example in POOL]
    for example, demos in zip(POOL, found, strict=True):
        animal = example.question.text.split()[1]
        assert [demo.question.text.split()[1] for demo in demos] == [animal, animal]


OTHERS = [
    Example(Question(f"other-{n}", f"{word} {animal}"), "no")
    for n, (word, animal) in enumerate(
        (word, animal) for word in ("asks", "红") for animal in ("bird", "cat", "dog")
    )
]
"""Another data set: no colour that was taught, and other answers."""


def test_what_was_learned_is_read_from_its_folder_and_retrieves_from_another_data_set(
    encoder, tmp_path
):
    saved = tmp_path / "saved"
    epr = EPR(2, BM25(2), encoder, TASK, candidates=8, best=2, training=TRAINING, save=str(saved))
    solve(lifted(epr.fit(POOL)), Scripted(score=helps))
    asked = [
        (animal, Question("q", f"{word} {animal}"))
        for animal in ("cat", "dog", "bird")
        for word in ("of", "猫")
    ]

    def alike(encoder):
        select = KNN(2, encoder).fit(OTHERS)
        shown = [(animal, demo) for animal, question in asked for demo in select(question)]
        return sum(demo.question.text.endswith(animal) for animal, demo in shown)

    assert alike(SentenceTransformerEncoder(str(saved), device="cpu")) == 2 * len(asked)
    assert alike(encoder) < 2 * len(asked)


def test_what_was_learned_is_written_to_a_folder_and_reads_other_data(encoder, tmp_path):
    folder = tmp_path / "learned"
    epr = EPR(2, BM25(2), encoder, TASK, candidates=8, best=2, training=TRAINING, save=str(folder))
    select = solve(lifted(epr.fit(POOL)), Scripted(score=helps))
    again = SentenceTransformerEncoder(str(folder))
    texts = ["a grey cat", "a grey bird"]
    assert np.array_equal(again.encode(texts), select.rank.space.encoder.encode(texts))
    assert not np.array_equal(again.encode(texts), encoder.encode(texts))


def test_the_best_candidates_are_learned_beside_the_worst(encoder):
    epr = EPR(1, BM25(1), encoder, TASK, candidates=8, best=2)
    inner = BM25(1).fit(POOL)
    triples = solve(epr._lessons(POOL, inner, POOL[0]), Scripted(score=helps))
    assert [triple.text for triple in triples] == ["red cat"] * 2
    assert {triple.better for triple in triples} == {"green cat", "blue cat"}
    assert all(not triple.worse.endswith("cat") for triple in triples)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"questions": 0}, "expected at least 1 question"),
        ({"candidates": 3, "best": 2}, "twice as many candidates as best"),
        ({"query": "{tier}"}, "query is .*cannot be filled in"),
    ],
)
def test_what_makes_no_sense_is_refused(encoder, fields, message):
    with pytest.raises(ValueError, match=message):
        EPR(1, BM25(1), encoder, Task(), **fields)


def test_an_encoder_that_cannot_be_trained_is_refused():
    with pytest.raises(ValueError, match="selection.encoder is object, which cannot be trained"):
        EPR(1, BM25(1), object(), Task())
