"""Forward passes: rows read more tokens, are picked and joined.

A state is what a batch of rows has read so far: keys and values, which columns are real, and what
the model makes of each row's last token. It is the only thing that the loops above know about the
model.
"""

import copy
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad

from promptlab.model import attention
from promptlab.model.columns import (
    SPARE,
    Cache,
    changed,
    empty,
    flush_right,
    fronted,
    joined,
    known,
    reseat,
    stacked,
    whole,
)
from promptlab.model.front import seats_of
from promptlab.model.head import Head, linear
from promptlab.model.tails import Tree, seen, trees


@dataclass(frozen=True, slots=True)
class State:
    """What a batch of rows has read.

    Attributes:
        cache: keys and values of every layer.
        mask: shape (rows, columns); 1 where a column holds a token of the row, 0 for padding.
        last: features of each row's last token, shape (rows, size); see `Reader.features`.
        shared: how many of the columns, the first, stand for what is held once for several rows;
            a row that shares less has padding on their left.
    """

    cache: Cache
    mask: Tensor
    last: Tensor
    shared: int = 0

    @property
    def own(self) -> int:
        """How many columns the rows have of their own, padding included."""
        return int(self.mask.shape[1]) - self.shared


@dataclass(frozen=True, slots=True)
class Reader:
    """A model, and what can be done with it.

    Attributes:
        model: a causal language model.
        head: its head, where it is linear; then features are hidden states, else logits.
        free: whether rows of any lengths may be read together and joined. Where not (recurrent
            layers, say), batches are of rows of one length, and nothing is shared.
        shares: whether rows can attend to a beginning that is held once.
        branches: whether rows can read a tree.
    """

    model: Any
    head: Head | None
    free: bool
    shares: bool
    branches: bool = False

    def logits(self, features: Tensor) -> Tensor:
        """Logits of the next token: float32, shape (rows, vocabulary)."""
        return features.float() if self.head is None else self.head.logits(features)

    def logprobs(self, features: Tensor, tokens: Tensor) -> Tensor:
        """Log-probabilities of `tokens`, shape (places, choices), after each place: float32."""
        if self.head is None:
            return features.float().log_softmax(dim=-1).gather(-1, tokens)
        return self.head.logprobs(features, tokens)


@lru_cache(maxsize=1)
def reader(model: Any) -> Reader:
    """Find out what can be done with a model; asked again of the same one, it is known."""
    attention.install(model)
    head, cache = linear(model), empty(model.config)
    free = head is not None and known(cache)
    found = Reader(model, head, free, shares=False)
    full = free and not any(layer.is_sliding for layer in cache.layers)
    shares = full and _serves(found)
    return Reader(model, head, free, shares, branches=free and _branches(found))


@torch.inference_mode()
def _serves(found: Reader) -> bool:
    """Whether every layer's attention sees what is in front: try it."""
    if found.model.config._attn_implementation != attention.NAME:  # noqa: SLF001
        return False
    trunk, _ = read(found, begin(found, [None], [0]), [[1, 2]])
    if not all(layer.own for layer in trunk.cache.layers):
        return False
    after = State(fronted([trunk.cache], (None,), 2), trunk.mask, trunk.last, shared=2)
    read(found, after, [[1]])
    return all(layer.front.served for layer in after.cache.layers)


@torch.inference_mode()
def _branches(found: Reader) -> bool:
    """Whether the model takes a mask and positions of ours: have it read a tree, and its branches.

    What it makes of a branch must not depend on the other, up to rounding.
    """
    if found.model.config._attn_implementation not in (attention.NAME, "sdpa"):  # noqa: SLF001
        return False
    if "position_ids" not in _parameters(_body(found).__class__):
        return False
    context, branches = [1, 2, 3], ((1, 2, 3, 1), (4, 5, 6, 3))
    (tree,) = trees(tuple((*branch, 0) for branch in branches), 8)
    begun, _ = read(found, begin(found, [None], [0]), [context])
    try:
        both = read_trees(found, begun, [tree])[0].float()
    except (AttributeError, TypeError, ValueError, RuntimeError):  # it takes none, in its own words
        return False
    rows, _ = read(found, begin(found, [None], [0, 0]), [context, context])
    apart = read(found, rows, branches)[1].flatten(0, 1).float()
    off = (both - apart).norm(dim=-1) / apart.norm(dim=-1)
    return bool(off.max() < (1e-3 if found.model.dtype == torch.float32 else 0.05))


