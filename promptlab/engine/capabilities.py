"""What can be done with a model, found out by trying."""

from functools import lru_cache
from typing import Any

import torch

from promptlab.engine.attention import shared as attention
from promptlab.engine.forward import read, read_trees
from promptlab.engine.kv_cache import empty, fronted, known
from promptlab.engine.lm_head import linear
from promptlab.engine.reader import Reader
from promptlab.engine.sharing.continuation_tree import trees
from promptlab.engine.state import State, begin


@lru_cache(maxsize=1)
def reader(model: Any) -> Reader:
    """Find out what can be done with a model; the last answer is kept."""
    attention.install(model)
    head, cache = linear(model), empty(model.config)
    free = head is not None and known(cache)
    bare = Reader(model, head, free, shares=False)
    full = free and not any(layer.is_sliding for layer in cache.layers)
    shares = full and _serves(bare)
    return Reader(model, head, free, shares, branches=free and _branches(bare))


@torch.inference_mode()
def _serves(reader: Reader) -> bool:
    """Whether every layer's attention sees what is in front: try it."""
    if reader.model.config._attn_implementation != attention.NAME:  # noqa: SLF001
        return False
    trunk, _ = read(reader, begin(reader, [None], [0]), [[1, 2]])
    if not all(layer.own for layer in trunk.cache.layers):
        return False
    after = State(fronted([trunk.cache], (None,), 2), trunk.mask, trunk.last, shared=2)
    try:
        read(reader, after, [[1, 2]])
    except RuntimeError:  # no kernel for heads of this size
        return False
    return all(layer.front.served for layer in after.cache.layers)


@torch.inference_mode()
def _branches(reader: Reader) -> bool:
    """Whether the model accepts our own mask and positions: have it read a tree, then its branches.

    What it makes of a branch must not depend on the other, up to rounding.
    """
    if reader.model.config._attn_implementation not in (attention.NAME, "sdpa"):  # noqa: SLF001
        return False
    if not reader.positioned:
        return False
    context, branches = [1, 2, 3], ((1, 2, 3, 1), (4, 5, 6, 3))
    (tree,) = trees(tuple((*branch, 0) for branch in branches), 8)
    begun, _ = read(reader, begin(reader, [None], [0]), [context])
    try:
        both = read_trees(reader, begun, [tree])[0].float()
    except (AttributeError, TypeError, ValueError, RuntimeError):  # it takes none, in its own words
        return False
    rows, _ = read(reader, begin(reader, [None], [0, 0]), [context, context])
    apart = read(reader, rows, branches)[1].flatten(0, 1).float()
    off = (both - apart).norm(dim=-1) / apart.norm(dim=-1)
    return bool(off.max() < reader.tolerance)
