import dataclasses
import hashlib

import faiss
import numpy as np
import pytest

from promptlab.index.dense import Index, index_of
from promptlab.index.embedding import Texts
from promptlab.retrieval.retriever import Retriever
from promptlab.selection.counting import Counting
from promptlab.selection.dense.knn import KNN
from promptlab.selection.diverse.mmr import MMR
from promptlab.stages import fit_selection
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
    with pytest.warns(RuntimeWarning, match=r"3 of .* longer .*window \(pool-0, pool-1, pool-2\)"):
        (demo,) = KNN(1, Short()).fit(pool)(Question("q", asked, context=passage + "Other."))
    assert demo.id == "pool-1"


def test_the_first_of_many_long_texts_are_named_and_nothing_in_a_name_is_obeyed():
    names = ["a", "b\x1b[31m", "c", "d", "e"]
    texts = ["short", *["a long text"] * 4]
    with pytest.warns(RuntimeWarning, match=r"4 of .* 5 texts .* \(b\\x1b\[31m, c, d, …\)"):
        Texts.of(texts, Short(), names=names)
    with pytest.warns(RuntimeWarning, match=r"\(number 2\)"):
        Texts.of(texts[:2], Short())


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


@dataclasses.dataclass(frozen=True)
class Mapped:
    """Has a vector for each text, of whatever length."""

    known: tuple
    identity: str = "mapped"

    def encode(self, texts):
        return np.array([dict(self.known)[text] for text in texts], dtype=np.float32)


def ids(known, asked, similarity, k=3):
    encoder = Mapped((*known, ("asked", asked)), identity=f"mapped {known} {similarity}")
    pool = [Example(Question(name, name), "") for name, _ in known]
    return [
        demo.id for demo in KNN(k, encoder, similarity=similarity).fit(pool)(Question("q", "asked"))
    ]


def test_the_inner_product_prefers_what_is_long_and_the_cosine_does_not():
    known = (("near", (1, 0)), ("long", (5, 5)), ("far", (0, 3)))
    assert ids(known, (2, 0.1), "cosine") == ["near", "long", "far"]
    assert ids(known, (2, 0.1), "inner_product") == ["long", "near", "far"]


def test_from_the_middle_of_the_pool_what_all_share_counts_for_nothing():
    # The mean is (10, 1): from there the members lie at (-1, -1), (1, -1) and (0, 2).
    known = (("a", (9, 0)), ("b", (11, 0)), ("c", (10, 3)))
    assert ids(known, (10.9, 1.5), "cosine") == ["a", "b", "c"]
    assert ids(known, (10.9, 1.5), "centred") == ["c", "b", "a"]


def test_a_pool_that_is_one_point_is_taken_from_the_front_when_it_is_centred():
    known = (("a", (1, 2)), ("b", (1, 2)), ("c", (1, 2)))
    assert ids(known, (3, 1), "centred") == ["a", "b", "c"]


def test_an_inner_product_of_unit_vectors_is_said_to_be_the_cosine():
    with pytest.warns(RuntimeWarning, match=r"is the cosine; encoder.inner.normalize=false"):
        KNN(1, Noise(identity="unit"), similarity="inner_product").fit(POOL)(Question("q", "other"))


APPROXIMATE = [{"index": "hnsw"}, {"index": "ivf", "nprobe": 50}, {"index": "ivf", "nlist": 3}]


@pytest.mark.parametrize("fields", APPROXIMATE)
def test_an_index_that_looks_at_few_finds_nearly_all_and_says_how_many(fields, caplog):
    encoder = Noise(identity=f"few {fields}")
    exact, fast = KNN(8, Noise()).fit(POOL), KNN(8, encoder, **fields).fit(POOL)
    questions = [Question(f"test-{number}", f"other {number}") for number in range(20)]
    found = [len(set(exact(asked)) & set(fast(asked))) for asked in questions]
    assert sum(found) > 0.95 * 8 * 20
    assert fast.rank.recall > 0.95
    assert "of 500 texts, built in" in caplog.text
    assert f"finds {100 * fast.rank.recall:.1f} % of the ten nearest" in caplog.text


@pytest.mark.parametrize("fields", [{"index": "hnsw", "ef_search": 5}, {"index": "ivf"}])
def test_an_index_that_looks_at_few_ranks_all_where_all_are_wanted(fields):
    select = KNN(3, Noise(), **fields).fit(POOL)
    question = Question("q", "other")
    every = select.ranked(question, 500)
    assert sorted(hit.index for hit in every) == list(range(500))
    for count in (3, 40, 200):
        assert select.ranked(question, count) == every[:count]


def test_a_search_of_one_cluster_says_that_it_misses_much():
    select = KNN(3, Noise(), index="ivf", nlist=40, nprobe=1).fit(POOL)
    assert 0 < select.rank.recall < 0.7
    assert KNN(3, Noise()).fit(POOL).rank.recall == 1


