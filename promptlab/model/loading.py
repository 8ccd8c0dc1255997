"""Tokenizers and weights from the Hugging Face hub or a folder, loaded once a process.

The last weights asked for are kept, so that the variants of a sweep share them; a component keeps
its own as long as it lives.
"""

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import snapshot_download
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from promptlab.engine.heap import keep_freed_memory
from promptlab.machine.hub_connection import offline_where_unreachable, out_of_reach
from promptlab.machine.quiet import quiet_bitsandbytes
from promptlab.model.adapter import CONFIG, virtual_tokens, weights_file
from promptlab.model.int8 import to_int8
from promptlab.model.soft_prompt import put_before, read_vectors


@lru_cache(maxsize=4)
def load_tokenizer(name: str, revision: str | None, trust_remote_code: bool) -> Any:
    """Load a tokenizer; no weights are touched.

    Raises:
        FileNotFoundError: there is nothing under this name.
    """
    with found(name, revision):
        return AutoTokenizer.from_pretrained(
            name, revision=revision, trust_remote_code=trust_remote_code
        )


@lru_cache(maxsize=4)
def load_config(name: str, revision: str | None, trust_remote_code: bool) -> Any:
    """Load a model's config; no weights are touched.

    Raises:
        FileNotFoundError: there is nothing under this name.
    """
    with found(name, revision):
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
        dtype: As torch names it; see `resolve_dtype`. `int8` has float32 in all else
            than its products.
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
    """Load a causal language model, ready to answer, or return the one that was loaded last.

    Raises:
        FileNotFoundError: there is nothing under this name.
        ImportError: an option needs a package that is not installed; says which extra has it.
    """
    return read_weights(asked)


def read_weights(asked: Weights) -> Any:
    """Load a causal language model onto a device, for whoever changes it: nobody else has it.

    Raises:
        FileNotFoundError: there is nothing under this name.
        ImportError: an option needs a package that is not installed; says which extra has it.
    """
    _limit_threads()
    if asked.device == "cpu":
        keep_freed_memory()
    held = torch.float32 if asked.dtype == "int8" else getattr(torch, asked.dtype)
    options: dict[str, Any] = {"dtype": held}
    if asked.quantization:
        options["quantization_config"] = _quantized(asked.quantization, options["dtype"])
        options["device_map"] = {"": asked.device}
    with found(asked.name, asked.revision), _quiet():
        model: Any = AutoModelForCausalLM.from_pretrained(
            asked.name,
            revision=asked.revision,
            trust_remote_code=asked.trust_remote_code,
            **options,
        )
    if asked.adapter:
        _adapt(model, asked.adapter, merged=not asked.quantization)
    if asked.dtype == "int8":
        to_int8(model)
    _let_go_of_the_file(model)
    return (model if asked.quantization else model.to(asked.device)).eval()


def _let_go_of_the_file(model: Any) -> None:
    """Copy the vectors of a model: norms and biases.

    Files in half precision often hold them in float32. Where all else is converted to that, they
    alone remain views of the mapped file, and keep all of it in memory.
    """
    for weight in model.parameters():
        if weight.dim() == 1:
            weight.data = weight.data.clone()


def adapter_folder(name: str) -> Path:
    """Find a PEFT adapter: the folder of that name, or else what the hub has under it.

    Raises:
        FileNotFoundError: there is no adapter under this name, or half of one.
        ImportError: what reads adapters is not installed.
    """
    _require("peft", extra="peft", option="adapter")
    folder = Path(name).expanduser()
    if not folder.is_dir():
        if _is_path(name):
            raise FileNotFoundError(_no_adapter(f"no folder {name!r}"))
        try:
            with offline_where_unreachable():
                folder = Path(snapshot_download(name, allow_patterns=["adapter_*"]))
        except OSError as error:
            raise FileNotFoundError(_no_adapter(_looked_for(name, None, error))) from error
    if not (folder / CONFIG).is_file():
        raise FileNotFoundError(_no_adapter(f"{name} holds no {CONFIG}"))
    weights_file(folder)
    return folder


def _adapt(model: Any, adapter: str, *, merged: bool) -> None:
    """Put an adapter into a model, in place; merged, it takes no time when the model reads.

    Raises:
        ValueError: it was made for another model.
    """
    folder = adapter_folder(adapter)
    if virtual_tokens(folder):
        _lead(model, adapter, folder)
        return
    quiet_bitsandbytes()
    try:
        with _quiet():
            told = model.load_adapter(str(folder))
    except (ValueError, RuntimeError) as error:
        raise ValueError(_unfit(model, adapter, str(error))) from error
    # transformers only prints a table of these, and would go on with half of an adapter.
    if apart := sorted({*told.missing_keys, *told.unexpected_keys}):
        raise ValueError(_unfit(model, adapter, f"{len(apart)} weights, such as {apart[0]}"))
    if merged:
        _merge(model)


def _lead(model: Any, adapter: str, folder: Path) -> None:
    """Put soft prompts before all that a model reads.

    Raises:
        ValueError: they were made for another model.
    """
    try:
        put_before(model, read_vectors(folder))
    except (KeyError, ValueError) as error:
        raise ValueError(_unfit(model, adapter, str(error))) from error


