"""Fast paths give what the plain path gives: one prompt, one pass a token, no padding, no cache."""

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from promptlab.engine import scoring
from promptlab.model.huggingface import HuggingFace
from promptlab.types import Generate, Sampling, Score

ARCHITECTURES = ("llama", "qwen2", "gemma3", "gpt2")
TEXTS = (
    "Question: how many apples are left in the basket? Answer:",
    "a",
    "Review: a wonderful film",
    "评论：这家餐厅的菜很好吃，服务也很好。情感：",
    "Question: one two three four five six seven eight nine ten eleven. Answer:",
)
CONTINUATIONS = (" three", " three apples are left", "。", " positive", " 负面")
TOKENS = 24


@pytest.fixture(scope="module")
def plain(folders, device):
    """The same folders by transformers alone."""
    return {
        name: (
            AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval().to(device),
            AutoTokenizer.from_pretrained(folder),
        )
        for name, folder in folders.items()
    }


@torch.inference_mode()
def _greedy(model, ids, ends):
    tokens, total = [], 0.0
    while len(tokens) < TOKENS and not (tokens and tokens[-1] in ends):
        logprobs = (
            model(torch.tensor([[*ids, *tokens]], device=model.device))
            .logits[0, -1]
            .log_softmax(-1)
        )
        tokens.append(int(logprobs.argmax()))
        total += logprobs[tokens[-1]].item()
    return tokens, total


@torch.inference_mode()
def _scored(model, ids, tail):
    logprobs = model(torch.tensor([[*ids, *tail]], device=model.device)).logits[0].log_softmax(-1)
    return sum(logprobs[len(ids) - 1 + i, token].item() for i, token in enumerate(tail))


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_batched_greedy_completions_are_those_of_one_at_a_time(name, models_by_name, plain, text):
    model, tokenizer = plain[name]
    ends = {tokenizer.convert_tokens_to_ids(t) for t in ("</s>", "<|im_end|>", "<end_of_turn>")}
    sampling = Sampling(max_tokens=TOKENS)
    replies = models_by_name[name].answer([Generate(text(t), sampling) for t in TEXTS])
    for prompt, reply in zip(TEXTS, replies, strict=True):
        ids = tokenizer(prompt).input_ids
        tokens, total = _greedy(model, ids, ends)
        shown = tokens[:-1] if tokens[-1] in ends else tokens
        assert reply.text == tokenizer.decode(shown, skip_special_tokens=True)
        assert reply.logprob == pytest.approx(total, abs=1e-4)
        assert (reply.prompt_tokens, reply.completion_tokens) == (len(ids), len(tokens))
        assert reply.finish_reason == ("stop" if tokens[-1] in ends else "length")


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_batched_scores_are_those_of_one_at_a_time(name, models_by_name, plain, text):
    model, tokenizer = plain[name]
    replies = models_by_name[name].answer([Score(text(t), CONTINUATIONS) for t in TEXTS])
    for prompt, reply in zip(TEXTS, replies, strict=True):
        ids = tokenizer(prompt).input_ids
        for index, continuation in enumerate(CONTINUATIONS):
            tail = tokenizer(prompt + continuation).input_ids[len(ids) :]
            assert reply.logprobs[index] == pytest.approx(_scored(model, ids, tail), abs=1e-4)
            assert reply.lengths[index] == len(tail)


@pytest.fixture(params=[1, 7, 512])
def nodes(request, monkeypatch):
    """How many tokens a tree of continuations may have."""
    monkeypatch.setattr(scoring, "NODES", request.param)


@pytest.mark.usefixtures("nodes")
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_many_long_continuations_are_scored_as_one_at_a_time(name, models_by_name, plain, text):
    model, tokenizer = plain[name]
    words = ("three", "apples", "are", "left", "positive", "wonderful")
    labels = tuple(f" {first} {second} film" for first in words for second in words)
    prompts = [f"{TEXTS[0]}\n{TEXTS[3]}\n{end}" for end in (*TEXTS, "Label:")]
    replies = models_by_name[name].answer([Score(text(prompt), labels) for prompt in prompts])
    for prompt, reply in zip(prompts, replies, strict=True):
        ids = tokenizer(prompt).input_ids
        tails = [tokenizer(prompt + label).input_ids[len(ids) :] for label in labels]
        assert sum(len(tail) > 1 for tail in tails) > 8
        expected = [_scored(model, ids, tail) for tail in tails]
        assert list(reply.logprobs) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("budget", [1, 60, 100_000])
def test_batches_of_any_size_give_the_same(folders, models_by_name, text, device, budget):
    folder = str(folders["gemma3"])
    small = HuggingFace(folder, device=device, dtype="float32", batch_tokens=budget)
    requests = [
        *(Generate(text(t), Sampling(max_tokens=8)) for t in TEXTS),
        *(Score(text(t), CONTINUATIONS) for t in TEXTS),
        *(Generate(text(t), Sampling(temperature=1.0, max_tokens=8, draw=3)) for t in TEXTS),
    ]
    expected = models_by_name["gemma3"].answer(requests)
    for reply, other in zip(small.answer(requests), expected, strict=True):
        if hasattr(reply, "text"):
            assert reply.text == other.text
            assert reply.logprob == pytest.approx(other.logprob, abs=1e-4)
        else:
            assert reply.logprobs == pytest.approx(other.logprobs, abs=1e-4)
            assert reply.lengths == other.lengths
