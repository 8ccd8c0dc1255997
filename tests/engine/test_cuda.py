"""On a GPU: bfloat16 gives what transformers gives there, and batches shrink until they fit."""

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

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
    torch.cuda.set_per_process_memory_fraction((held + (256 << 20)) / whole)
    try:
        huge = HuggingFace(folder, device="cuda", dtype="float32", batch_tokens=1 << 22)
        replies = huge.answer(requests)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert huge._budget.tokens < 1 << 22
    assert [reply.text for reply in replies] == expected
