"""Products in eight bits: as rounded by hand, a token at a time."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from promptlab.model import int8
from promptlab.model.huggingface import HuggingFace
from promptlab.model.int8 import REDUCED_STEPS, STEPS, Int8Linear, adds_in_32_bits
from promptlab.types import Generate, Sampling, Score

PROMPTS = ("Question: how many apples are left? Answer:", "评论：这家餐厅的菜很好吃。情感：", "a")
LABELS = (" three", " positive and more", " 负面")


def layer(inner: int = 64, outer: int = 40, *, bias: bool = True) -> torch.nn.Linear:
    torch.manual_seed(1)
    return torch.nn.Linear(inner, outer, bias=bias)


def by_hand(told: torch.nn.Linear, features: torch.Tensor, steps: int) -> torch.Tensor:
    """Round weights by channel and activations by token, and multiply in double precision."""
    weight = told.weight.detach().double()
    unit = weight.abs().amax(1, keepdim=True) / STEPS
    weight = (weight / unit).round() * unit
    each = features.double().abs().amax(1, keepdim=True) / steps
    rounded = (features.double() / each).round() * each
    return rounded @ weight.T + (0 if told.bias is None else told.bias.detach().double())


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("wide", [True, False])
def test_a_product_is_that_of_what_is_rounded(bias, wide, monkeypatch):
    if not wide:
        monkeypatch.setattr(int8, "adds_in_32_bits", lambda: False)
    told = layer(bias=bias)
    eight = Int8Linear(told)
    assert eight.steps == (STEPS if wide and adds_in_32_bits() else REDUCED_STEPS)
    features = torch.randn(33, 64) * torch.logspace(-3, 3, 33)[:, None]
    expected = by_hand(told, features, eight.steps)
    # What lies half-way between two steps may be rounded either way: rarely, and by one.
    off = (eight(features).double() - expected).abs()
    most = features.abs().amax(1, keepdim=True).double()
    assert (off > 1e-5 * most).double().mean() < 0.1
    assert (off <= most * told.weight.abs().amax() / eight.steps * 1.01 + 1e-6 * most).all()
    exact = told(features).double()
    assert ((eight(features) - exact).norm(dim=1) / exact.norm(dim=1)).max() < 0.05


@given(st.lists(st.floats(1e-30, 1e30), min_size=1, max_size=9))
def test_no_token_sees_what_shares_its_batch(sizes):
    eight = Int8Linear(layer())
    torch.manual_seed(len(sizes))
    features = torch.randn(len(sizes), 64) * torch.tensor(sizes)[:, None]
    together = eight(features)
    assert torch.equal(together, torch.cat([eight(row[None]) for row in features]))


def test_a_token_of_zeros_has_the_bias():
    told = layer()
    features = torch.randn(3, 64)
    features[1] = 0
    assert torch.equal(Int8Linear(told)(features[None])[0, 1], told.bias.detach())


@pytest.mark.parametrize("name", ["llama", "qwen2", "gemma3"])
def test_answers_are_near_those_of_float32(folders, name, text):
    folder = str(folders[name])
    exact, eight = (HuggingFace(folder, device="cpu", dtype=dtype) for dtype in ("float32", "int8"))
    asked = [Score(text(prompt), LABELS) for prompt in PROMPTS]
    pairs = zip(exact.answer(asked), eight.answer(asked), strict=True)
    # Activations have 7 bits, and twice the steps, where a processor has no VNNI.
    for right, near in pairs:
        assert near.logprobs == pytest.approx(right.logprobs, rel=0.06)
        assert near.logprobs != right.logprobs
    assert eight.identity["dtype"] == "int8"
    assert type(eight._model.get_output_embeddings()) is torch.nn.Linear
    assert eight._trunks.reader.branches


def test_a_prompt_is_completed_alike_alone_and_among_others(folders, text):
    model = HuggingFace(str(folders["llama"]), device="cpu", dtype="int8")
    asked = [Generate(text(prompt), Sampling(max_tokens=6)) for prompt in PROMPTS]
    together = [reply.text for reply in model.answer(asked)]
    assert together == [model.answer([one])[0].text for one in asked]


def test_what_int8_is_not_for_is_said(folders):
    folder = str(folders["llama"])
    with pytest.raises(ValueError, match="int8 is for CPUs, and the device is cuda"):
        assert HuggingFace(folder, device="cuda", dtype="int8").identity
    with pytest.raises(ValueError, match="leave one of them out"):
        HuggingFace(folder, dtype="int8", quantization="8bit")
