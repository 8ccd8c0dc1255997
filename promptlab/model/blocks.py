"""Causal attention in blocks whose scores stay in the processor's cache.

`sdpa` on a CPU takes small blocks of one head of one row, whose setting up outweighs their work
where prompts are short; here a block holds a few tokens of many rows, and heads that share keys are
one matrix. Scores and their softmax are in float32, whatever the model computes in; as in `sdpa`,
only the products with the values are in the model's own dtype.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

LONG = 1024
"""Columns from which on `sdpa` is as fast."""

TOKENS = 64
"""Tokens of a row that are taken together; what they must not see is computed all the same."""

SCORES = 1 << 19
"""Scores of a block: two megabytes."""


def blocked(query: Tensor, key: Tensor, value: Tensor, scale: float | None) -> Tensor:
    """Attend: the last token sees all columns, the one before it all but one, and so on.

    Args:
        query: shape (rows, heads, tokens, size).
        key: shape (rows, key heads, columns, size).
        value: as `key`.
        scale: what scores are multiplied by; None is one over the root of `size`.

    Returns:
        What is seen, shape (rows, tokens, heads, size).
    """
    rows, heads, tokens, size = query.shape
    asked = query.float() * (size**-0.5 if scale is None else scale)
    keys = key.float()
    mixed = query.new_empty(rows, tokens, heads, size)
    for some, span, seen in _blocks(rows, heads, tokens, key.shape[2]):
        part = _block(asked[some, :, span], keys[some, :, :seen], value[some, :, :seen])
        mixed[some, span] = part.transpose(1, 2)
    return mixed


def _blocks(rows: int, heads: int, tokens: int, columns: int) -> Iterator[tuple[slice, slice, int]]:
    """Rows, tokens and how many columns they see, block by block."""
    for start in range(0, tokens, TOKENS):
        end = min(tokens, start + TOKENS)
        seen = columns - tokens + end
        many = max(1, SCORES // (heads * (end - start) * seen))
        for first in range(0, rows, many):
            yield slice(first, first + many), slice(start, end), seen


def _block(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Attend all at once, with scaled queries: shape (rows, heads, tokens, size)."""
    rows, heads, tokens, size = query.shape
    columns, pairs = key.shape[2], rows * key.shape[1]
    keys, values = (part.reshape(pairs, columns, size) for part in (key, value))
    scores = torch.bmm(query.reshape(pairs, -1, size), keys.transpose(1, 2))
    later = scores.new_full((tokens, tokens), float("-inf")).triu(1)
    scores.view(rows, heads, tokens, columns)[..., columns - tokens :] += later
    mixed = torch.bmm(scores.softmax(dim=-1).to(value.dtype), values)
    return mixed.view(query.shape)
