"""Tiny real models and tokenizers, made here: nothing is downloaded.

The fixtures of the tests of `model/` and of `engine/`, whose `conftest.py` name them.
PROMPTLAB_TEST_DEVICE=cuda runs the engine's tests on a GPU.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    AutoModelForCausalLM,
    Gemma3TextConfig,
    GPT2Config,
    LlamaConfig,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    Qwen2Config,
)

from promptlab.model.huggingface import HuggingFace
from promptlab.model.replay import Replay
from promptlab.types import Message, Prompt, Role

TEXTS = (
    "Question: how many apples are left? Answer: three apples are left in the basket.",
    "Review: a wonderful film, and the best of the year. Label: positive",
    "评论：这家餐厅的菜很好吃，服务也很好。情感：正面",
    "评论：质量太差了，再也不会买。情感：负面",
)

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

DEVICE = os.environ.get("PROMPTLAB_TEST_DEVICE", "cpu")

SPECIALS = ("<s>", "</s>", "<|im_start|>", "<|im_end|>", "<start_of_turn>", "<end_of_turn>")


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def make_tokenizer() -> Callable[..., PreTrainedTokenizerFast]:
    """Train a byte-level BPE tokenizer on a few sentences; says BOS before a text where asked."""

    def make(*, bos: bool = False, template: str | None = None) -> PreTrainedTokenizerFast:
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=400,
            special_tokens=list(SPECIALS),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator(TEXTS, trainer)
        if bos:
            tokenizer.post_processor = processors.TemplateProcessing(
                single="<s> $A", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))]
            )
        wrapped = PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>"
        )
        wrapped.chat_template = template
        return wrapped

    return make


def _configs(vocabulary: int) -> dict[str, PreTrainedConfig]:
    """Four architectures: rotary, with biases, with sliding windows, with learned positions."""
    shared = {
        "vocab_size": vocabulary,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 256,
        "initializer_range": 0.25,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": 1,
    }
    return {
        "llama": LlamaConfig(**shared),
        "qwen2": Qwen2Config(**shared),
        "gemma3": Gemma3TextConfig(
            **shared,
            head_dim=8,
            query_pre_attn_scalar=8,
            sliding_window=8,
            layer_types=["sliding_attention", "sliding_attention", "full_attention"],
        ),
        "gpt2": GPT2Config(
            vocab_size=vocabulary,
            n_positions=256,
            n_embd=32,
            n_layer=3,
            n_head=4,
            initializer_range=0.25,
            bos_token_id=0,
            eos_token_id=1,
        ),
    }


ARCHITECTURES = ("llama", "qwen2", "gemma3", "gpt2")


@pytest.fixture(scope="session")
def folders(tmp_path_factory, make_tokenizer) -> dict[str, Path]:
    """A folder of each architecture, random weights, as transformers writes it."""
    root = tmp_path_factory.mktemp("models")
    tokenizer = make_tokenizer(bos=True, template=CHATML)
    for name, config in _configs(len(tokenizer)).items():
        torch.manual_seed(7)
        AutoModelForCausalLM.from_config(config).save_pretrained(root / name)
        tokenizer.save_pretrained(root / name)
    return {name: root / name for name in ARCHITECTURES}


@pytest.fixture(scope="session")
def device() -> str:
    """Where the engine is tested, as torch names it."""
    return DEVICE


@pytest.fixture(scope="session")
def models_by_name(folders) -> dict[str, HuggingFace]:
    """Each architecture's component; in float32."""
    return {
        name: HuggingFace(str(folder), device=DEVICE, dtype="float32")
        for name, folder in folders.items()
    }


@pytest.fixture(scope="session")
def llama(models_by_name) -> HuggingFace:
    return models_by_name["llama"]


def text(content: str) -> Prompt:
    """A document to be continued."""
    return Prompt((Message("text", content),))


def turns(*pairs: tuple[Role, str]) -> Prompt:
    """A conversation."""
    return Prompt(tuple(Message(role, content) for role, content in pairs))


@pytest.fixture(name="text", scope="session")
def _text() -> Callable[[str], Prompt]:
    return text


@pytest.fixture(name="turns", scope="session")
def _turns() -> Callable[..., Prompt]:
    return turns


@pytest.fixture
def replay(tmp_path):
    """Replay recorded lines."""

    def of(*lines, **fields):
        path = tmp_path / "recorded.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return Replay(str(path), **fields)

    return of