def begin(
    reader: Reader,
    trunks: Sequence[State | None],
    index: Sequence[int],
    fronts: Sequence[State | None] = (),
) -> State:
    """Rows that have read what some trunks have.

    Args:
        reader: the model.
        trunks: states of one row each, which can be used again; None has read nothing.
        index: a row for every number, which says whose trunk it has read.
        fronts: for each trunk the state, if any, that has read its beginning, or all of it, and is
            to be held once for all its rows. Only where `Reader.shares`.
    """
    fronts = fronts or [None] * len(trunks)
    ahead, lengths = [_width(front) for front in fronts], [_width(trunk) for trunk in trunks]
    own = [length - first for length, first in zip(lengths, ahead, strict=True)]
    mask = torch.cat([_flush_mask([some[number] for number in index]) for some in (ahead, own)], 1)
    mask = mask.to(reader.model.device)
    cache = empty(reader.model.config)
    if any(own):
        cache = stacked([_after(reader, *pair) for pair in zip(trunks, ahead, strict=True)], index)
    if any(ahead):
        parts = {id(fronts[number]): fronts[number] for number in index}
        parts.pop(id(None), None)
        names = {name: number for number, name in enumerate(parts)}
        seats = seats_of([names.get(id(fronts[number])) for number in index])
        cache = fronted([part.cache for part in parts.values() if part], seats, max(ahead), cache)
    return State(cache, mask, mask[:, :0], max(ahead))


def _width(state: State | None) -> int:
    return 0 if state is None else int(state.mask.shape[1])


def _flush_mask(lengths: Sequence[int]) -> Tensor:
    """A mask of rows of these lengths, flush right."""
    width = max(lengths)
    return (torch.arange(width) >= width - torch.tensor(lengths)[:, None]).long()


def _after(reader: Reader, trunk: State | None, width: int) -> Cache:
    """What a trunk has read after its first columns."""
    if trunk is None:
        return empty(reader.model.config)
    return changed(trunk.cache, lambda columns: columns[:, :, width:])


def alone(state: State) -> State:
    """A state of one row, which holds by itself all that it has read."""
    if not state.shared:
        return state
    return State(whole(state.cache), state.mask[:, -int(state.mask.sum()) :], state.last)


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
    ids = torch.tensor([filled(tail, width) for tail in tails], device=device)
    lengths = torch.tensor(list(map(len, tails)), device=device)
    real = (torch.arange(width, device=device) < lengths[:, None]).long()
    mask = torch.cat([state.mask, real], dim=-1)
    # Padding that stands after all that a row reads is seen by nothing but padding.
    bare = bool(state.mask[:, state.shared :].all())
    features = _forward(reader, ids, mask, state.cache, masked=not bare)
    last = features[torch.arange(len(tails), device=device), lengths - 1]
    after = State(state.cache, mask, last, state.shared)
    return _flush(after, width - lengths) if goes_on else after, features


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
    masks = _windowed(reader, state, mask, positions, before[:, state.shared :] - 1)
    return _run(reader, ids, masks, positions, state.cache)


def filled(tokens: Sequence[int], width: int) -> list[int]:
    """Tokens and padding, which stands after them."""
    return [*tokens, *[0] * (width - len(tokens))]


def _windowed(
    reader: Reader, state: State, mask: Tensor, positions: Tensor, before: Tensor
) -> Tensor | dict[str, Tensor]:
    """For models with windows, one mask for each kind of layer."""
    slides = {layer.is_sliding for layer in state.cache.layers}
    if slides == {False}:
        return mask
    window = reader.model.config.get_text_config().sliding_window
    distance = positions[:, :, None] - torch.cat([before, positions], dim=-1)[:, None]
    sliding = mask & (distance < window)[:, None]
    return {"full_attention": mask, "sliding_attention": sliding} if False in slides else sliding


def step(reader: Reader, state: State, tokens: Tensor) -> State:
    """Read one more token a row; `state` must not be used again."""
    mask = torch.cat([state.mask, torch.ones_like(tokens)[:, None]], dim=-1)
    bare = bool(mask[:, state.shared :].all())
    features = _forward(reader, tokens[:, None], mask, state.cache, masked=not bare)
    return State(state.cache, mask, features[:, -1], state.shared)


