"""On a GPU: bfloat16 gives what transformers gives there, and batches shrink until they fit."""

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from promptlab.engine.attention.flash import flash
from promptlab.model.huggingface import HuggingFace
from promptlab.types import Generate, Sampling, Score

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")

TEXTS = (
    "Question: how many apples are left in the basket? Answer:",
    "Review: a wonderful film",
    "评论：这家餐厅的菜很好吃，服务也很好。情感：",
)
CONTINUATIONS = (" three", " three apples are left", " 负面")


@pytest.mark.parametrize("name", ["llama", "qwen2", "gemma3", "gpt2"])
@torch.inference_mode()
def test_scores_in_bfloat16_are_those_of_transformers(name, folders, text):
    folder = str(folders[name])
    ours = HuggingFace(folder, device="cuda", dtype="bfloat16")
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval().cuda()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    replies = ours.answer([Score(text(prompt), CONTINUATIONS) for prompt in TEXTS])
    for prompt, reply in zip(TEXTS, replies, strict=True):
        start = len(tokenizer(prompt).input_ids)
        for continuation, logprob in zip(CONTINUATIONS, reply.logprobs, strict=True):
            ids = tokenizer(prompt + continuation).input_ids
            logits = theirs(torch.tensor([ids], device="cuda")).logits[0].float()
            logprobs = logits.log_softmax(-1)
            places = range(start, len(ids))
            alone = sum(logprobs[place - 1, ids[place]].item() for place in places)
            # Seven bits of mantissa, through three layers of random weights.
            assert logprob == pytest.approx(alone, abs=0.05 * len(places))


def test_batches_are_halved_until_they_fit(folders, text):
    folder = str(folders["llama"])
    prompts = [
        text(f"Question: {number} " + "how many apples are left? " * 6) for number in range(3000)
    ]
    requests = [Generate(prompt, Sampling(max_tokens=4)) for prompt in prompts]
    small = HuggingFace(folder, device="cuda", dtype="float32", batch_tokens=8192)
    expected = [reply.text for reply in small.answer(requests)]
    torch.cuda.empty_cache()
    held = torch.cuda.memory_reserved()
    whole = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction((held + (64 << 20)) / whole)
    try:
        huge = HuggingFace(folder, device="cuda", dtype="float32", batch_tokens=1 << 22)
        replies = huge.answer(requests)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert huge._budget.tokens < 1 << 22
    assert [reply.text for reply in replies] == expected


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("size", [16, 64])
def test_kernels_say_what_they_see_and_what_it_weighs(dtype, hidden, size):
    torch.manual_seed(0)
    query = torch.randn(3, 6, 37, size, device="cuda").to(dtype)
    key, value = (torch.randn(3, 2, 37, size, device="cuda").to(dtype) for _ in range(2))
    mask = (torch.rand(3, 1, 37, 37, device="cuda") < 0.5) | torch.eye(37, device="cuda").bool()
    seen = mask if hidden else torch.ones(37, 37, device="cuda").tril().bool()
    mixed, weight = flash(query, key, value, mask if hidden else None, None, causal=not hidden)
    keys, values = (part.double().repeat_interleave(3, dim=1) for part in (key, value))
    scores = (query.double() @ keys.transpose(2, 3)) * size**-0.5
    scores = scores.masked_fill(~seen, float("-inf"))
    off = (mixed.double() - scores.softmax(-1) @ values).abs().max()
    assert off < (1e-5 if dtype == torch.float32 else 0.02)
    assert (weight.double() - scores.logsumexp(-1)).abs().max() < 1e-3


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_a_shared_beginning_is_held_once_and_changes_nothing(dtype, folders, text):
    folder = str(folders["llama"])
    start = "Question: how many apples are left in the basket? " * 12
    prompts = [text(f"{start}Question {number}: how many? Answer:") for number in range(40)]
    asked = [Score(prompt, CONTINUATIONS) for prompt in prompts]
    asked += [Generate(prompt, Sampling(max_tokens=6)) for prompt in prompts]
    ours = HuggingFace(folder, device="cuda", dtype=dtype)
    together = ours.answer(asked)
    assert ours._trunks.reader.shares
    assert ours.counts.tokens_computed < ours.counts.tokens_asked / 4
    alone = [HuggingFace(folder, device="cuda", dtype=dtype).answer([one])[0] for one in asked]
    for one, other in zip(together[:40], alone[:40], strict=True):
        assert one.logprobs == pytest.approx(
            other.logprobs, abs=0.3 if dtype == "bfloat16" else 1e-3
        )
    if dtype == "float32":
        texts = [reply.text for reply in together[40:]]
        assert texts == [reply.text for reply in alone[40:]]
