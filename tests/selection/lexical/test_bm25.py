import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25L, BM25Okapi, BM25Plus

from promptlab.index.formula import Formula
from promptlab.index.lexical import Postings
from promptlab.index.tokenise import tokens
from promptlab.selection.lexical.bm25 import BM25
from promptlab.types import Example, Question

RANK_BM25 = {"okapi": BM25Okapi, "l": BM25L, "plus": BM25Plus}


def pool(*texts):
    return [Example(Question(f"pool-{i}", text), "") for i, text in enumerate(texts)]


def scores(texts, query, **fields):
    return BM25(1, **fields).fit(pool(*texts)).rank.scores(Question("q", query))


def chosen(texts, query, k, **fields):
    demos = BM25(k, **fields).fit(pool(*texts))(Question("q", query))
    return [int(demo.id.removeprefix("pool-")) for demo in demos]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a e", [0.141216, 0.141216, 0.988514, 0]),
        ("e e", [0, 0, 1.694596, 0]),
        ("g", [0, 0, 0, 0.847298]),
        ("d a", [0.141216, 0.988514, 0.141216, 0]),
        ("b", [0, 0, 0, 0]),
        ("unknown", [0, 0, 0, 0]),
    ],
)
def test_scores_are_those_worked_out_by_hand(query, expected):
    corpus = ["a b c", "a b d", "a e f", "g h i"]
    assert scores(corpus, query) == pytest.approx(expected, abs=5e-7)


words = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"])
documents = st.lists(words, max_size=8)


@settings(deadline=None)
@given(
    st.lists(documents, min_size=1, max_size=12).filter(any),
    documents,
    st.sampled_from([(1.5, 0.75, 0.25), (0.9, 0.4, 0.25), (2.0, 0.0, 0.0), (1.2, 0.9, 1.0)]),
)
def test_scores_equal_rank_bm25(corpus, query, parameters):
    k1, b, epsilon = parameters
    ours = Postings.of(corpus, Formula("okapi", k1, b, epsilon, idf="okapi")).scores(query)
    theirs = BM25Okapi(corpus, k1=k1, b=b, epsilon=epsilon).get_scores(query)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


@settings(deadline=None)
@given(
    st.lists(documents, min_size=1, max_size=12).filter(any),
    documents,
    st.sampled_from(["l", "plus"]),
    st.sampled_from([(1.5, 0.75, None), (0.9, 0.4, 0.0), (2.0, 0.0, 0.7)]),
)
def test_l_and_plus_are_rank_bm25s(corpus, query, variant, parameters):
    k1, b, delta = parameters
    given_delta = {} if delta is None else {"delta": delta}
    ours = Postings.of(corpus, Formula(variant, k1, b, delta=delta)).scores(query)
    theirs = RANK_BM25[variant](corpus, k1=k1, b=b, **given_delta).get_scores(query)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


CORPUS = [
    "the river floods the valley in spring",
    "a valley without a river",
    "spring comes late",
    "河水在春天上涨，春天来得晚",
    "河谷里没有河",
    "",
]


@pytest.mark.parametrize("variant", RANK_BM25)
@pytest.mark.parametrize(
    "query",
    ["the river", "river river valley", "春天的河", "no such word, unseen", "river unseen", ""],
)
def test_every_variant_scores_as_rank_bm25_does(variant, query):
    fields = {"idf": "okapi"} if variant == "okapi" else {}
    theirs = RANK_BM25[variant](list(map(tokens, CORPUS))).get_scores(tokens(query))
    ours = scores(CORPUS, query, variant=variant, **fields)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


def test_plus_counts_a_word_in_a_long_member_for_more_than_okapi_does():
    texts = ["fox", "fox " + "and so on " * 40, *["nothing of the kind"] * 8]
    okapi, plus = scores(texts, "fox"), scores(texts, "fox", variant="plus")
    assert plus[1] / plus[0] > okapi[1] / okapi[0]
    assert plus[2] > 0


@pytest.mark.parametrize("variant", ["l", "plus"])
def test_l_and_plus_never_rank_a_match_below_a_miss_in_a_small_pool(variant):
    assert chosen(["x y", "x z", "x x x", "q"], "x", 4, variant=variant)[-1] == 3


@pytest.mark.parametrize("variant", ["l", "plus"])
def test_a_pool_without_words_scores_zero_in_every_variant(variant):
    assert scores(["", "?"], "x", variant=variant) == pytest.approx([0, 0])


