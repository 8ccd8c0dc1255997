"""Convert a GGUF file, once, into a folder that transformers loads in seconds.

The quantised weights are expanded to safetensors. Two architectures are read here, `llama` and
`gemma3`; their configurations are built from the file's own metadata, to the letter of the original
weights. The others that transformers knows are read by its own reader of GGUF files, which needs
accelerate.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gguf
import numpy as np
import torch
from gguf.quants import dequantize
from safetensors.torch import save_file
from tokenizers import pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    Gemma3TextConfig,
    GenerationConfig,
    LlamaConfig,
)
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

from promptlab.machine.quiet import quiet_transformers

if TYPE_CHECKING:
    from transformers import PreTrainedConfig


def convert(source: Path, folder: Path) -> None:
    """Write config, weights and tokenizer of the GGUF file `source` into an existing folder.

    Raises:
        ValueError: nothing here reads the architecture, or a tensor is missing, left over or of
            another shape than it asks for.
    """
    reader = gguf.GGUFReader(source)
    if _field(reader, "general.architecture") not in BUILDERS or _has_scaled_positions(reader):
        _convert_by_transformers(reader, source, folder)
        return
    config = _config(reader)
    save_file(_weights(reader, config, source), folder / "model.safetensors", {"format": "pt"})
    config.save_pretrained(folder)
    _generation(config).save_pretrained(folder)
    _write_tokenizer(reader, source, folder)


def _has_scaled_positions(reader: gguf.GGUFReader) -> bool:
    """Tell whether positions are scaled, as in Llama 3, which is told by a tensor of its own."""
    return any(tensor.name == "rope_freqs.weight" for tensor in reader.tensors)


def _convert_by_transformers(reader: gguf.GGUFReader, source: Path, folder: Path) -> None:
    """Let transformers read the file, and write what it read.

    Raises:
        ValueError: it does not know the architecture.
    """
    architecture = _field(reader, "general.architecture")
    try:
        with quiet_transformers():
            model = AutoModelForCausalLM.from_pretrained(
                source.parent, gguf_file=source.name, dtype=torch.float16
            )
            tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    except (ValueError, KeyError, NotImplementedError) as error:
        raise ValueError(
            f"{source} holds the architecture {architecture!r}, which transformers does not read "
            f"({error}); give the original weights to model=hf, or serve the file by Ollama or "
            "llama.cpp and use model=openai"
        ) from error
    config = model.config
    # They are plain numbers now; what says that they are quantised would be believed.
    vars(config).pop("quantization_config", None)
    weights = {name: value.contiguous() for name, value in model.state_dict().items()}
    if config.tie_word_embeddings:
        weights.pop("lm_head.weight", None)
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    config.save_pretrained(folder)
    _generation(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    _mend_settings(folder / "tokenizer_config.json", reader)


def _field(reader: gguf.GGUFReader, key: str, default: Any = None) -> Any:
    """The value of one piece of the file's metadata."""
    field = reader.get_field(key)
    return default if field is None else field.contents()


def _config(reader: gguf.GGUFReader) -> PreTrainedConfig:
    """The configuration that the file's metadata describes."""
    architecture = _field(reader, "general.architecture")
    names = {tensor.name for tensor in reader.tensors}
    shared = {
        "vocab_size": int(_shape(reader, "token_embd.weight")[0]),
        "tie_word_embeddings": "output.weight" not in names,
        "bos_token_id": _field(reader, "tokenizer.ggml.bos_token_id"),
        "eos_token_id": _field(reader, "tokenizer.ggml.eos_token_id"),
        "pad_token_id": _field(reader, "tokenizer.ggml.padding_token_id"),
        **_sizes(reader, architecture),
    }
    config = BUILDERS[architecture](reader, shared)
    # Servers choose the class by this; transformers needs only the model's type.
    config.architectures = [MODEL_FOR_CAUSAL_LM_MAPPING_NAMES[config.model_type]]
    return config


