"""Tokenizers and weights from the Hugging Face hub or a folder, loaded once a process.

The last weights asked for are kept, so that the variants of a sweep share them; a component keeps
its own as long as it lives.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging


@lru_cache(maxsize=4)
def load_tokenizer(name: str, revision: str | None, trust_remote_code: bool) -> Any:
    """Load a tokenizer; no weights are touched.

    Raises:
        FileNotFoundError: there is nothing under this name.
    """
    with _found(name, revision):
        return AutoTokenizer.from_pretrained(
            name, revision=revision, trust_remote_code=trust_remote_code
        )


@lru_cache(maxsize=4)
def load_config(name: str, revision: str | None, trust_remote_code: bool) -> Any:
    """Load a model's config; no weights are touched.

    Raises:
        FileNotFoundError: there is nothing under this name.
    """
    with _found(name, revision):
        return AutoConfig.from_pretrained(
            name, revision=revision, trust_remote_code=trust_remote_code
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """Which weights, and how they are held; everything resolved.

    Attributes:
        name: On the hub, or a folder.
        revision: Branch, tag or commit on the hub.
        device: As torch names it; see `resolve_device`.
        dtype: As torch names it; see `resolve_dtype`.
        adapter: A PEFT adapter on the hub or in a folder, or empty.
        quantization: `4bit` or `8bit` by bitsandbytes, or empty.
        trust_remote_code: Whether code that comes with the weights may run.
    """

    name: str
    revision: str | None
    device: str
    dtype: str
    adapter: str = ""
    quantization: str = ""
    trust_remote_code: bool = False


@lru_cache(maxsize=1)
def load_weights(asked: Weights) -> Any:
    """Load a causal language model, ready to answer, onto a device.

    Raises:
        FileNotFoundError: there is nothing under this name.
        ImportError: an option needs a package that is not installed; says which extra has it.
    """
    _limit_threads()
    options: dict[str, Any] = {"dtype": getattr(torch, asked.dtype)}
    if asked.quantization:
        options["quantization_config"] = _quantized(asked.quantization, options["dtype"])
        options["device_map"] = {"": asked.device}
    with _found(asked.name, asked.revision), _quiet():
        model: Any = AutoModelForCausalLM.from_pretrained(
            asked.name,
            revision=asked.revision,
            trust_remote_code=asked.trust_remote_code,
            **options,
        )
    if asked.adapter:
        _require("peft", extra="peft", option="adapter")
        with _found(asked.adapter, None):
            model.load_adapter(asked.adapter)
    return (model if asked.quantization else model.to(asked.device)).eval()


def resolve_device(device: str) -> str:
    """Name the device that `auto` means here: CUDA, Apple's GPU or the CPU."""
    if device != "auto":
        return device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def resolve_dtype(dtype: str, device: str) -> str:
    """Name the dtype that `auto` means on a device.

    bfloat16 on CUDA; on a CPU only where its instructions multiply bfloat16 (AMX, AVX-512 BF16).
    There it is about twice as fast: SmolLM2-135M on two AMD EPYC cores with AVX-512 BF16 reads
    1,650 tokens a second in bfloat16 and 700 in float32, and writes 45 against 24 for one row, 445
    against 215 for sixteen, 590 against 245 for thirty-two (best of a few runs on a machine that
    others used too). CPUs without them were not measured; float32 is the safe choice there.
    """
    if dtype != "auto":
        return dtype
    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    return "bfloat16" if device == "cpu" and _multiplies_bfloat16() else "float32"


def _multiplies_bfloat16() -> bool:
    """Whether the CPU has instructions for products of bfloat16."""
    # Absent from the oldest torch that will do.
    describe = getattr(torch.cpu, "get_capabilities", None)
    features: dict[str, Any] = describe() if describe is not None else {}
    return any(features.get(feature, False) for feature in ("avx512_bf16", "amx_bf16", "bf16"))


def _limit_threads() -> None:
    """Use no more threads than this process has cores: containers see all of the machine's."""
    if hasattr(os, "sched_getaffinity"):
        torch.set_num_threads(min(torch.get_num_threads(), len(os.sched_getaffinity(0))))


def _quantized(quantization: str, dtype: torch.dtype) -> Any:
    from transformers import BitsAndBytesConfig  # noqa: PLC0415  only where it is asked for

    for package in ("bitsandbytes", "accelerate"):
        _require(package, extra="quant", option="quantization")
    if quantization == "8bit":
        return BitsAndBytesConfig(load_in_8bit=True)
    return BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype
    )


def _require(package: str, *, extra: str, option: str) -> None:
    if find_spec(package) is None:
        raise ImportError(
            f"{option} needs the package {package}, which is not installed: "
            f'pip install "promptlab[{extra}]"'
        )


@contextmanager
def _found(name: str, revision: str | None) -> Iterator[None]:
    """Say what was looked for where transformers finds nothing."""
    folder = Path(name)
    if folder.is_dir() and not any(folder.glob("*config.json")):
        raise FileNotFoundError(_missing(f"the folder {name} holds no config.json"))
    try:
        yield
    except OSError as error:
        at = f" at revision {revision}" if revision else ""
        said = str(error).strip().split("\n", maxsplit=1)[0]
        raise FileNotFoundError(
            _missing(f"no folder {name!r}, and no model of that name{at} from the hub")
            + f" ({said})"
        ) from error


def _missing(what: str) -> str:
    return (
        f"{what}: give the folder of a model in Hugging Face's format, or a name on the hub such "
        "as Qwen/Qwen2.5-1.5B-Instruct; a private or gated one needs `hf auth login`"
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers' own progress bar of the weights off the terminal."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