def _merge(model: Any) -> None:
    """Add what an adapter's layers add to the weights that they stand on, and put these back."""
    from peft.tuners.tuners_utils import BaseTunerLayer  # noqa: PLC0415  heavy, and an extra

    for name, layer in list(model.named_modules()):
        if isinstance(layer, BaseTunerLayer):
            with suppress(NotImplementedError):  # a kind that cannot be: it stays beside them
                layer.merge()
                model.set_submodule(name, layer.get_base_layer())


def _unfit(model: Any, adapter: str, why: str) -> str:
    return (
        f"model.adapter={adapter} does not fit the model, a {type(model).__name__} ({why}): set "
        "model.name to the model that it was trained on"
    )


def resolve_device(device: str) -> str:
    """Name the device that `auto` means here: CUDA, Apple's GPU or the CPU."""
    if device != "auto":
        return device
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def resolve_dtype(dtype: str, device: str) -> str:
    """Name the dtype that `auto` means on a device.

    bfloat16 on CUDA; on a CPU only where it is the faster: with AMX, or AVX-512 BF16 on others than
    Intel's. SmolLM2-135M on two AMD EPYC cores with AVX-512 BF16 reads 1,650 tokens a second in
    bfloat16 and 700 in float32, and writes 45 against 24 for one row, 445 against 215 for sixteen,
    590 against 245 for thirty-two (best of a few runs on a machine that others used too). On an
    Intel Xeon with AVX-512 BF16 and no AMX bfloat16 takes 1.55 times as long to read, and 1.2 times
    to write (`benchmarks/results/dtypes.md`); processors with AMX were not measured.
    """
    if dtype == "int8" and device != "cpu":
        raise ValueError(
            f"model.dtype=int8 is for CPUs, and the device is {device}: set model.device=cpu, or "
            "model.quantization=8bit in its place"
        )
    if dtype != "auto":
        return dtype
    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    return "bfloat16" if device == "cpu" and _multiplies_bfloat16() else "float32"


def _multiplies_bfloat16() -> bool:
    """Whether the CPU multiplies bfloat16 faster than float32."""
    # Absent from the oldest torch that will do.
    describe = getattr(torch.cpu, "get_capabilities", None)
    features: dict[str, Any] = describe() if describe is not None else {}
    intel = str(features.get("cpu_name", "")).startswith("Intel")
    quick = ("amx_bf16", "bf16") if intel else ("avx512_bf16", "amx_bf16", "bf16")
    return any(features.get(feature, False) for feature in quick)


def _limit_threads() -> None:
    """Use no more threads than this process has cores: containers see all of the machine's."""
    if hasattr(os, "sched_getaffinity"):
        torch.set_num_threads(min(torch.get_num_threads(), len(os.sched_getaffinity(0))))


def _quantized(quantization: str, dtype: torch.dtype) -> Any:
    from transformers import BitsAndBytesConfig  # noqa: PLC0415  only where it is asked for

    for package in ("bitsandbytes", "accelerate"):
        _require(package, extra="quant", option="quantization")
    quiet_bitsandbytes()
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
def found(name: str, revision: str | None) -> Iterator[None]:
    """Say what was looked for where transformers finds nothing.

    Raises:
        FileNotFoundError: there is nothing under this name.
    """
    if Path(name).is_dir():
        if not any(Path(name).glob("*config.json")):
            raise FileNotFoundError(_missing(f"the folder {name} holds no config.json"))
        yield
        return
    if name.lower().endswith(".gguf"):
        raise FileNotFoundError(
            f"{name} is a GGUF file: say model=gguf model.path={shlex.quote(name)}; model=hf takes "
            "a folder in Hugging Face's format, or a name on the hub"
        )
    if _is_path(name):
        raise FileNotFoundError(_missing(f"no folder {name!r}"))
    try:
        with offline_where_unreachable():
            yield
    except OSError as error:
        raise FileNotFoundError(_missing(_looked_for(name, revision, error))) from error


def _is_path(name: str) -> bool:
    """Whether a name can only be a path: names of the hub have at most one slash, inside."""
    return name.startswith((".", "/", "~")) or name.count("/") > 1


def _looked_for(name: str, revision: str | None, error: OSError) -> str:
    """Say where a name was looked for, and why nothing came of it."""
    at = f" at revision {revision}" if revision else ""
    if unreached := out_of_reach():
        return f"no folder {name!r}, nothing of that name{at} in the hub's cache, and {unreached}"
    said = str(error).strip().split("\n", maxsplit=1)[0]
    return f"no folder {name!r}, and nothing of that name{at} from the hub ({said})"


def _missing(what: str) -> str:
    return (
        f"{what}: give the folder of a model in Hugging Face's format, or a name on the hub such "
        "as Qwen/Qwen2.5-1.5B-Instruct; a private or gated one needs `hf auth login`"
    )


def _no_adapter(what: str) -> str:
    return (
        f"model.adapter: {what}: give the folder of a PEFT adapter, which has adapter_config.json, "
        "or a name on the hub; a private or gated one needs `hf auth login`"
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
