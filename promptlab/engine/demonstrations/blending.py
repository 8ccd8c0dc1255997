"""Reading anew, where they stand, the tokens that what stands before changes the most.

CacheBlend (Yao et al., 2024): demonstrations that were read apart are read together again in the
first layer alone, and the tokens whose values in the second then differ most from those that are
kept are read in all layers, each layer over the keys and values of all. With all tokens it is what
reading the prompt from end to end gives.
"""

from collections.abc import Iterator
from math import ceil
from typing import Any, NoReturn

import torch
from torch import Tensor

from promptlab.engine.demonstrations.placed import Placed
from promptlab.engine.forward import read_among
from promptlab.engine.kv_cache import Columns, changed
from promptlab.engine.reader import Reader
from promptlab.engine.state import State

LAYER = 1
"""The first layer whose values depend on what stands before."""


class _Found(Exception):  # noqa: N818  no error: it ends a pass early
    """The values of a layer; carries them."""

    def __init__(self, values: Tensor) -> None:
        super().__init__()
        self.values = values


class _Asked(Columns):
    """A layer that ends the pass when it is given its keys and values."""

    def update(self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any) -> NoReturn:
        """Raise the values."""
        del key_states
        raise _Found(value_states)


class _Mended(Columns):
    """A layer of which some columns are given anew."""

    where: Tensor

    def update(
        self, key_states: Tensor, value_states: Tensor, *_: Any, **__: Any
    ) -> tuple[Tensor, Tensor]:
        """Put columns in their places; return all."""
        self.keys[:, :, self.where] = key_states
        self.values[:, :, self.where] = value_states
        return self.keys, self.values


def blended(kept: Any, beginning: Placed, state: State) -> State:
    """The state after a share of each demonstration's tokens was read anew, in place.

    The first demonstration stands where it was read, and needs nothing.

    Args:
        kept: reads, and counts what it reads; `demonstrations.kept.Kept`.
        beginning: says which columns are whose.
        state: one row that has read each on its own.

    Raises:
        ValueError: the model does not take a mask of ours.
    """
    reader, layers = kept.reader, state.cache.layers
    if not reader.branches:
        raise ValueError(
            f"a {reader.model.config.model_type} model cannot read single tokens anew, since it "
            "takes no mask of places; expected demonstrations=independent or joint"
        )
    if len(layers) <= LAYER or len(beginning.items) < 2:
        return state
    first = beginning.starts[1]
    tokens = [token for item in beginning.items[1:] for token in item]
    off = _differing(reader, state, tokens, first)
    columns = sorted(_chosen(beginning, off, first))
    kept.tokens += len(columns) + ceil(len(tokens) * LAYER / len(layers))
    return _mended(reader, state, [tokens[column - first] for column in columns], columns)


def _differing(reader: Reader, state: State, tokens: list[int], first: int) -> list[float]:
    """By how much each token's values differ from what they are after all that stands before."""
    cache = changed(state.cache, lambda columns: columns[:, :, :first])
    asked = _Asked(sliding=cache.layers[LAYER].is_sliding)
    asked.put(cache.layers[LAYER].keys, cache.layers[LAYER].values)
    cache.layers[LAYER] = asked
    places = range(first, first + len(tokens))
    try:
        read_among(reader, cache, tokens, places, width=first + len(tokens))
    except _Found as found:
        old = state.cache.layers[LAYER].values[:, :, first:].float()
        off: list[float] = (found.values.float() - old).norm(dim=-1).norm(dim=1)[0].tolist()
        return off
    raise AssertionError("a pass ends at the layer that is asked")


def _chosen(beginning: Placed, off: list[float], first: int) -> Iterator[int]:
    """The columns of a share of each demonstration's tokens, those that differ most."""
    for start, item in zip(beginning.starts[1:], beginning.items[1:], strict=True):
        columns = range(start, start + len(item))
        count = ceil(beginning.share * len(item))
        yield from sorted(columns, key=lambda column: (-off[column - first], column))[:count]


def _mended(reader: Reader, state: State, tokens: list[int], columns: list[int]) -> State:
    """Read some tokens where they stand, layer by layer among all."""
    where = torch.tensor(columns, device=state.mask.device)
    cache = changed(state.cache, lambda columns: columns)
    cache.layers = [_mending(layer, where) for layer in state.cache.layers]
    read_among(reader, cache, tokens, columns, width=state.own)
    # What was mended, was in place.
    return state


def _mending(layer: Columns, where: Tensor) -> Columns:
    mending = _Mended(sliding=layer.is_sliding)
    mending.where = where
    mending.put(layer.keys, layer.values)
    return mending
