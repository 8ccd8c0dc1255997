"""Keys and values of a batch of rows: a column a token, behind what rows share in front.

Rows are kept flush right, padding on their left alone, so that the distance between two columns is
the distance between their tokens: sliding windows then see what they should, whatever shares a
batch. Sliding layers keep every column, because rows are shifted after they were read.

Whatever is copied is copied a layer at a time, and the layer that it was copied from is let go, so
that copies take the memory of one layer.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache, DynamicLayer, DynamicSlidingWindowLayer

from promptlab.engine.attention.shared_prefix import Front, Seats, merged, reseated
from promptlab.engine.heap import paged

Cache: TypeAlias = Any
"""A `DynamicCache`; its layers are `Columns` where `known`, which transformers cannot tell."""

Part: TypeAlias = tuple[tuple[Tensor, Tensor], ...]
"""Every layer's keys and values of some columns, each of shape (rows, heads, columns, size)."""

SPARE = 32
"""Columns that are made room for at a time, where nothing says how many will come: growing by one
copies everything for every token."""


class Columns(DynamicLayer):
    """A layer's keys and values, which grow in place.

    `spare` is how many columns are made room for behind those that there are.
    """

    keys: Any
    values: Any
    spare: int = SPARE

    def __init__(self, *, sliding: bool = False, front: Front | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.is_sliding = sliding
        self.front = front
        self._room: tuple[Tensor, Tensor] | None = None

    def update(
        self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """Add columns; return all of the rows' own."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start, end = self.own, self.own + key_states.shape[-2]
        if self._room is None or end > self._room[0].shape[-2]:
            # What is read at once is followed by nothing, or by single columns.
            width = start + max(1, self.spare) if key_states.shape[-2] == 1 else end
            self._room = (
                _roomy(self.keys, key_states, start, width),
                _roomy(self.values, value_states, start, width),
            )
        for room, new in zip(self._room, (key_states, value_states), strict=True):
            room[:, :, start:end] = new
        self.keys, self.values = (room[:, :, :end] for room in self._room)
        if self.front is not None:
            self.keys.front = self.front
        return self.keys, self.values

    @property
    def own(self) -> int:
        """How many columns the rows have of their own."""
        return self.keys.shape[-2] if self.is_initialized and self.keys.numel() else 0

    def get_seq_length(self) -> int:
        """How many columns each row sees."""
        return self.own + self._before

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """How many columns a mask is about, and the first of them: the front needs none."""
        return self.own + query_length, self._before

    @property
    def _before(self) -> int:
        return 0 if self.front is None else self.front.width

    def changed(self, change: Any) -> "Columns":
        """Another layer, whose own keys and values are made of these; the front is the same."""
        other = Columns(sliding=self.is_sliding, front=self.front)
        if self.own:
            other.put(change(self.keys), change(self.values))
        return other

    def change(self, change: Any) -> None:
        """Put in the place of keys and values what is made of them."""
        self._room = None
        if self.own:
            self.keys = change(self.keys)
            self.values = change(self.values)

    def join(self, others: "Sequence[Columns]", width: int) -> None:
        """Take in other layers' rows, after these; all flush right in `width` columns.

        The others hold nothing afterwards.
        """
        parts = [self, *others]
        if self.own:
            self._room = (
                _over([part.keys for part in parts], width, self.spare),
                _over([part.values for part in parts], width, self.spare),
            )
            self.keys, self.values = (room[:, :, :width] for room in self._room)
        for other in others:
            other.change(lambda columns: columns.new_empty(0))

    def keep(self, order: Sequence[int]) -> None:
        """Let row `order[place]` stand at `place`, in place where it can be; forget the others.

        Args:
            order: at every place its own number, or one that is no place any more.
        """
        if self._room is None:
            if self.own:
                self.keys, self.values = self.keys[order], self.values[order]
            return
        moved = [(place, row) for place, row in enumerate(order) if place != row]
        for columns in (self.keys, self.values):
            for place, row in moved:
                columns[place] = columns[row]
        self._room = (self._room[0][: len(order)], self._room[1][: len(order)])
        self.keys, self.values = (room[:, :, : self.own] for room in self._room)

    def put(self, keys: Tensor, values: Tensor) -> None:
        """Take these as the rows' own, if there are none yet."""
        self.lazy_initialization(keys, values)
        self.keys, self.values = keys, values


def empty(config: Any) -> Cache:
    """A cache of rows that have read nothing."""
    cache: Cache = DynamicCache(config=config)
    if known(cache):
        cache.layers = [Columns(sliding=layer.is_sliding) for layer in cache.layers]
    return cache


def holding(config: Any, part: Part) -> Cache:
    """A cache of rows that have read these columns."""
    cache = empty(config)
    for layer, (keys, values) in zip(cache.layers, part, strict=True):
        layer.put(keys, values)
    return cache


def columns_of(cache: Cache, row: int, width: int) -> Part:
    """The last of a row's own columns, copied."""
    layers = [(layer.keys, layer.values) for layer in cache.layers]
    return tuple((_last(keys, row, width), _last(values, row, width)) for keys, values in layers)


def known(cache: Cache) -> bool:
    """Whether all layers attend to columns, fully or through a window."""
    kinds = {type(layer) for layer in cache.layers}
    return bool(kinds) and kinds <= {DynamicLayer, DynamicSlidingWindowLayer, Columns}


def fronted(parts: Sequence[Cache], seats: Seats, width: int, rest: Cache | None = None) -> Cache:
    """A cache of rows that begin with what some other rows have read, and hold it once.

    Args:
        parts: each of one row.
        seats: who begins with which.
        width: how many columns of a mask stand for them.
        rest: what the rows have of their own already.
    """
    layers = []
    for number, ahead in enumerate(zip(*(part.layers for part in parts), strict=True)):
        front = Front(tuple((layer.keys, layer.values) for layer in ahead), seats, width)
        layers.append(Columns(front=front))
        if rest is not None and rest.layers[number].own:
            layers[-1].put(rest.layers[number].keys, rest.layers[number].values)
    return _cache(layers)


def reseat(cache: Cache, order: Sequence[int]) -> None:
    """Let row `order[place]` be at `place` in what is in front, too."""
    if cache.layers[0].front is None:
        return
    kept, seats = reseated(cache.layers[0].front.seats, order)
    for layer in cache.layers:
        parts = tuple(layer.front.parts[number] for number in kept)
        layer.front = Front(parts, seats, layer.front.width)


def whole(cache: Cache) -> Cache:
    """A cache of one row that sees only its own columns; empties `cache`."""
    layers = []
    while cache.layers:
        layer = cache.layers.pop(0)
        layers.append(Columns(sliding=layer.is_sliding))
        parts = [*layer.front.parts] if layer.front is not None else []
        if layer.own:
            parts.append((layer.keys, layer.values))
        keys, values = (_abreast(columns) for columns in zip(*parts, strict=True))
        layers[-1].put(keys, values)
    return _cache(layers)


def expect(cache: Cache, spare: int) -> None:
    """Make room for so many more columns, when next there is a need for any."""
    for layer in cache.layers:
        layer.spare = spare


def change(cache: Cache, made: Any) -> Cache:
    """Replace a cache's own keys and values by what is made of them, layer by layer."""
    for layer in cache.layers:
        layer.change(made)
    return cache


def changed(cache: Cache, change: Any) -> Cache:
    """A cache whose own keys and values are made of this one's, layer by layer."""
    return _cache([layer.changed(change) for layer in cache.layers])


def stacked(caches: Sequence[Cache], index: Sequence[int]) -> Cache:
    """A row for every number: the cache of that number, which is of one row or of several."""
    width = max(max(_widths(cache)) for cache in caches)
    layers = []
    for parts in zip(*(cache.layers for cache in caches), strict=True):
        layer = Columns(sliding=parts[0].is_sliding)
        if any(part.own for part in parts):
            layer.put(
                _padded([part.keys for part in parts], width, index),
                _padded([part.values for part in parts], width, index),
            )
        layers.append(layer)
    return _cache(layers)


def joined(caches: Sequence[Cache], width: int) -> Cache:
    """The rows of all caches, right-aligned in `width` columns; empties the caches.

    What is in front of them goes with them.
    """
    counts = list(map(_rows, caches))
    for first, *others in zip(*(cache.layers for cache in caches), strict=True):
        before = counts[0]
        for other, count in zip(others, counts[1:], strict=True):
            first.front = merged(first.front, other.front, (before, count))
            before += count
        first.join(others, width)
    return caches[0]


def picked(rows: Sequence[int], spare: int) -> Any:
    """A change that picks rows, which may come more than once, without their first columns."""

    def made(columns: Tensor) -> Tensor:
        index = torch.tensor(rows, device=columns.device)
        kept = columns[:, :, spare:]
        return torch.index_select(kept, 0, index, out=paged((len(rows), *kept.shape[1:]), kept))

    return made


def flush_right(shift: Tensor, width: int) -> Any:
    """A change that moves each row right by its own number of columns, out of `width`."""
    source = (torch.arange(width, device=shift.device) - shift[:, None]).clamp(min=0)

    def change(columns: Tensor) -> Tensor:
        where = source[:, None, :, None].expand(-1, columns.shape[1], -1, columns.shape[3])
        return torch.gather(columns, 2, where, out=paged(columns.shape, columns))

    return change


def _cache(layers: Sequence[Columns]) -> Cache:
    cache: Cache = DynamicCache()
    cache.layers = list(layers)
    return cache


def _last(columns: Tensor, row: int, width: int) -> Tensor:
    return columns[row : row + 1, :, columns.shape[2] - width :].clone()


def _rows(cache: Cache) -> int:
    return int(cache.layers[0].keys.shape[0])


def _widths(cache: Cache) -> list[int]:
    return [layer.own for layer in cache.layers]


def _roomy(old: Tensor, new: Tensor, start: int, width: int) -> Tensor:
    """Room for `width` columns, holding the first `start`."""
    rows, heads, _, size = new.shape
    room = paged((rows, heads, width, size), new)
    if start:
        room[:, :, :start] = old
    return room


def _over(parts: Sequence[Tensor], width: int, spare: int) -> Tensor:
    """The rows of all, flush right in `width` columns, and room for some more."""
    counts, (_, heads, _, size) = list(map(len, parts)), parts[0].shape
    room = paged((sum(counts), heads, width + spare, size), parts[0])
    for part, rows in zip(parts, room.split(counts), strict=True):
        rows[:, :, width - part.shape[2] : width] = part
    return room


def _abreast(parts: Sequence[Tensor]) -> Tensor:
    """Columns of one row side by side."""
    width, (_, heads, _, size) = sum(part.shape[2] for part in parts), parts[0].shape
    return torch.cat(tuple(parts), dim=2, out=paged((1, heads, width, size), parts[0]))


def _padded(parts: Sequence[Tensor], width: int, index: Sequence[int]) -> Tensor:
    """Stack the rows of several tensors, flush right in `width` columns, then pick by number."""
    like = next(part for part in parts if part is not None and part.numel())
    heads, size = like.shape[1], like.shape[3]
    out = paged((len(index), heads, width, size), like)
    for place, number in enumerate(index):
        part = parts[number]
        if part is not None and part.numel():
            out[place, :, width - part.shape[2] :] = part[0]
    return out
