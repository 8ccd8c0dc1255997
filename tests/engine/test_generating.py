"""Completions: how they are drawn, how they end, what their text is."""

from itertools import pairwise

import pytest

from promptlab.engine.stopping import cut, decoded, endings, may_stop
from promptlab.hearing import listening
from promptlab.types import Generate, Sampling

PROMPT = "Question: how many apples are left? Answer:"


def _ask(model, prompt, **sampling):
    (reply,) = model.answer([Generate(prompt, Sampling(**sampling))])
    return reply


def test_a_draw_never_depends_on_its_neighbours(llama, text):
    def drawn(draw, content=PROMPT):
        return Generate(text(content), Sampling(temperature=1.0, max_tokens=12, draw=draw))

    alone = [llama.answer([drawn(draw)])[0].text for draw in range(3)]
    crowd = [drawn(9, "a"), drawn(2), drawn(0), drawn(4, PROMPT * 3), drawn(1)]
    replies = llama.answer(crowd)
    assert [replies[2].text, replies[4].text, replies[1].text] == alone
    assert len(set(alone)) == 3


def test_a_seed_draws_differently(llama, text):
    texts = {
        _ask(llama, text(PROMPT), temperature=1.0, max_tokens=12, seed=s).text for s in range(4)
    }
    assert len(texts) == 4


def test_greedy_is_the_same_for_every_seed_and_draw(llama, text):
    texts = {_ask(llama, text(PROMPT), max_tokens=8, seed=s, draw=s).text for s in range(3)}
    assert len(texts) == 1


def test_rows_of_different_kinds_share_a_batch(llama, text):
    samplings = [
        Sampling(max_tokens=3),
        Sampling(temperature=0.7, max_tokens=9),
        Sampling(temperature=1.0, top_p=0.5, max_tokens=6),
        Sampling(temperature=2.0, top_k=2, max_tokens=6),
    ]
    together = llama.answer([Generate(text(PROMPT), sampling) for sampling in samplings])
    alone = [llama.answer([Generate(text(PROMPT), sampling)])[0] for sampling in samplings]
    assert [reply.text for reply in together] == [reply.text for reply in alone]
    assert [reply.completion_tokens for reply in together] == [3, 9, 6, 6]


def test_a_completion_ends_before_its_stop_string(llama, text):
    free = _ask(llama, text(PROMPT), max_tokens=20)
    for start in range(1, len(free.text) - 3):
        stop = free.text[start : start + 3]
        stopped = _ask(llama, text(PROMPT), max_tokens=20, stop=(stop, "never said"))
        assert stopped.text == free.text[: free.text.find(stop)]
        assert stopped.finish_reason == "stop"
        assert stopped.completion_tokens <= free.completion_tokens


def test_the_first_of_several_stop_strings_in_the_text_ends_it():
    assert cut("one two three", ("three", "two")) == "one "
    assert cut("one two three", ("four", "")) is None


def test_a_stop_string_that_spans_tokens_is_seen_at_its_last_token(make_tokenizer):
    tokenizer = make_tokenizer()
    ids = tokenizer("三 apples\n\nQuestion: next").input_ids
    whole = len(tokenizer("三 apples\n\nQ").input_ids)
    first = next(n for n in range(len(ids)) if may_stop(tokenizer, ids[:n], ("\n\nQ",)))
    assert "\n\nQ" in tokenizer.decode(ids[:first])
    assert first <= whole + 1
    assert not may_stop(tokenizer, ids, ())


def test_characters_that_span_tokens_come_out_whole(make_tokenizer):
    tokenizer = make_tokenizer()
    prompt, rest = "评论：", "糟糕透顶😀 𠮷"
    before = tokenizer(prompt).input_ids
    after = tokenizer(rest).input_ids
    assert len(after) > len(rest)
    assert decoded(tokenizer, before, after) == rest


def test_the_leading_space_of_a_completion_is_kept():
    """Sentencepiece-style decoders drop the space of the first token they are given."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = {"▁one": 0, "▁two": 1, "▁three": 2, "?": 3}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer)
    assert wrapped.decode([1]) == "two"
    assert decoded(wrapped, [0], [1, 2]) == " two three"


def test_special_tokens_are_no_text(make_tokenizer):
    tokenizer = make_tokenizer()
    ids = tokenizer("three<|im_start|> apples").input_ids
    assert decoded(tokenizer, [], ids) == "three apples"


def test_every_known_end_token_ends_a_completion(make_tokenizer, llama):
    tokenizer = make_tokenizer()
    names = ("</s>", "<|im_end|>", "<end_of_turn>")
    assert endings(tokenizer, llama._model) == {
        tokenizer.convert_tokens_to_ids(name) for name in names
    }


def test_a_completion_that_runs_out_of_room_says_so(llama, text):
    reply = _ask(llama, text(PROMPT), max_tokens=2)
    assert (reply.finish_reason, reply.completion_tokens) == ("length", 2)


def test_a_chat_is_answered(llama, turns):
    reply = _ask(llama, turns(("system", "be brief"), ("user", "三 apples?")), max_tokens=4)
    assert (
        reply.prompt_tokens
        == llama.preview(turns(("system", "be brief"), ("user", "三 apples?"))).tokens
    )
    assert reply.completion_tokens == pytest.approx(4, abs=3)


def test_who_listens_hears_a_reply_grow_and_only_one_that_is_alone(llama, text):
    heard = []
    asked = [Generate(text(PROMPT), Sampling(max_tokens=6, draw=draw)) for draw in (0, 1)]
    with listening(lambda request, so_far: heard.append((request, so_far))):
        (reply,) = llama.answer(asked[:1])
        grown, heard[:] = list(heard), []
        llama.answer(asked)
    assert [request for request, _ in grown] == asked[:1] * 6
    assert grown[-1][1] == reply.text
    assert all(
        after.startswith(before.rstrip("\ufffd")) for (_, before), (_, after) in pairwise(grown)
    )
    assert heard == []
    assert llama.answer(asked[:1]) == [reply]
