"""Forward passes: rows read more tokens, or a tree of them each."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from promptlab.engine.heap import give_back
from promptlab.engine.kv_cache import Cache, empty
from promptlab.engine.reader import Reader
from promptlab.engine.sharing.continuation_tree import Tree, seen
from promptlab.engine.state import State, flush

LONG = 256
"""Tokens from which on a pass takes long enough to tidy up the heap before it."""


def read(
    reader: Reader, state: State, tails: Sequence[Sequence[int]], *, goes_on: bool = True
) -> tuple[State, Tensor]:
    """Read at least one more token a row; `state` must not be used again.

    Args:
        reader: the model.
        state: what the rows have read.
        tails: what they read now.
        goes_on: whether more will be read after it; if not, only the new state's `last` is good.

    Returns:
        The state after it, and the features after every token, shape (rows, longest tail, size);
        what stands after a tail's end is padding.
    """
    width, device = max(map(len, tails)), reader.model.device
    if device.type == "cpu" and width * len(tails) >= LONG:
        give_back()
    ids = torch.tensor([filled(tail, width) for tail in tails], device=device)
    lengths = torch.tensor(list(map(len, tails)), device=device)
    real = (torch.arange(width, device=device) < lengths[:, None]).long()
    mask = torch.cat([state.mask, real], dim=-1)
    # Padding that stands after all that a row reads is seen by nothing but padding.
    bare = bool(state.mask[:, state.shared :].all())
    features = _forward(reader, ids, mask, state.cache, masked=not bare)
    last = features[torch.arange(len(tails), device=device), lengths - 1]
    after = State(state.cache, mask, last, state.shared)
    return flush(after, width - lengths) if goes_on else after, features


def read_trees(reader: Reader, state: State, grown: Sequence[Tree]) -> Tensor:
    """Read a tree a row; `state` must not be used again.

    Where `Reader.branches`; a tree that does not branch is read by any model.

    Returns:
        The features after every node, shape (rows, most nodes, size); what stands after a tree's
        last is padding.
    """
    if all(tree.straight for tree in grown):
        return read(reader, state, [tree.tokens for tree in grown], goes_on=False)[1]
    width, device = max(len(tree.tokens) for tree in grown), reader.model.device
    ids = torch.tensor([filled(tree.tokens, width) for tree in grown], device=device)
    among = torch.eye(width, dtype=torch.bool).repeat(len(grown), 1, 1)
    depths = torch.zeros(len(grown), width, dtype=torch.long)
    for row, tree in enumerate(grown):
        nodes = len(tree.tokens)
        among[row, :nodes, :nodes], depths[row, :nodes] = seen(tree)
    before = state.mask.cumsum(dim=-1)
    positions = before[:, -1:] + depths.to(device)
    own = state.mask[:, None, state.shared :].bool().expand(-1, width, -1)
    mask = torch.cat([own, among.to(device)], dim=-1)[:, None]
    columns = torch.cat([before[:, state.shared :] - 1, positions], dim=-1)
    masks = _windowed(reader, state.cache, mask, positions, columns)
    return _run(reader, ids, masks, positions, state.cache)


def at_places(reader: Reader, tokens: Sequence[int], places: Sequence[int]) -> Cache:
    """What one row has read of tokens that stand at these places, one after another."""
    device, cache = reader.model.device, empty(reader.model.config)
    ids = torch.tensor([list(tokens)], device=device)
    _run(reader, ids, None, torch.tensor([list(places)], device=device), cache)
    return cache


def read_among(
    reader: Reader, cache: Cache, tokens: Sequence[int], places: Sequence[int], width: int
) -> None:
    """Have one row read tokens that stand at these places among all its columns.

    Where `Reader.branches`. Each token sees the columns up to its own place; what becomes of its
    keys and values is the cache's matter.

    Args:
        reader: the model.
        cache: of one row, whose columns are its places.
        tokens: what is read.
        places: in rising order.
        width: how many columns there are with what is read.
    """
    device = reader.model.device
    ids, where = torch.tensor([list(tokens)], device=device), torch.tensor([list(places)])
    before = torch.arange(width)[None]
    mask = (before[:, None] <= where[..., None])[:, None]
    masks = _windowed(reader, cache, mask.to(device), where.to(device), before.to(device))
    _run(reader, ids, masks, where.to(device), cache)


def filled(tokens: Sequence[int], width: int) -> list[int]:
    """Tokens and padding, which stands after them."""
    return [*tokens, *[0] * (width - len(tokens))]


def _windowed(
    reader: Reader, cache: Cache, mask: Tensor, positions: Tensor, columns: Tensor
) -> Tensor | dict[str, Tensor]:
    """For models with windows, one mask for each kind of layer; `columns` are their places."""
    slides = {layer.is_sliding for layer in cache.layers}
    if slides == {False}:
        return mask
    window = reader.model.config.get_text_config().sliding_window
    distance = positions[:, :, None] - columns[:, None]
    sliding = mask & (distance < window)[:, None]
    return {"full_attention": mask, "sliding_attention": sliding} if False in slides else sliding


def step(reader: Reader, state: State, tokens: Tensor) -> State:
    """Read one more token a row; `state` must not be used again."""
    mask = torch.cat([state.mask, torch.ones_like(tokens)[:, None]], dim=-1)
    bare = bool(mask[:, state.shared :].all())
    features = _forward(reader, tokens[:, None], mask, state.cache, masked=not bare)
    return State(state.cache, mask, features[:, -1], state.shared)


def _forward(reader: Reader, ids: Tensor, mask: Tensor, cache: Cache, *, masked: bool) -> Tensor:
    """Features after each column of `ids`, which follow what is in the cache.

    A row's positions count its own tokens, so padding moves nothing. Where no real column comes
    after padding it need not be masked either, which is faster.
    """
    positions = (mask.cumsum(dim=-1) - 1).clamp(min=0)[:, -ids.shape[1] :]
    return _run(reader, ids, mask if masked else None, positions, cache)


def _run(reader: Reader, ids: Tensor, mask: Any, positions: Tensor, cache: Cache) -> Tensor:
    """Features after each column of `ids`, under a mask as transformers takes it."""
    optional = {"position_ids": positions} if reader.positioned else {}
    output = reader.body(
        input_ids=ids, attention_mask=mask, past_key_values=cache, use_cache=True, **optional
    )
    features: Tensor = output.logits if reader.head is None else output.last_hidden_state
    return features
