"""Which rows share a forward pass: rows of similar length, so that little of it is padding.

Two short passes may take less time than one whose rows are padded to the longest. So rows are put
in order of length and cut where the sum of all passes is least, each pass counted as its padded
tokens and what any pass takes, whatever is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

HELD = 1 << 25
"""Most logits held at once, in numbers: 128 MiB of float32, whatever the vocabulary."""

HELD_GPU = 1 << 27
"""The same on a GPU, which writes a token for many rows as fast as for a few."""

READING = 4096
"""Bytes of each feature of the tokens that a CPU reads fastest at a time: what a layer makes of
them stays in its caches. In half precision they are 2048 tokens."""

READING_GPU = 32_768
"""Most tokens that a GPU reads at a time: enough to keep it busy, whatever the model's size."""

OVERHEAD = 64
"""How many tokens an extra pass must save on a CPU: about what reading all weights takes."""

OVERHEAD_GPU = 512
"""The same where a pass of a few rows takes as long as one of hundreds of tokens."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a batch and a pass may take.

    Attributes:
        budget: most tokens of a batch, with padding and the room for replies.
        most: most rows of a batch.
        reading: most tokens that a pass reads, padding included.
        overhead: how many tokens must be saved to outweigh an extra pass.
    """

    budget: int
    most: int
    reading: int
    overhead: int


def limits(model: Any, budget: int) -> Limits:
    """What a batch of so many tokens, and a pass, may take."""
    vocabulary = int(model.config.get_text_config().vocab_size)
    if model.device.type == "cpu":
        reading = min(budget, READING // model.dtype.itemsize)
        return Limits(budget, max(1, HELD // vocabulary), reading, OVERHEAD)
    most = max(1, HELD_GPU // vocabulary)
    return Limits(budget, most, min(budget, READING_GPU), OVERHEAD_GPU)


def batches(lengths: Sequence[int], *, budget: int, rows: int, overhead: int) -> list[list[int]]:
    """Group the indices of rows, longest first.

    The groups depend on the lengths and their order alone, so they are the same from run to run.
    A row longer than the budget is a batch of its own.

    Args:
        lengths: tokens of each row.
        budget: most tokens of a batch, counted as rows times the longest of them.
        rows: most rows of a batch.
        overhead: how many tokens one more pass costs.
    """
    order = sorted(range(len(lengths)), key=lambda index: (-lengths[index], index))
    counts = _counts([lengths[index] for index in order], budget, rows, overhead)
    groups, start = [], 0
    while start < len(order):
        groups.append(order[start : start + counts[start]])
        start += counts[start]
    return groups


def _counts(lengths: Sequence[int], budget: int, rows: int, overhead: int) -> list[int]:
    """For each row, how many from it on make the first batch of all that are left, at least cost.

    Args:
        lengths: in falling order.
        budget: most tokens of a batch.
        rows: most rows of a batch.
        overhead: of a batch, in tokens.
    """
    counts = [0] * len(lengths)
    costs = [0] * (len(lengths) + 1)
    for start in range(len(lengths) - 1, -1, -1):
        longest = lengths[start]
        most = min(max(1, min(rows, budget // max(1, longest))), len(lengths) - start)
        # Of equal costs, the fewest passes.
        costs[start], fewer = min(
            (overhead + count * longest + costs[start + count], -count)
            for count in range(1, most + 1)
        )
        counts[start] = -fewer
    return counts
