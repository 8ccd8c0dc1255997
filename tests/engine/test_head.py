"""Logits: in float32 from the hidden states, or the model's own where its head is peculiar."""

import dataclasses

import pytest
import torch
from transformers import AutoModelForCausalLM, CohereConfig, Gemma2Config, GraniteConfig

from promptlab.engine.capabilities import reader
from promptlab.engine.forward import read
from promptlab.engine.lm_head import Head, linear
from promptlab.engine.state import begin
from promptlab.model.huggingface import HuggingFace
from promptlab.types import Generate, Sampling, Score

SIZES = {
    "vocab_size": 300,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "initializer_range": 0.5,
}
CONFIGS = (
    Gemma2Config(**SIZES, head_dim=8, final_logit_softcapping=2.0),
    CohereConfig(**SIZES, logit_scale=0.25),
    GraniteConfig(**SIZES, logits_scaling=3.0),
)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.model_type)
@torch.inference_mode()
def test_scales_and_soft_caps_are_the_models_own(config):
    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_config(config).eval()
    ids = [5, 9, 200, 17]
    theirs = model(torch.tensor([ids])).logits[0, -1]
    found = reader(model)
    assert found.head is not None
    state, _ = read(found, begin(found, [None], [0]), [ids])
    assert torch.allclose(found.logits(state.last)[0], theirs, atol=1e-4)
    some = torch.tensor([[3, 250]])
    assert torch.allclose(
        found.logprobs(state.last, some)[0], theirs.log_softmax(-1)[[3, 250]], atol=1e-4
    )


def test_a_head_that_does_more_is_left_alone(folders):
    model = AutoModelForCausalLM.from_pretrained(folders["llama"]).eval()
    assert linear(model) is not None
    model.lm_head = torch.nn.Sequential(model.lm_head)
    assert linear(model) is None


@pytest.mark.parametrize("name", ["llama", "gemma3"])
def test_a_model_of_which_little_is_known_answers_the_same(
    folders, models_by_name, text, device, name
):
    careful = HuggingFace(str(folders[name]), device=device, dtype="float32")
    trunks = careful._trunks
    trunks.reader = dataclasses.replace(trunks.reader, head=None, free=False, shares=False)
    prompts = ["Question: how many?", "Question: how much?", "a", "评论：很好吃。情感："]
    asked = [
        *(Score(text(prompt), (" three", " three apples", "。")) for prompt in prompts),
        *(Generate(text(p), Sampling(n % 2, max_tokens=5 + n)) for n, p in enumerate(prompts * 2)),
    ]
    for reply, other in zip(careful.answer(asked), models_by_name[name].answer(asked), strict=True):
        if hasattr(reply, "text"):
            assert reply.text == other.text
        else:
            assert reply.logprobs == pytest.approx(other.logprobs, abs=1e-4)


@torch.inference_mode()
def test_in_bfloat16_the_most_probable_token_is_that_of_a_float32_product():
    torch.manual_seed(0)
    weight, hidden = torch.randn(5000, 64).bfloat16(), torch.randn(50, 64).bfloat16()
    exact = hidden.float() @ weight.float().T
    logits = Head(weight, None, 1.0, 0.0).logits(hidden)
    assert torch.equal(logits.argmax(-1), exact.argmax(-1))
    assert not torch.equal((hidden @ weight.T).argmax(-1), exact.argmax(-1))
    assert torch.allclose(logits.amax(-1), exact.amax(-1), rtol=1e-6)