def select(state: State, rows: Sequence[int]) -> State:
    """The state of some rows, in this order; a row may come more than once."""
    index = torch.tensor(rows, device=state.mask.device)
    mask, last = state.mask[index], state.last[index]
    if not known(state.cache):
        cache = copy.copy(state.cache)
        cache.layers = [copy.copy(layer) for layer in state.cache.layers]
        cache.batch_select_indices(index)
        return State(cache, mask, last)
    spare = _spare(mask[:, state.shared :])
    mask = torch.cat([mask[:, : state.shared], mask[:, state.shared + spare :]], dim=-1)
    cache = changed(state.cache, lambda columns: columns[index, :, spare:])
    reseat(cache, rows)
    return State(cache, mask, last, state.shared)


def keep(state: State, rows: Sequence[int]) -> tuple[State, list[int]]:
    """The state of some rows, of which few are moved; `state` must not be used again.

    Returns:
        The state, and which of the old rows stands at each of its places.
    """
    left, count = set(rows), len(rows)
    freed = [place for place in range(count) if place not in left]
    order = list(range(count))
    for place, row in zip(freed, (row for row in rows if row >= count), strict=True):
        order[place] = row
    if not known(state.cache) or _spare(state.mask[order, state.shared :]) >= SPARE:
        return select(state, order), order
    for layer in state.cache.layers:
        layer.keep(order)
    reseat(state.cache, order)
    return State(state.cache, state.mask[order], state.last[order], state.shared), order


def join(left: State, right: State) -> State:
    """The rows of both; neither must be used again."""
    shared, own = max(left.shared, right.shared), max(left.own, right.own)
    masks = [
        torch.cat(
            [
                pad(state.mask[:, : state.shared], (shared - state.shared, 0)),
                pad(state.mask[:, state.shared :], (own - state.own, 0)),
            ],
            dim=-1,
        )
        for state in (left, right)
    ]
    cache = joined(left.cache, right.cache, own)
    return State(cache, torch.cat(masks), torch.cat([left.last, right.last]), shared)


def _flush(state: State, shift: Tensor) -> State:
    """Move each row's own columns right, by as much padding as stands after them."""
    if not bool(shift.any()):
        return state
    own = state.mask[:, state.shared :]
    source = torch.arange(own.shape[1], device=own.device) - shift[:, None]
    moved = own.gather(1, source.clamp(min=0)) * (source >= 0)
    cache = changed(state.cache, flush_right(shift, own.shape[1]))
    mask = torch.cat([state.mask[:, : state.shared], moved], dim=-1)
    return State(cache, mask, state.last, state.shared)


def _spare(mask: Tensor) -> int:
    """How many columns on the left are padding in every row."""
    seen = mask.any(dim=0)
    return int(seen.int().argmax()) if bool(seen.any()) else 0


def _forward(reader: Reader, ids: Tensor, mask: Tensor, cache: Cache, *, masked: bool) -> Tensor:
    """Features after each column of `ids`, which follow what is in the cache.

    A row's positions count its own tokens, so padding moves nothing. Where no real column comes
    after padding it need not be masked either, which is faster.
    """
    positions = (mask.cumsum(dim=-1) - 1).clamp(min=0)[:, -ids.shape[1] :]
    return _run(reader, ids, mask if masked else None, positions, cache)


def _run(reader: Reader, ids: Tensor, mask: Any, positions: Tensor, cache: Cache) -> Tensor:
    """Features after each column of `ids`, under a mask as transformers takes it."""
    called = _body(reader)
    optional = (
        {"position_ids": positions} if "position_ids" in _parameters(called.__class__) else {}
    )
    output = called(
        input_ids=ids, attention_mask=mask, past_key_values=cache, use_cache=True, **optional
    )
    features: Tensor = output.logits if reader.head is None else output.last_hidden_state
    return features


def _body(reader: Reader) -> Any:
    """What is run: the model, without its head where that is known."""
    model = reader.model
    return model if reader.head is None else getattr(model, model.base_model_prefix)


@lru_cache(maxsize=8)
def _parameters(model: type) -> frozenset[str]:
    """What this kind of model's forward pass may be told: some take no positions."""
    return frozenset(inspect.signature(model.forward).parameters)  # type: ignore[attr-defined]
