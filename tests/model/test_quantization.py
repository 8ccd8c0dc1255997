"""Quantised weights, on the CPU: the same answers as the weights they round to."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, LlamaConfig

from promptlab.model.huggingface import HuggingFace
from promptlab.types import Generate, Sampling, Score

pytest.importorskip(
    "bitsandbytes", reason='bitsandbytes is missing: pip install "promptlab[quant]"'
)


@pytest.fixture(scope="module")
def folder(make_tokenizer, tmp_path_factory) -> Path:
    """A tiny model whose rows are whole blocks of 64 weights, which 4-bit kernels ask for."""
    root = tmp_path_factory.mktemp("wide")
    tokenizer = make_tokenizer(bos=True)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=256,
        initializer_range=0.05,
    )
    torch.manual_seed(7)
    AutoModelForCausalLM.from_config(config).save_pretrained(root)
    tokenizer.save_pretrained(root)
    return root


def component(folder: Path, quantization: str = "") -> HuggingFace:
    return HuggingFace(str(folder), device="cpu", dtype="float32", quantization=quantization)


def rounded(folder: Path, out: Path) -> Path:
    """The same model with every weight that is quantised rounded to four bits by hand."""
    from bitsandbytes.functional import dequantize_4bit, quantize_4bit

    model = AutoModelForCausalLM.from_pretrained(folder)
    for layer in model.model.layers.modules():
        if isinstance(layer, torch.nn.Linear):
            layer.weight.data = dequantize_4bit(*quantize_4bit(layer.weight.data, quant_type="nf4"))
    model.save_pretrained(out)
    for file in folder.glob("*token*"):
        (out / file.name).write_bytes(file.read_bytes())
    return out


@pytest.fixture
def asked(text):
    return Score(text("Review: a wonderful film. Label:"), (" positive", " three apples"))


def test_four_bits_score_as_weights_rounded_by_hand(folder, asked, tmp_path):
    (plain,) = component(folder).answer([asked])
    (by_hand,) = component(rounded(folder, tmp_path)).answer([asked])
    (reply,) = component(folder, "4bit").answer([asked])
    assert reply.logprobs == pytest.approx(by_hand.logprobs, abs=0.05)
    assert reply.logprobs != pytest.approx(plain.logprobs, abs=0.05)


def test_eight_bits_score_nearly_as_whole_weights(folder, asked):
    (plain,) = component(folder).answer([asked])
    (reply,) = component(folder, "8bit").answer([asked])
    assert reply.logprobs == pytest.approx(plain.logprobs, abs=0.3)
    assert reply.logprobs != plain.logprobs
    assert reply.lengths == plain.lengths


@pytest.mark.parametrize("quantization", ["4bit", "8bit"])
def test_quantised_weights_take_less_room_and_generate(folder, text, quantization):
    whole, small = component(folder), component(folder, quantization)
    ask = Generate(text("Question: how many apples"), Sampling(max_tokens=4))
    replies = [model.answer([ask])[0] for model in (whole, small)]
    assert [reply.completion_tokens for reply in replies] == [4, 4]
    assert small._model.get_memory_footprint() < whole._model.get_memory_footprint()


def test_the_identity_names_the_quantisation(folder):
    identities = [component(folder, bits).identity for bits in ("", "4bit", "8bit")]
    assert [identity.get("quantization") for identity in identities] == [None, "4bit", "8bit"]