def _sizes(reader: gguf.GGUFReader, architecture: str) -> dict[str, Any]:
    """What both architectures call by the same names."""
    heads = _field(reader, f"{architecture}.attention.head_count")
    hidden = _field(reader, f"{architecture}.embedding_length")
    return {
        "hidden_size": hidden,
        "intermediate_size": _field(reader, f"{architecture}.feed_forward_length"),
        "num_hidden_layers": _field(reader, f"{architecture}.block_count"),
        "num_attention_heads": heads,
        "num_key_value_heads": _field(reader, f"{architecture}.attention.head_count_kv", heads),
        "head_dim": _field(reader, f"{architecture}.attention.key_length", hidden // heads),
        "max_position_embeddings": _field(reader, f"{architecture}.context_length"),
        # CachedModel as a 32-bit float: 1e-5 comes back as 9.999999747378752e-06.
        "rms_norm_eps": float(
            f"{_field(reader, f'{architecture}.attention.layer_norm_rms_epsilon'):.6g}"
        ),
    }


def _llama(reader: gguf.GGUFReader, shared: dict[str, Any]) -> PreTrainedConfig:
    theta = _field(reader, "llama.rope.freq_base", 10_000.0)
    return LlamaConfig(rope_parameters={"rope_type": "default", "rope_theta": theta}, **shared)


def _gemma3(reader: gguf.GGUFReader, shared: dict[str, Any]) -> PreTrainedConfig:
    """Gemma 3: the file does not hold the local layers' theta, nor which layers are local.

    Both are the same in every published Gemma 3: 10,000, and five of every six.
    """
    theta = _field(reader, "gemma3.rope.freq_base", 1_000_000.0)
    return Gemma3TextConfig(
        rope_parameters={
            "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
            "full_attention": {"rope_type": "default", "rope_theta": theta},
        },
        sliding_window=_field(reader, "gemma3.attention.sliding_window"),
        query_pre_attn_scalar=shared["head_dim"],
        **shared,
    )


BUILDERS = {"llama": _llama, "gemma3": _gemma3}


def _generation(config: PreTrainedConfig) -> GenerationConfig:
    return GenerationConfig(
        bos_token_id=config.bos_token_id,
        eos_token_id=config.eos_token_id,
        pad_token_id=config.pad_token_id,
    )


def _shape(reader: gguf.GGUFReader, name: str) -> tuple[int, ...]:
    """A tensor's shape, in torch's order."""
    (found,) = (tensor for tensor in reader.tensors if tensor.name == name)
    return tuple(int(size) for size in reversed(found.shape))


def _weights(
    reader: gguf.GGUFReader, config: PreTrainedConfig, source: Path
) -> dict[str, torch.Tensor]:
    """Every parameter that the architecture has, under transformers' name."""
    stored = {tensor.name: tensor for tensor in reader.tensors}
    names, weights = _names(config), {}
    for name, shape in _parameters(config).items():
        tensor = stored.pop(names.get_name(name, try_suffixes=(".weight", ".bias")) or "", None)
        if tensor is None:
            raise ValueError(f"{source} has no tensor for {name}")
        values = _as_transformers(tensor.name, dequantize(tensor.data, tensor.tensor_type), config)
        if values.shape != shape:
            raise ValueError(f"{name} in {source} is {values.shape}; the model wants {shape}")
        weights[name] = _stored(values)
    if stored:
        raise ValueError(f"{source} holds tensors that the model does not have: {sorted(stored)}")
    return weights


def _parameters(config: PreTrainedConfig) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the architecture's parameters."""
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    shapes = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    if config.tie_word_embeddings:
        shapes.pop("lm_head.weight")
    return shapes


def _names(config: PreTrainedConfig) -> gguf.TensorNameMap:
    """GGUF's names for parameters."""
    known = gguf.MODEL_ARCH.LLAMA if config.model_type == "llama" else gguf.MODEL_ARCH.GEMMA3
    return gguf.get_tensor_name_map(known, config.num_hidden_layers)


def _as_transformers(
    name: str, values: np.ndarray[Any, Any], config: PreTrainedConfig
) -> np.ndarray[Any, Any]:
    """Undo what the converter to GGUF did to this architecture's tensors."""
    if config.model_type == "gemma3_text":
        return values - 1 if name.endswith("norm.weight") else values
    if name.endswith("attn_q.weight"):
        return _unpermuted(values, config.num_attention_heads)
    if name.endswith("attn_k.weight"):
        return _unpermuted(values, config.num_key_value_heads)
    return values


def _unpermuted(values: np.ndarray[Any, Any], heads: int) -> np.ndarray[Any, Any]:
    """Rotary pairs lie side by side in GGUF, half a head apart in transformers."""
    pairs = values.reshape(heads, -1, 2, values.shape[1])
    return pairs.swapaxes(1, 2).reshape(values.shape)


def _stored(values: np.ndarray[Any, Any]) -> torch.Tensor:
    """Matrices in half precision, which their quantised scales had; vectors as they are."""
    dtype = np.float16 if values.ndim > 1 else np.float32
    return torch.from_numpy(np.ascontiguousarray(values.astype(dtype)))


def _write_tokenizer(reader: gguf.GGUFReader, source: Path, folder: Path) -> None:
    """Write the tokenizer, mended where transformers' conversion departs from the original."""
    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    if _field(reader, "tokenizer.ggml.pre") == "smollm":
        # SmolLM was trained with every digit a token of its own, split off before the byte-level
        # pattern looks at the text; the conversion leaves that step out.
        tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Digits(individual_digits=True),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
            ]
        )
    tokenizer.save_pretrained(folder)
    _mend_settings(folder / "tokenizer_config.json", reader)


def _mend_settings(path: Path, reader: gguf.GGUFReader) -> None:
    """Give the tokenizer the model's window, and take out what belongs to this conversion."""
    settings = json.loads(path.read_text(encoding="utf-8"))
    architecture = _field(reader, "general.architecture")
    settings["model_max_length"] = _field(reader, f"{architecture}.context_length")
    settings["clean_up_tokenization_spaces"] = False
    settings.pop("is_local", None)
    settings.pop("local_files_only", None)
    path.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n", encoding="utf-8")
