import dataclasses
import hashlib

import faiss
import numpy as np
import pytest

from promptlab.index.dense import Index, index_of
from promptlab.index.embedding import Texts
from promptlab.selection.knn import KNN
from promptlab.types import Example, Question


@dataclasses.dataclass(frozen=True)
class Noise:
    """A random vector for each text, decided by the text; `calls` notes what was asked."""

    calls: list = dataclasses.field(default_factory=list, compare=False)
    identity: str = "noise"

    def encode(self, texts):
        self.calls.append(list(texts))
        return np.array([_noise(text) for text in texts], dtype=np.float32)


def _noise(text):
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).normal(size=24)
    return vector / np.linalg.norm(vector)


POOL = [Example(Question(f"pool-{i}", f"text {i}"), "") for i in range(500)]


def test_the_nearest_are_those_of_brute_force():
    retrieve = KNN(8, Noise()).fit(POOL)
    vectors = Noise().encode([example.question.text for example in POOL]).astype(np.float64)
    for number in range(30):
        question = Question(f"test-{number}", f"other {number}")
        cosines = vectors @ _noise(question.text)
        expected = np.argsort(-cosines, kind="stable")[:8]
        assert [demo.id for demo in retrieve(question)] == [f"pool-{i}" for i in expected]


def test_one_that_is_the_question_gives_its_place_to_the_next():
    retrieve = KNN(3, Noise()).fit(POOL)
    longer = KNN(4, Noise()).fit(POOL)
    question = Question("test-0", "other")
    best = longer(question)
    assert retrieve(Question(best[1].id, "other")) == (best[0], best[2], best[3])


def test_equal_texts_come_in_the_order_of_the_pool():
    texts = ["far", *["near"] * 40, "farther"]
    pool = [Example(Question(f"pool-{i}", text), "") for i, text in enumerate(texts)]
    demos = KNN(5, Noise(), text="{question}").fit(pool)(
        Question("test-0", "near", context="so that it is another question")
    )
    assert [demo.id for demo in demos] == [f"pool-{i}" for i in range(1, 6)]


def test_the_pool_is_read_at_the_first_question_and_once_for_all_variants():
    encoder = Noise(identity="noise-read-once")
    fitted = [KNN(k, encoder).fit(POOL) for k in (2, 4)]
    assert encoder.calls == []
    for retrieve in fitted:
        retrieve(Question("test-0", "other"))
    assert [len(asked) for asked in encoder.calls] == [1, 500, 1]


def test_vectors_of_any_length_are_compared_by_cosine():
    @dataclasses.dataclass(frozen=True)
    class Long:
        identity: str = "long"

        def encode(self, texts):
            known = {"north": (0, 9.0), "east": (1.0, 0.1), "asked": (0.5, 0)}
            return np.array([known[text] for text in texts])

    pool = [Example(Question(text, text), "") for text in ("north", "east")]
    assert KNN(1, Long()).fit(pool)(Question("q", "asked"))[0].id == "east"


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        ([[np.nan, 1.0]], "not finite"),
        ([[1.0], [1.0]], r"returned shape \(2, 1\) for 1 texts"),
        ([1.0], r"returned shape \(1,\) for 1 texts"),
    ],
)
def test_an_encoder_that_breaks_its_promise_is_named(vectors, message):
    @dataclasses.dataclass(frozen=True)
    class Broken:
        identity: str = "broken"

        def encode(self, texts):
            return np.array(vectors)

    with pytest.raises(ValueError, match=message):
        KNN(1, Broken()).fit(POOL)(Question("q", "asked"))


def test_an_index_gives_all_it_has_and_no_more():
    index = index_of(Texts.of(["a", "b", "c"], Noise()))
    assert isinstance(index, Index)
    hits = index.nearest(_noise("a").astype(np.float32), 10)
    assert (hits[0].index, sorted(hit.index for hit in hits)) == (0, [0, 1, 2])
    assert hits[0].score == pytest.approx(1)


@dataclasses.dataclass(frozen=True)
class Short:
    """Reads eight characters, and notes every text it was given."""

    identity: str = "short"

    def encode(self, texts):
        return np.array([_noise(text[:8]) for text in texts], dtype=np.float32)

    def cut(self, texts):
        return sum(len(text) > 8 for text in texts)


@pytest.mark.parametrize(
    ("passage", "questions", "asked"),
    [
        ("one long passage " * 9, ["who came", "how many", "what day"], "how many"),
        (
            "同一段很长的文章。" * 9,
            ["谁在昨天来到了这里", "一共有几只鸟在飞翔", "这是星期几的事情呢"],
            "一共有几只鸟在飞翔",
        ),
    ],
)
def test_the_question_is_read_before_a_context_that_fills_the_window(passage, questions, asked):
    pool = [Example(Question(f"pool-{i}", q, context=passage), "") for i, q in enumerate(questions)]
    with pytest.warns(RuntimeWarning, match="3 of the pool's 3 texts are longer"):
        (demo,) = KNN(1, Short()).fit(pool)(Question("q", asked, context=passage + "Other."))
    assert demo.id == "pool-1"


def test_texts_that_are_read_whole_are_no_matter_of_a_warning(recwarn):
    pool = [Example(Question(f"pool-{i}", text), "") for i, text in enumerate(["who", "when"])]
    KNN(1, Short()).fit(pool)(Question("q", "whence"))
    assert not recwarn.list


def test_a_question_leaves_the_number_of_threads_as_it_was():
    before = faiss.omp_get_max_threads()
    try:
        faiss.omp_set_num_threads(3)
        index_of(Texts.of(["a", "b"], Noise())).nearest(_noise("a").astype(np.float32), 1)
        assert faiss.omp_get_max_threads() == 3
    finally:
        faiss.omp_set_num_threads(before)