@pytest.mark.parametrize("fields", [{"index": "hnsw"}, {"index": "ivf"}])
@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_tiny_pool_can_be_indexed_in_every_way(fields, size):
    pool = POOL[:size]
    select = KNN(size, Noise(), **fields).fit(pool)
    exact = KNN(size, Noise()).fit(pool)
    assert select(Question("q", "other")) == exact(Question("q", "other"))
    assert select.rank.recall == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"similarity": "dot"}, "expected one of cosine, inner_product, centred"),
        ({"index": "annoy"}, "expected one of flat, hnsw, ivf"),
        ({"index": "hnsw", "m": 1}, "m is 1; expected a whole number, 2 or more"),
        ({"index": "hnsw", "ef_search": 0}, "ef_search is 0; expected"),
        ({"index": "ivf", "nlist": 0}, "nlist is 0; expected"),
        ({"index": "ivf", "nprobe": "all"}, "nprobe is 'all'; expected"),
    ],
)
def test_what_cannot_be_searched_with_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        KNN(1, Noise(), **fields)


@dataclasses.dataclass(frozen=True)
class Trembling:
    """Its vectors differ in their last bits with how many texts are read together."""

    calls: list = dataclasses.field(default_factory=list, compare=False)
    identity: str = "trembling"

    def encode(self, texts):
        self.calls.append(list(texts))
        places = {"up": (0.6, 0.8), "down": (0.6, -0.8), "away": (-1, 0)}
        vectors = [places.get(text, (1, 3e-7 if len(texts) > 1 else 0)) for text in texts]
        return np.array(vectors, dtype=np.float32)


def in_the_square(*texts):
    return [Example(Question(f"pool-{text}", text), "") for text in texts]


def test_the_questions_of_a_batch_are_encoded_together_and_only_the_last_batch_is_kept():
    encoder = Noise(identity="batches")
    select = KNN(3, encoder).fit(POOL)
    asked = [Question(f"test-{i}", f"other {i}") for i in range(6)]
    alone = [KNN(3, Noise()).fit(POOL)(question) for question in asked]
    for batch in (asked[:3], [*asked[3:], asked[3]]):
        select.ahead(batch)
        assert [select(question) for question in batch[:3]] == alone[asked.index(batch[0]) :][:3]
    assert encoder.calls[0] == ["other 0", "other 1", "other 2"]
    assert encoder.calls[2:] == [["other 3", "other 4", "other 5"]]
    select(asked[0])
    assert encoder.calls[3:] == [["other 0"]]


def test_a_tie_stays_one_where_the_last_bits_of_a_vector_depend_on_its_batch():
    select = KNN(1, Trembling()).fit(in_the_square("down", "up", "away"))
    asked = [Question("test-0", "one"), Question("test-1", "other")]
    alone = select(asked[0])
    select.ahead(asked)
    assert [demo.id for demo in select(asked[0])] == [demo.id for demo in alone] == ["pool-down"]


def test_who_chooses_among_others_lets_them_encode_together_and_nothing_twice():
    encoder = Noise(identity="both")
    select = MMR(2, KNN(2, encoder), encoder).fit(POOL)
    asked = [Question(f"test-{i}", f"other {i}") for i in range(3)]
    select.ahead(asked)
    together = [select(question) for question in asked]
    assert [len(texts) for texts in encoder.calls] == [3, 500]
    fresh = MMR(2, KNN(2, Noise()), Noise()).fit(POOL)
    assert together == [fresh(question) for question in asked]


def test_nothing_is_encoded_ahead_for_those_who_choose_nobody():
    encoder = Noise(identity="nobody")
    nobody = KNN(0, encoder)
    Counting.of(nobody, fit_selection(nobody, POOL)).ahead([Question("q", "other")])
    assert encoder.calls == []
    Counting.of(KNN(1, encoder), KNN(1, encoder).fit(POOL)).ahead([Question("q", "other")])
    assert encoder.calls == [["other"]]


def test_passages_are_searched_for_a_batch_whatever_k_the_search_has(tmp_path):
    encoder = Noise(identity="passages")
    path = tmp_path / "c.jsonl"
    path.write_text("\n".join(f'{{"id": "{n}", "text": "text {n}"}}' for n in range(5)), "utf-8")
    asked = [Question(f"q{n}", f"other {n}") for n in range(3)]
    search = Retriever(str(path), KNN(0, encoder, text="{context}", query="{question}"), 2).fit()
    search.ahead(asked)
    assert encoder.calls[0] == [question.text for question in asked]
    assert [len(search(question)) for question in asked] == [2, 2, 2]
    assert len(encoder.calls) == 2


def test_equal_texts_of_a_pool_are_encoded_once():
    encoder = Noise(identity="twice")
    pool = [Example(Question(f"pool-{i}", f"text {i % 4}"), "") for i in range(12)]
    demos = KNN(12, encoder).fit(pool)(Question("q", "other"))
    assert encoder.calls[-1] == [f"text {i}" for i in range(4)]
    places = [demos.index(pool[i]) for i in range(12)]
    assert all(places[i] < places[i + 4] < places[i + 8] for i in range(4))
