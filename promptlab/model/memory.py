"""How many tokens a batch may hold: what was asked for, halved until it fits.

On a GPU it is halved when memory runs out, and the work is done again. On a CPU nothing says in
time that memory runs out, so a batch may take half of what is free. Only halves are taken, so that
a little more or less free memory does not change how rows are batched from run to run.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch

T = TypeVar("T")

LEAST = 256
"""Tokens of a batch below which halving is given up."""


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


def budget(model: Any, tokens: int) -> Budget:
    """As many tokens as were asked for, or as fit into half of a CPU's free memory."""
    available = free() if model.device.type == "cpu" else None
    while available is not None and tokens > LEAST and 2 * tokens * taken(model) > available:
        tokens //= 2
    return Budget(tokens)


def taken(model: Any) -> int:
    """Bytes that a token of a batch takes, generously.

    Keys and values, twice while rows join, and what a layer holds while it is computed.
    """
    config = model.config.get_text_config()
    heads = getattr(config, "num_key_value_heads", None) or config.num_attention_heads
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    kept = 2 * config.num_hidden_layers * heads * size
    inner = getattr(config, "intermediate_size", None) or 4 * config.hidden_size
    return int((2 * kept + 8 * config.hidden_size + 4 * inner) * model.dtype.itemsize)


def free(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """Bytes of memory that are free, where the system says so."""
    try:
        lines = dict(line.split(":", 1) for line in meminfo.read_text("utf-8").splitlines())
        return int(lines["MemAvailable"].split()[0]) << 10
    except (OSError, KeyError, ValueError):
        return None
