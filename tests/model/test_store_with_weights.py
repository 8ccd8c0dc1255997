"""A store in front of real weights: named by tokens, and no number changed by it."""

import pytest

from promptlab.model.cache.cached_model import CachedModel
from promptlab.types import Generate, Message, Prompt, Sampling, Score

REVIEWS = ("评论：质量太差了。情感：", "Review: a wonderful film. Label: ", "Review: the worst.")


def prompt(text: str) -> Prompt:
    return Prompt((Message("text", text),))


@pytest.fixture
def model(models_by_name):
    return models_by_name["llama"]


def test_a_completion_is_named_by_the_tokens_that_preview_counts(model):
    for asked in (prompt(REVIEWS[0]), Prompt((Message("user", REVIEWS[1]),))):
        assert len(model.token_ids(asked)) == model.preview(asked).tokens


def test_a_score_is_named_by_as_many_tokens_as_it_says_it_scored(model):
    requests = [Score(prompt(text), ("正面", "负面", " positive")) for text in REVIEWS]
    for request, reply in zip(requests, model.answer(requests), strict=True):
        tokens = model.score_tokens(request)
        assert tuple(map(len, tokens.tails)) == reply.lengths
        assert tokens.prompt_tokens == reply.prompt_tokens


def test_labels_that_came_one_after_another_score_as_they_do_together(model):
    stored = CachedModel(model, ":memory:")
    for labels in (("正面",), ("正面", "负面"), ("负面", " positive", "正面")):
        requests = [Score(prompt(text), labels) for text in REVIEWS]
        for kept, plain in zip(stored.answer(requests), model.answer(requests), strict=True):
            assert kept.logprobs == pytest.approx(plain.logprobs, abs=1e-4)
            assert (kept.lengths, kept.prompt_tokens) == (plain.lengths, plain.prompt_tokens)


def test_what_is_stored_comes_back_as_it_was_computed(model, tmp_path):
    path = str(tmp_path / "completions.db")
    requests = [
        *(Score(prompt(text), ("a", "b")) for text in REVIEWS),
        *(Generate(prompt(REVIEWS[1]), Sampling(0.9, max_tokens=5, draw=n)) for n in range(4)),
        Generate(Prompt((Message("user", REVIEWS[0]),)), Sampling(max_tokens=5)),
    ]
    computed = CachedModel(model, path).answer(requests)
    again = CachedModel(model, path)
    assert repr(again.answer(requests)) == repr(computed)
    assert again.counts.found == len(requests)
