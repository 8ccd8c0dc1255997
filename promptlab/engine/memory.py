"""How many tokens a batch may hold: the number asked for, or what fits.

On a GPU they are halved when memory runs out, and the work is done again. On a CPU nothing says in
time that memory runs out, and more rows save ever less: so keys and values have a ceiling in bytes,
which depends on the model and its dtype alone. Where half of the free memory is less than that,
tokens are halved: only halves are taken, so that a little more or less free memory does not change
how rows are batched from run to run.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch

T = TypeVar("T")

LEAST = 256
"""Tokens of a batch below which halving is given up."""

USUAL = 16_384
"""Tokens of a batch where nothing is asked for; more on a GPU that holds them."""

MOST = 262_144
"""Most tokens of a batch where nothing is asked for."""

CEILING = 416 << 20
"""Most bytes of a batch's keys and values on a CPU, copies included: of SmolLM2, nineteen rows of
480 tokens in float32, and twice as many in bfloat16."""

SHARE = 4
"""What part of its weights' bytes a batch may take, where that is more than the ceiling."""

TRUNKS = 8
"""What part of a batch's tokens are kept of beginnings that prompts share, beside the batch."""


class Budget:
    """Most tokens of a batch; it never grows again."""

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens

    def within(self, work: Callable[[int], T], release: Callable[[], None]) -> T:
        """Do work that takes so many tokens at a time; where memory runs out, with half of them.

        Args:
            work: done anew from its beginning.
            release: gives up what was only kept to save time.

        Raises:
            torch.OutOfMemoryError: memory runs out however small the batches are.
        """
        while True:
            try:
                return work(self.tokens)
            except torch.OutOfMemoryError:
                if self.tokens <= LEAST:
                    raise
                self.tokens //= 2
            # Out of the handler, whose traceback holds on to the tensors of the failed pass.
            release()
            torch.cuda.empty_cache()


def budget(model: Any, asked: int | None = None) -> Budget:
    """The tokens asked for, if any, or as many as fit into a batch's share of memory on a CPU."""
    if model.device.type == "cuda":
        total = torch.cuda.get_device_properties(model.device).total_memory
        return Budget(asked or usual(model, total))
    if model.device.type != "cpu":
        return Budget(asked or USUAL)
    tokens = asked or USUAL
    tokens = max(min(tokens, LEAST), min(tokens, ceiling(model) // held(model)))
    available = free()
    while available is not None and tokens > LEAST and 2 * tokens * taken(model) > available:
        tokens //= 2
    return Budget(tokens)


def usual(model: Any, total: int) -> int:
    """The tokens of a batch that fit, with the weights, into half of a GPU's bytes.

    Of all its memory, whatever is free of it: the same from run to run.
    """
    room, tokens = total // 2 - weight_bytes(model), MOST
    while tokens > USUAL and tokens * taken(model) > room:
        tokens //= 2
    return tokens


def weight_bytes(model: Any) -> int:
    """Bytes of a model's weights."""
    return sum(weight.numel() * weight.itemsize for weight in model.parameters())


def ceiling(model: Any) -> int:
    """Most bytes of a batch's keys and values, what is being copied among them."""
    return max(CEILING, weight_bytes(model) // SHARE)


def held(model: Any) -> int:
    """Bytes of a token's keys and values; one layer counts twice, for layers are copied singly."""
    config = model.config.get_text_config()
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return int(2 * (config.num_hidden_layers + 1) * heads * size * model.dtype.itemsize)


def taken(model: Any) -> int:
    """Bytes that a token takes, generously: with what a layer holds while it is computed."""
    config = model.config.get_text_config()
    inner = getattr(config, "intermediate_size", None) or 4 * config.hidden_size
    return held(model) + int((8 * config.hidden_size + 4 * inner) * model.dtype.itemsize)


def free(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """Bytes of memory that are free, where the system says so."""
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text("utf-8").splitlines())
        return int(lines["MemAvailable"].split()[0]) << 10
    except (OSError, KeyError, ValueError):
        return None
