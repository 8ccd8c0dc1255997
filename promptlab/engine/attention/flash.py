"""Attention that also says how much it weighs: what is seen, and the logarithm of its normaliser.

Two such readings, of some columns each, are merged exactly by their weights. Torch's kernels know
the weight and `sdpa` keeps it to itself, so they are called by their own names: flash attention on
a CPU; on a GPU flash attention where nothing is masked, and else the memory-efficient kernel, which
takes a mask, and float32.
"""

from functools import lru_cache
from typing import TypeAlias

import torch
from torch import Tensor

Weighed: TypeAlias = tuple[Tensor, Tensor]
"""Shape of the queries; and float32, shape (rows, heads, tokens)."""

ALIGNED = 8
"""Numbers that a row of a mask is made a multiple of, as a GPU reads them."""

LARGEST = 256
"""The largest head that flash attention on a GPU reads."""


def flash(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None,
    scale: float | None,
    *,
    causal: bool = False,
) -> Weighed:
    """Attend with queries of shape (rows, heads, tokens, size).

    Args:
        query: of as many heads as `key`, or of a multiple of them.
        key: shape (rows, key heads, columns, size).
        value: as `key`.
        mask: True where a column may be seen, shape (rows, 1, tokens, columns).
        scale: what scores are multiplied by; None is one over the root of `size`.
        causal: whether a token sees no later one; there are as many tokens as columns.
    """
    if query.is_cuda and mask is None and _flashes(query):
        return _gpu_flash(query, key, value, scale, causal=causal)
    groups = query.shape[1] // key.shape[1]
    if groups > 1:
        key, value = (part.repeat_interleave(groups, dim=1) for part in (key, value))
    kernel = _gpu_masked if query.is_cuda else _cpu_flash
    return kernel(query, key, value, mask, scale, causal)


def _flashes(query: Tensor) -> bool:
    """Whether a GPU's flash attention takes these."""
    size = query.shape[-1]
    return query.dtype != torch.float32 and size <= LARGEST and not size % ALIGNED


def _gpu_flash(
    query: Tensor, key: Tensor, value: Tensor, scale: float | None, *, causal: bool
) -> Weighed:
    mixed, weight, *_ = torch.ops.aten._scaled_dot_product_flash_attention(  # noqa: SLF001
        query, key, value, 0.0, causal, scale=scale
    )
    return mixed, weight


def _gpu_masked(  # noqa: PLR0917  as attention has it
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None,
    scale: float | None,
    causal: bool,
) -> Weighed:
    rows, heads, tokens, _ = query.shape
    bias = None
    if mask is not None:
        bias = _bias(mask, query.dtype).expand(rows, heads, tokens, -1)
    mixed, weight, *_ = torch.ops.aten._scaled_dot_product_efficient_attention(  # noqa: SLF001
        query, key, value, bias, True, 0.0, causal, scale=scale
    )
    return mixed, weight[:, :, :tokens]


def _cpu_flash(  # noqa: PLR0917  as attention has it
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None,
    scale: float | None,
    causal: bool,
) -> Weighed:
    bias = None if mask is None else _bias(mask, query.dtype)
    mixed, weight = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(  # noqa: SLF001
        query, key, value, 0.0, causal, attn_mask=bias, scale=scale
    )
    return mixed, weight


@lru_cache(maxsize=1)
def _bias(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """What a mask adds to the scores; all layers of a pass have the same."""
    width = mask.shape[-1]
    room = mask.new_zeros((*mask.shape[:-1], -(-width // ALIGNED) * ALIGNED), dtype=dtype)
    return room[..., :width].masked_fill_(~mask, float("-inf"))