def test_scores_equal_rank_bm25_on_a_larger_corpus():
    random = np.random.default_rng(0)
    vocabulary = [f"w{i}" for i in range(400)]
    corpus = [
        [vocabulary[i] for i in random.zipf(1.3, size=random.integers(1, 60)) if i < 400]
        for _ in range(800)
    ]
    ours, theirs = Postings.of(corpus, Formula(idf="okapi")), BM25Okapi(corpus)
    automatic = Postings.of(corpus, Formula())
    for query in corpus[:50]:
        np.testing.assert_allclose(ours.scores(query), theirs.get_scores(query), atol=1e-9, rtol=0)
        assert np.array_equal(automatic.scores(query), ours.scores(query))


def test_okapi_ranks_a_match_below_a_miss_in_a_small_pool_as_rank_bm25_does():
    assert scores(["x y", "x z"], "x", idf="okapi") == pytest.approx([-0.134120] * 2, abs=5e-7)
    assert scores(["x y", "x y"], "x", idf="okapi") == pytest.approx([-0.402359] * 2, abs=5e-7)
    assert chosen(["x y", "x z", "x x x", "q"], "x", 4, idf="lucene")[-1] == 3


@given(st.lists(documents, min_size=1, max_size=6), documents)
def test_auto_never_ranks_a_match_below_a_miss(corpus, query):
    index = Postings.of(corpus, Formula())
    assert (index.scores(query) >= 0).all()


@pytest.mark.parametrize("texts", [["x y"], ["x y", "x z"], ["a", "b"], ["x", "x", "x"]])
def test_auto_scores_every_match_above_zero_where_the_mean_idf_is_not_positive(texts):
    found = scores(texts, texts[0])
    assert found[0] > 0
    lucene = scores(texts, texts[0], idf="lucene")
    assert np.array_equal(found, lucene)


def test_lucene_idf_is_its_published_formula():
    k1, b, tf, length, mean = 1.5, 0.75, 1, 2, 2
    idf = np.log(1 + (2 - 2 + 0.5) / (2 + 0.5))
    expected = idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean))
    assert scores(["x y", "x z"], "x", idf="lucene") == pytest.approx([expected] * 2, abs=1e-12)


@pytest.mark.parametrize("texts", [["", "", ""], ["?", "…", " "]])
def test_a_pool_without_words_is_taken_from_the_front(texts):
    assert chosen(texts, "anything", 2) == [0, 1]


def test_an_empty_document_scores_zero_among_others():
    assert scores(["", "a b", "c d", "e f"], "a")[0] == 0


def test_an_empty_document_stays_a_number_where_length_decides_everything():
    # rank-bm25 divides zero by zero here.
    assert scores(["", "a b", "c d", "e f"], "a", b=1)[0] == 0


def test_ties_and_misses_go_to_the_lower_index():
    texts = ["miss", "a hit", "miss again", "a hit", "and another", "more"]
    assert chosen(texts, "hit", 5) == [1, 3, 0, 2, 4]


def test_chinese_is_retrieved_by_its_words():
    texts = ["今天股市大涨，投资者很高兴", "这部电影的演员演技很好", "手机电池续航太差了"]
    assert chosen(texts, "新上映的电影怎么样", 1) == [1]
    assert chosen(texts, "电池不耐用的手机", 1) == [2]


def test_full_width_digits_match_plain_ones():
    texts = ["year 1998", "year 2024", "month 12", "day 7"]
    assert chosen(texts, "２０２４", 1) == [1]


def test_the_context_is_read_with_the_question():
    examples = [
        Example(Question("pool-0", "It is true.", context="cats sleep"), ""),
        Example(Question("pool-1", "It is true.", context="volcanoes erupt"), ""),
        Example(Question("pool-2", "It is true.", context="rivers flow"), ""),
    ]
    asked = Question("q", "It is false.", context="volcanoes sleep never, they erupt")
    assert BM25(1).fit(examples)(asked)[0].id == "pool-1"
    assert BM25(1, text="{question}").fit(examples)(asked)[0].id == "pool-0"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"k1": -1}, "k1 is -1"),
        ({"b": 1.5}, "b is 1.5"),
        ({"epsilon": -0.1}, "epsilon is -0.1"),
        ({"idf": "bm25+"}, "expected auto, okapi or lucene"),
        ({"variant": "bm25+"}, "expected okapi, l or plus"),
        ({"variant": "l", "delta": -1}, "delta is -1"),
        ({"delta": 0.5}, "variant=okapi has not"),
        ({"variant": "plus", "idf": "lucene"}, "variant=plus has an idf of its own"),
        ({"text": "{premise}"}, "expected a format with the fields"),
        ({"text": "{}"}, "expected a format with the fields"),
        ({"text": "{question"}, "expected a format with the fields"),
    ],
)
def test_what_cannot_be_scored_with_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        BM25(1, **fields)
