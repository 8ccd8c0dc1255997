"""Attention in blocks whose scores stay in the processor's cache.

`sdpa` on a CPU takes small blocks of one head of one row, whose setting up outweighs their work
where prompts are short; here a block holds a few tokens of many rows, and heads that share keys are
one matrix. Scores and their softmax are in float32, whatever the model computes in; as in `sdpa`,
only the products with the values are in the model's own dtype.
"""

from collections.abc import Iterator
from typing import TypeAlias

import torch
from torch import Tensor

Block: TypeAlias = tuple[slice, slice, int]
"""Rows, tokens, and how many columns they are about."""

LONG = 1024
"""Columns from which on `sdpa` is as fast."""

TOKENS = 64
"""Tokens of a row that are taken together; what they must not see is computed all the same."""

SCORES = 1 << 19
"""Scores of a block: two megabytes."""


def blocked(
    query: Tensor, key: Tensor, value: Tensor, scale: float | None, mask: Tensor | None = None
) -> Tensor:
    """Attend: the last token sees all columns, the one before it all but one, and so on.

    Args:
        query: shape (rows, heads, tokens, size).
        key: shape (rows, key heads, columns, size).
        value: as `key`.
        scale: what scores are multiplied by; None is one over the root of `size`.
        mask: what is seen of that, shape (rows, 1, tokens, columns); something by every token.

    Returns:
        What is seen, shaped as `query`.
    """
    mixed = _empty(query)
    for where, _, _, seen in _attended(query, key, value, scale, mask):
        mixed[where] = seen
    return mixed


def weighed(
    query: Tensor, key: Tensor, value: Tensor, scale: float | None, mask: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """As `blocked`; also the logarithm of each normaliser: float32, shape (rows, heads, tokens)."""
    mixed, weight = _empty(query), query.new_empty(query.shape[:3], dtype=torch.float32)
    for where, scores, probabilities, seen in _attended(query, key, value, scale, mask):
        mixed[where] = seen
        highest = scores.amax(dim=-1) - probabilities.amax(dim=-1).log()
        weight[where] = highest.view(seen.shape[:3])
    return mixed, weight


def _empty(query: Tensor) -> Tensor:
    """An empty tensor for the output, laid out as transformers reads it next."""
    rows, heads, tokens, size = query.shape
    return query.new_empty(rows, tokens, heads, size).transpose(1, 2)


def _attended(
    query: Tensor, key: Tensor, value: Tensor, scale: float | None, mask: Tensor | None
) -> Iterator[tuple[tuple[slice, slice, slice], Tensor, Tensor, Tensor]]:
    """For each block: where it is, its scores, their softmax and what is seen."""
    rows, heads, tokens, size = query.shape
    scaled = query.float() * (size**-0.5 if scale is None else scale)
    keys, every = key.float(), slice(None)
    for some, span, columns in _blocks(rows, heads, tokens, key.shape[2]):
        hidden = _later(span, query) if mask is None else ~mask[some, :, span, :columns]
        parts = _block(
            scaled[some, :, span], keys[some, :, :columns], value[some, :, :columns], hidden
        )
        yield (some, every, span), *parts


def _blocks(rows: int, heads: int, tokens: int, columns: int) -> Iterator[Block]:
    """Cut rows and tokens; what comes after a block's last token is left out."""
    for start in range(0, tokens, TOKENS):
        end = min(tokens, start + TOKENS)
        width = columns - tokens + end
        many = max(1, SCORES // (heads * (end - start) * width))
        for first in range(0, rows, many):
            yield slice(first, first + many), slice(start, end), width


def _later(span: slice, like: Tensor) -> Tensor:
    """Which of a block's own tokens stand after each of them."""
    tokens = span.stop - span.start
    return torch.ones(tokens, tokens, dtype=torch.bool, device=like.device).triu(1)


def _block(
    query: Tensor, key: Tensor, value: Tensor, hidden: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Attend all at once, with scaled queries: scores, their softmax, what is seen."""
    rows, heads, tokens, size = query.shape
    columns, pairs = key.shape[2], rows * key.shape[1]
    keys, values = (part.reshape(pairs, columns, size) for part in (key, value))
    scores = torch.bmm(query.reshape(pairs, -1, size), keys.transpose(1, 2))
    masked = scores.view(rows, heads, tokens, columns)[..., columns - hidden.shape[-1] :]
    masked.masked_fill_(hidden, torch.finfo(scores.dtype).min)
    probabilities = scores.softmax(dim=-1)
    attended = torch.bmm(probabilities.to(value.dtype), values)
    return scores, probabilities, attended.view(query.shape)
