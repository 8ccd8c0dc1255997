"""What many prompts begin with, read once and kept for the prompts to come.

A trunk is read by itself, in the pieces that the plan names, so its numbers are the same whether it
was kept or is read anew: keeping it changes nothing but the time. Demonstrations that were read
each on its own are another way to make a trunk: their columns, moved to their places, side by side.
"""

from collections import OrderedDict
from collections.abc import Sequence

from promptlab.engine.demonstrations.kept import Kept
from promptlab.engine.demonstrations.placed import Placed
from promptlab.engine.demonstrations.placing import place
from promptlab.engine.forward import read
from promptlab.engine.reader import Reader
from promptlab.engine.sharing.prefix_tree import Group, Pieces, Tokens, length, plan, plan_after
from promptlab.engine.state import State, alone, begin

KEPT = 8192
"""Most tokens of trunks that are kept where memory is no matter."""


class PrefixCache:
    """The states of shared beginnings, by the pieces they were read in.

    Attributes:
        reader: Who reads.
        kept: Most tokens of trunks that are kept; the one used last is kept whatever its length.
        tokens: How many tokens were read so far, padding not counted, by whoever reads with it.
        apart: Demonstrations that are read each on its own; it counts for itself.
    """

    def __init__(self, reader: Reader, kept: int = KEPT, apart: Kept | None = None) -> None:
        self.reader = reader
        self.kept = kept
        self.tokens = 0
        self.apart = apart or Kept(reader)
        self._before = self.apart.tokens
        self._known: OrderedDict[Pieces, State] = OrderedDict()

    def __call__(self, pieces: Pieces) -> State | None:
        """The state of one row that has read these pieces; None where there are none."""
        if not pieces:
            return None
        if pieces not in self._known:
            self._known[pieces] = self._made(pieces)
        self._known.move_to_end(pieces)
        state = self._known[pieces]
        self._forget()
        return state

    @property
    def computed(self) -> int:
        """How many tokens were read so far, with what was read apart since this was made."""
        return self.tokens + self.apart.tokens - self._before

    def clear(self) -> None:
        """Keep nothing."""
        self._known.clear()
        self.apart.clear()

    def _made(self, pieces: Pieces) -> State:
        last = pieces[-1]
        if isinstance(last, Placed):
            return place(self.apart, last)
        before = [self(pieces[:-1])]
        state = begin(self.reader, before, [0], before if self.reader.shares else ())
        self.tokens += len(last)
        return alone(read(self.reader, state, [last])[0])

    def _forget(self) -> None:
        while len(self._known) > 1 and sum(length(pieces) for pieces in self._known) > self.kept:
            self._known.popitem(last=False)


def grouped(
    reader: Reader,
    prompts: Sequence[Tokens],
    overhead: int,
    beginnings: Sequence[Placed | None] = (),
) -> list[Group]:
    """Plan what to share; where nothing can be shared, group prompts of one length."""
    if any(beginnings):
        return plan_after(beginnings, prompts, overhead=overhead)
    if reader.free:
        return plan(prompts, overhead=overhead)
    lengths = sorted({len(prompt) for prompt in prompts}, reverse=True)
    return [
        Group((), tuple(n for n, prompt in enumerate(prompts) if len(prompt) == size))
        for size in lengths
    ]
