"""Forward passes over left-padded rows and the state they leave behind.

A state is what a batch of rows has read so far: keys and values, which columns are real, and the
logits of each row's next token. It is the only thing that the loops above know about the model.
"""

import copy
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache


@dataclass(frozen=True, slots=True)
class State:
    """What a batch of rows has read.

    Attributes:
        cache: keys and values of every layer.
        mask: shape (rows, columns); 1 where a column holds a token of the row, 0 for padding.
        logits: float32, shape (rows, vocabulary); of the token that follows each row.
    """

    cache: DynamicCache
    mask: Tensor
    logits: Tensor


def prefill(model: Any, rows: Sequence[Sequence[int]]) -> State:
    """Read whole prompts, padded on the left so that all end in the last column."""
    width = max(map(len, rows))
    ids = _padded([[0] * (width - len(row)) + list(row) for row in rows], model)
    mask = _padded([[0] * (width - len(row)) + [1] * len(row) for row in rows], model)
    cache = DynamicCache(config=model.config)
    logits = _forward(model, ids, mask, cache, keep=1)
    return State(cache, mask, logits[:, -1].float())


def step(model: Any, state: State, tokens: Tensor) -> State:
    """Read one more token a row; `state` must not be used again."""
    mask = torch.cat([state.mask, torch.ones_like(state.mask[:, :1])], dim=-1)
    logits = _forward(model, tokens[:, None], mask, state.cache, keep=1)
    return State(state.cache, mask, logits[:, -1].float())


def extend(model: Any, state: State, tails: Sequence[Sequence[int]]) -> Tensor:
    """Read several more tokens a row; `state` must not be used again.

    Returns:
        float32 logits after each token, shape (rows, longest tail, vocabulary); what stands
        after a tail's end is padding.
    """
    width = max(map(len, tails))
    ids = _padded([list(tail) + [0] * (width - len(tail)) for tail in tails], model)
    real = _padded([[1] * len(tail) + [0] * (width - len(tail)) for tail in tails], model)
    mask = torch.cat([state.mask, real], dim=-1)
    return _forward(model, ids, mask, state.cache, keep=width).float()


def select(state: State, rows: Sequence[int]) -> State:
    """The state of some rows, in this order; a row may come more than once. Shares nothing."""
    index = torch.tensor(rows, device=state.mask.device)
    cache = copy.copy(state.cache)
    cache.layers = [copy.copy(layer) for layer in state.cache.layers]
    cache.batch_select_indices(index)
    return State(cache, state.mask[index], state.logits[index])


def _padded(rows: list[list[int]], model: Any) -> Tensor:
    return torch.tensor(rows, device=model.device)


def _forward(model: Any, ids: Tensor, mask: Tensor, cache: DynamicCache, *, keep: int) -> Tensor:
    """Logits of the last `keep` columns of `ids`, which follow what is in the cache.

    A row's positions count its own tokens, so padding moves nothing. Without padding no mask is
    passed, which lets the attention take its fastest path.
    """
    positions = (mask.cumsum(dim=-1) - 1).clamp(min=0)[:, -ids.shape[1] :]
    known = _parameters(model.__class__)
    optional = {"position_ids": positions, "logits_to_keep": keep}
    output = model(
        input_ids=ids,
        attention_mask=None if bool(mask.all()) else mask,
        past_key_values=cache,
        use_cache=True,
        **{name: value for name, value in optional.items() if name in known},
    )
    logits: Tensor = output.logits
    return logits[:, -keep:]


@lru_cache(maxsize=8)
def _parameters(model: type) -> frozenset[str]:
    """What this kind of model's forward pass may be told: some take no positions."""
    return frozenset(inspect.signature(model.forward).parameters)  # type: ignore[attr-defined]
