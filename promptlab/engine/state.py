"""What a batch of rows has read, and how rows are begun, picked and joined.

Keys and values, which columns are real, and what the model makes of each row's last token: the only
thing that the loops above know about the model.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import pad

from promptlab.engine.attention.shared_prefix import seats_of
from promptlab.engine.kv_cache import (
    SPARE,
    Cache,
    change,
    changed,
    empty,
    expect,
    flush_right,
    fronted,
    joined,
    known,
    picked,
    reseat,
    stacked,
    whole,
)
from promptlab.engine.reader import Reader


@dataclass(frozen=True, slots=True)
class State:
    """What a batch of rows has read.

    Attributes:
        cache: keys and values of every layer.
        mask: shape (rows, columns); 1 where a column holds a token of the row, 0 for padding.
        last: features of each row's last token, shape (rows, size): hidden states, or logits where
            `Reader.head` is None.
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
        seats = seats_of([names.get(id(fronts[number])) for number in index], mask.device)
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
    """A state of one row that holds everything it has read; `state` must not be used afterwards."""
    if not state.shared:
        return state
    return State(whole(state.cache), state.mask[:, -int(state.mask.sum()) :], state.last)


def select(state: State, rows: Sequence[int]) -> State:
    """The state of some rows, in this order; a row may come more than once."""
    if known(state.cache):
        return _picked(state, rows, changed)
    index = torch.tensor(rows, device=state.mask.device)
    cache = copy.copy(state.cache)
    cache.layers = [copy.copy(layer) for layer in state.cache.layers]
    cache.batch_select_indices(index)
    return State(cache, state.mask[index], state.last[index])


def packed(state: State, rows: Sequence[int] | None = None) -> State:
    """The state of some rows, or of all, with no more than they need.

    `state` must not be used again.
    """
    order = range(len(state.mask)) if rows is None else rows
    return _picked(state, order, change) if known(state.cache) else select(state, order)


def _picked(state: State, rows: Sequence[int], take: Callable[[Cache, Any], Cache]) -> State:
    """The state of some rows, without columns that are padding in all of them."""
    index = torch.tensor(rows, device=state.mask.device)
    mask = state.mask[index]
    spare = _spare(mask[:, state.shared :])
    cache = take(state.cache, picked(rows, spare))
    reseat(cache, rows)
    return State(cache, _without(mask, state.shared, spare), state.last[index], state.shared)


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
        return packed(state, order), order
    for layer in state.cache.layers:
        layer.keep(order)
    reseat(state.cache, order)
    return State(state.cache, state.mask[order], state.last[order], state.shared), order


def awaiting(state: State, spare: int) -> State:
    """The same state, which makes room for so many more columns at once."""
    if known(state.cache):
        expect(state.cache, spare)
    return state


def join(states: Sequence[State]) -> State:
    """The rows of all; none must be used again."""
    shared, own = max(state.shared for state in states), max(state.own for state in states)
    masks = [
        torch.cat(
            [
                pad(state.mask[:, : state.shared], (shared - state.shared, 0)),
                pad(state.mask[:, state.shared :], (own - state.own, 0)),
            ],
            dim=-1,
        )
        for state in states
    ]
    cache = joined([state.cache for state in states], own)
    return State(cache, torch.cat(masks), torch.cat([state.last for state in states]), shared)


def flush(state: State, shift: Tensor) -> State:
    """Move each row's own columns right, by as much padding as stands after them.

    `state` must not be used again.
    """
    if not bool(shift.any()):
        return state
    own = state.mask[:, state.shared :]
    source = torch.arange(own.shape[1], device=own.device) - shift[:, None]
    moved = own.gather(1, source.clamp(min=0)) * (source >= 0)
    change(state.cache, flush_right(shift, own.shape[1]))
    mask = torch.cat([state.mask[:, : state.shared], moved], dim=-1)
    return State(state.cache, mask, state.last, state.shared)


def _without(mask: Tensor, shared: int, spare: int) -> Tensor:
    """A mask without the first of the rows' own columns."""
    return torch.cat([mask[:, :shared], mask[:, shared + spare :]], dim=-1)


def _spare(mask: Tensor) -> int:
    """How many columns on the left are padding in every row."""
    used = mask.any(dim=0)
    return int(used.int().argmax()) if bool(used.any()) else 0
