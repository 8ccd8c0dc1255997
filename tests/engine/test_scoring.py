"""Where a continuation begins, and what is counted as its own."""

import pytest

from promptlab.engine.scoring import tokenised
from promptlab.types import Message, Prompt, Scores
from promptlab.types import Score as Ask


@pytest.fixture
def tokenizer(make_tokenizer):
    return make_tokenizer(bos=True)


def _split(tokenizer, prompt, *continuations):
    row = tokenised(tokenizer, Ask(Prompt((Message("text", prompt),)), continuations))
    return row, [tokenizer.decode(tail) for tail in row.tails]


def test_the_prompt_is_context_and_the_rest_is_scored(tokenizer):
    row, tails = _split(tokenizer, "Answer:", " three", " three apples")
    assert row.context == tokenizer("Answer:").input_ids
    assert tails == [" three", " three apples"]
    assert row.prompt_tokens == len(row.context)


def test_spaces_at_the_end_of_the_prompt_are_scored_with_the_continuation(tokenizer):
    spaced, tails = _split(tokenizer, "Answer: ", "three")
    plain, _ = _split(tokenizer, "Answer:", " three")
    assert tails == [" three"]
    assert (spaced.context, spaced.tails) == (plain.context, plain.tails)
    assert spaced.prompt_tokens == len(tokenizer("Answer: ").input_ids)


def test_a_line_break_at_the_end_of_the_prompt_stays_context(tokenizer):
    row, tails = _split(tokenizer, "Answer:\n", "three")
    assert row.context == tokenizer("Answer:\n").input_ids
    assert tails == ["three"]


def test_chinese_continuations_are_scored_whole(tokenizer):
    row, tails = _split(tokenizer, "评论：很好吃。情感：", "正面", "负面")
    assert tokenizer.decode(row.context) + tails[0] == "<s>评论：很好吃。情感：正面"
    assert tokenizer.decode(row.context) + tails[1] == "<s>评论：很好吃。情感：负面"


def test_a_token_across_the_boundary_moves_the_boundary_for_all(tokenizer):
    """`apple` and `s` are one token with what stands before them, `!` is not."""
    prompt = "three app"
    row, tails = _split(tokenizer, prompt, "les", "!")
    assert row.context == tokenizer("three").input_ids
    assert tails == [" apples", " app!"]


def test_half_a_surrogate_pair_in_a_continuation_is_scored_as_the_sign_for_it(tokenizer):
    row, _ = _split(tokenizer, "\udc00 Answer:", " \ud83d", " \ufffd")
    assert row.tails[0] == row.tails[1]


def test_an_empty_continuation_is_certain(llama, text):
    (reply,) = llama.answer([Ask(text("Answer:"), ("", " three"))])
    assert reply.logprobs[0] == 0.0
    assert reply.lengths[0] == 0
    assert reply.logprobs[1] < 0


def test_no_continuations_have_no_scores(llama, text):
    (reply,) = llama.answer([Ask(text("Answer:"), ())])
    assert reply == Scores((), (), reply.prompt_tokens)


def test_an_empty_prompt_scores_too(llama, text):
    (reply,) = llama.answer([Ask(text(""), ("three", "apples are"))])
    assert all(logprob < 0 for logprob in reply.logprobs)


def test_the_scores_of_all_single_tokens_sum_to_one(llama, text):
    import math

    tokenizer = llama._tokenizer
    letters = [chr(code) for code in range(33, 127)]
    (reply,) = llama.answer([Ask(text("Answer:\n"), tuple(letters))])
    assert all(len(tokenizer(letter).input_ids) == 2 for letter in letters)
    assert 0 < sum(map(math.exp, reply.logprobs)) < 1


def test_scores_do_not_depend_on_neighbours(llama, text):
    asked = [
        Ask(text("Answer:"), (" three", " three apples are left")),
        Ask(text("评论：很好吃。情感：" * 3), ("正面", "负面")),
    ]
    together = llama.answer(asked)
    for ask, reply in zip(asked, together, strict=True):
        assert llama.answer([ask])[0].logprobs == pytest.approx(reply.logprobs, abs=1e-4)


def test_after_an_empty_prompt_every_token_is_scored(make_tokenizer):
    for bos in (True, False):
        tokenizer = make_tokenizer(bos=bos)
        for prompt in ("", " "):
            row, tails = _split(tokenizer, prompt, "three", "apples left")
            assert len(row.context) == 1
            assert [tail.strip() for tail in tails] == ["three", "apples left"]


def _tails(tokenizer, *continuations, first):
    prompt = Prompt((Message("text", "Label:"),))
    return tokenised(tokenizer, Ask(prompt, continuations, first=first)).tails


@pytest.mark.parametrize(
    ("continuations", "kept"),
    [((" apples left", " the film"), 1), ((" the apples are", " the film"), 2), ((" film",), 1)],
)
def test_the_first_token_is_the_first_in_which_continuations_differ(tokenizer, continuations, kept):
    whole = _tails(tokenizer, *continuations, first=False)
    first = _tails(tokenizer, *continuations, first=True)
    assert first == [tail[:kept] for tail in whole]
    assert len({tail[-1] for tail in first}) == len(continuations)


@pytest.mark.parametrize("others", [(" film",), (" film left", " apples"), (" film the",)])
def test_first_tokens_that_tell_nothing_apart_are_refused(tokenizer, others):
    with pytest.raises(ValueError, match=r"first token of ' film.* does not tell it from ' film"):
        _tails(tokenizer, " film the", *others, first=True)
