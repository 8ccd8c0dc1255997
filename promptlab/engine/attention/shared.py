"""Attention to a beginning that all rows share, and that is held once.

Rows that begin with one prompt attend to its keys and values together, as if they were one
long row; each then attends to its own columns, and the two are merged by their normalisers, exactly
(as in Hydragen, https://arxiv.org/abs/2402.05099). Nothing of the beginning is copied, and reading
it costs memory traffic once and not once a row.

Registered with transformers as `shared_sdpa`: its `sdpa` in everything else, but where CPUs are
slow at it: short prompts, which are read in blocks of many rows, and single tokens of models whose
queries share keys (GQA).
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from promptlab.engine.attention.blocked import LONG, blocked, weighed
from promptlab.engine.attention.flash import flash
from promptlab.engine.attention.shared_prefix import Front

NAME = "shared_sdpa"


def install(model: Any) -> None:
    """Let a model attend this way, if it attends by `sdpa` now."""
    known = model.device.type in {"cpu", "cuda"}
    if known and model.config._attn_implementation == "sdpa":  # noqa: SLF001
        model.set_attn_implementation(NAME)


def attend(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    **more: Any,
) -> tuple[Tensor, None]:
    """Attend; keys that `cache.Columns` hands out carry what is shared in front of them.

    Args:
        module: the attention layer.
        query: shape (rows, heads, tokens, size).
        key: shape (rows, key heads, columns, size).
        value: as `key`.
        attention_mask: True where a column may be seen, shape (rows, 1, tokens, columns); None is
            causal.
        more: what else transformers tells, `scaling` above all.
    """
    front = getattr(key, "front", None)
    plain = more.get("position_bias") is None and not more.get("dropout")
    if front is not None and plain:
        front.served = True
        mixed = _merged(query, key, value, front, attention_mask, more.get("scaling"))
        return mixed.transpose(1, 2).contiguous(), None
    if plain and key.shape == value.shape:
        if query.shape[2] == 1 and attention_mask is None:
            return _one(query, key, value, more.get("scaling")), None
        causal = getattr(module, "is_causal", True)
        if query.shape[2] > 1 and causal and _short(key, attention_mask):
            mixed = blocked(query, key, value, more.get("scaling"), attention_mask)
            return mixed.transpose(1, 2), None
    return sdpa_attention_forward(module, query, key, value, attention_mask, **more)


def _short(key: Tensor, mask: Tensor | None) -> bool:
    """Whether blocks are faster, and read this mask."""
    return not key.is_cuda and key.shape[2] < LONG and (mask is None or mask.dtype == torch.bool)


def _one(query: Tensor, key: Tensor, value: Tensor, scale: float | None) -> Tensor:
    """Attend with one token a row, which sees all: shape (rows, 1, heads, size)."""
    packed = _packed(query, key.shape[1])
    mixed = scaled_dot_product_attention(packed, key, value, scale=scale)
    return mixed.reshape(query.shape).transpose(1, 2).contiguous()


def _packed(query: Tensor, heads: int) -> Tensor:
    """Queries that share keys, side by side: (rows, key heads, groups x tokens, size)."""
    return query.reshape(query.shape[0], heads, -1, query.shape[-1])


def _merged(  # noqa: PLR0917  as attention has it
    query: Tensor, key: Tensor, value: Tensor, front: Any, mask: Tensor | None, scale: float | None
) -> Tensor:
    """Attend to the front and to the rows' own columns, and weigh the two."""
    ahead, ahead_weight = _ahead(query, front, scale)
    own, own_weight = _own(query, key, value, mask, scale)
    share = torch.sigmoid(ahead_weight - own_weight[..., None])
    return torch.lerp(own.float(), ahead.float(), share).to(query.dtype)


def _ahead(query: Tensor, front: Front, scale: float | None) -> tuple[Tensor, Tensor]:
    """Attend to each row's part of the front; where it has none, with no weight."""
    if front.seats == (None,):
        return _part(query, *front.parts[0], scale)
    ahead = torch.zeros_like(query)
    weight = query.new_full((*query.shape[:3], 1), float("-inf"), dtype=torch.float32)
    for (keys, values), rows in zip(front.parts, front.seats, strict=True):
        ahead[rows], weight[rows] = _part(query[rows], keys, values, scale)
    return ahead, weight


def _part(
    query: Tensor, keys: Tensor, values: Tensor, scale: float | None
) -> tuple[Tensor, Tensor]:
    """Attend to what all rows begin with."""
    mixed, weight = flash(_as_one(query, keys.shape[1]), keys, values, None, scale)
    return _as_many(mixed, query), _as_many(weight[..., None], query)


def _as_one(query: Tensor, heads: int) -> Tensor:
    """All rows' queries as those of one row: (1, key heads, rows x groups x tokens, size)."""
    return _packed(query, heads).transpose(0, 1).reshape(1, heads, -1, query.shape[-1])


def _as_many(joined: Tensor, query: Tensor) -> Tensor:
    """Undo `_as_one`: (rows, heads, tokens, …)."""
    rows, heads, tokens, _ = query.shape
    apart = joined[0].reshape(joined.shape[1], rows, -1, joined.shape[-1]).transpose(0, 1)
    return apart.reshape(rows, heads, tokens, joined.shape[-1])


def _own(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, scale: float | None
) -> tuple[Tensor, Tensor]:
    """Attend to the rows' own columns."""
    if query.shape[2] == 1:
        mixed, weight = flash(_packed(query, key.shape[1]), key, value, mask, scale)
        return mixed.reshape(query.shape), weight.reshape(query.shape[:3])
    if _short(key, mask):
        return weighed(query, key, value, scale, mask)
    return flash(query, key, value, mask, scale, causal=mask is None)


AttentionInterface.register(NAME, attend)
AttentionMaskInterface.register(NAME, sdpa_mask)
