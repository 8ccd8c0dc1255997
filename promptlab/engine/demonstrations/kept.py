"""Demonstrations, each read once after the instruction alone, and kept for the prompts to come.

What is kept has a budget in bytes; what was used least recently goes first, and is read anew when
it is asked for again. One is read with as many others as a pass takes, so it is rounded as any row
of a batch is.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import torch

from promptlab.engine.demonstrations.placed import Placed
from promptlab.engine.demonstrations.rotary import refused, turns
from promptlab.engine.demonstrations.shelf import Shelf
from promptlab.engine.forward import read
from promptlab.engine.kv_cache import Part, columns_of, empty, holding
from promptlab.engine.reader import Reader
from promptlab.engine.scheduler import Limits, batches
from promptlab.engine.state import State, begin

Name: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""What was read before, and what was read."""

BYTES = 1 << 30
"""Most bytes of keys and values that are kept."""

ALONE = Limits(1, 1, 1, 0)
"""Limits by which each demonstration is read by itself."""


class Kept:
    """Keys and values of instructions and demonstrations.

    Attributes:
        reader: Who reads.
        most: Most bytes that are kept; what was used last is kept whatever it takes.
        shelf: Where what was read lies on disk, too, if anywhere.
        tokens: How many tokens were read so far, padding not counted.
        held: How many bytes are kept now.
    """

    def __init__(self, reader: Reader, most: int = BYTES, shelf: Shelf | None = None) -> None:
        self.reader = reader
        self.most = most
        self.shelf = shelf
        self.tokens = 0
        self.held = 0
        self._known: OrderedDict[Name, Part] = OrderedDict()

    def __call__(self, beginning: Placed) -> list[Part]:
        """What was read of the instruction, if there is one, and of each demonstration."""
        names = _names(beginning)
        return [self._part(name) for name in names if name[0] or name[1]]

    def prepare(self, beginnings: Iterable[Placed], limits: Limits) -> None:
        """Read what is missing for some prompts, as many demonstrations together as a pass takes.

        It changes nothing but the time: what does not fit is read when it is asked for.

        Raises:
            ValueError: the model's keys cannot be moved; says why.
        """
        missing: dict[tuple[int, ...], dict[tuple[int, ...], None]] = {}
        for beginning in beginnings:
            self._check(beginning)
            for head, item in _names(beginning):
                if item and self._found((head, item)) is None:
                    missing.setdefault(head, {})[item] = None
        for head, items in missing.items():
            for _ in self._parts(head, list(items), limits):
                pass

    def clear(self) -> None:
        """Keep nothing."""
        self._known.clear()
        self.held = 0

    def _check(self, beginning: Placed) -> None:
        turns(self.reader)
        layers = empty(self.reader.model.config).layers
        if beginning.saved and any(layer.is_sliding for layer in layers):
            why = (
                "its sliding windows count columns, which are not the places where "
                "positions=parallel puts them (positions=successive does)"
            )
            raise ValueError(refused(self.reader, why))

    def _part(self, name: Name) -> Part:
        if (part := self._found(name)) is not None:
            return part
        head, item = name
        if item:
            return dict(self._parts(head, [item], ALONE))[name]
        return self._head_part(head)

    def _found(self, name: Name) -> Part | None:
        """What is kept, here or on disk."""
        if name in self._known:
            self._known.move_to_end(name)
            return self._known[name]
        if self.shelf is None:
            return None
        part = self.shelf.get(*_beginning(name), len(empty(self.reader.model.config).layers))
        if part is None:
            return None
        device = self.reader.model.device
        self._keep(name, tuple((keys.to(device), values.to(device)) for keys, values in part))
        return self._known[name]

    def _parts(
        self, head: tuple[int, ...], items: Sequence[tuple[int, ...]], limits: Limits
    ) -> Iterator[tuple[Name, Part]]:
        """Read demonstrations after a head, which is read too where it is not known."""
        before = self._head(head)
        lengths = list(map(len, items))
        for batch in batches(
            lengths, budget=limits.reading, rows=limits.most, overhead=limits.overhead
        ):
            some = [items[place] for place in batch]
            for item, part in zip(some, self._rows(before, some), strict=True):
                self._read((head, item), part)
                yield (head, item), part

    def _rows(self, before: State | None, items: Sequence[tuple[int, ...]]) -> Iterator[Part]:
        fronts = [before] if before is not None and self.reader.shares else ()
        start = begin(self.reader, [before], [0] * len(items), fronts)
        state, _ = read(self.reader, start, items)
        self.tokens += sum(map(len, items))
        for row, item in enumerate(items):
            yield columns_of(state.cache, row, len(item))

    def _head(self, head: tuple[int, ...]) -> State | None:
        """The state of one row that has read the head; None where there is nothing to read."""
        if not head:
            return None
        return state_of(self.reader, self._head_part(head))

    def _head_part(self, head: tuple[int, ...]) -> Part:
        name: Name = (head, ())
        if (part := self._found(name)) is not None:
            return part
        state, _ = read(self.reader, begin(self.reader, [None], [0]), [head])
        self.tokens += len(head)
        made = columns_of(state.cache, 0, len(head))
        self._read(name, made)
        return made

    def _read(self, name: Name, part: Part) -> None:
        """Keep what was read just now."""
        self._keep(name, part)
        if self.shelf is not None:
            self.shelf.put(*_beginning(name), part)

    def _keep(self, name: Name, part: Part) -> None:
        self._known[name] = part
        self.held += _size(part)
        while self.held > self.most and len(self._known) > 1:
            _, gone = self._known.popitem(last=False)
            self.held -= _size(gone)


@lru_cache(maxsize=1)
def kept_by(reader: Reader, most: int, folder: Path | None = None) -> Kept:
    """What is kept for a model, whoever asks it: a sweep's variants read each other's.

    Only the last model's is held.
    """
    return Kept(reader, most, None if folder is None else Shelf(folder))


def state_of(reader: Reader, part: Part) -> State:
    """The state of one row that has read these columns, and no more."""
    width, device = part[0][0].shape[2], part[0][0].device
    mask = torch.ones(1, width, dtype=torch.long, device=device)
    return State(holding(reader.model.config, part), mask, part[0][0].new_empty(1, 0))


def _names(beginning: Placed) -> list[Name]:
    head = beginning.head
    return [(head, ()), *((head, item) for item in beginning.items)]


def _beginning(name: Name) -> Name:
    """What was read before, and what was read: of an instruction, nothing and itself."""
    return name if name[1] else ((), name[0])


def _size(part: Part) -> int:
    return sum(columns.nbytes for pair in part for columns in pair)
