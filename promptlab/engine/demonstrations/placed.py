"""A prompt's beginning whose demonstrations are read each on its own, after the instruction alone.

As in Parallel Context Windows (Ratner et al., 2022). It takes the place of tokens in the plan of
what is shared: a piece that is made otherwise than by reading it from end to end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise


@dataclass(frozen=True, slots=True)
class Placed:
    """Tokens of an instruction and of demonstrations.

    Attributes:
        head: What every demonstration is read after; may be empty.
        items: The demonstrations, none of them empty.
        parallel: Whether all begin at one place, and what follows comes after the longest; if not,
            they stand one after another.
        share: What part of each demonstration's tokens is read anew where it stands.
    """

    head: tuple[int, ...]
    items: tuple[tuple[int, ...], ...]
    parallel: bool = False
    share: float = 0.0

    def __len__(self) -> int:
        """How many tokens there are."""
        return len(self.head) + sum(map(len, self.items))

    @property
    def starts(self) -> list[int]:
        """In which column each demonstration begins."""
        return list(accumulate(map(len, self.items[:-1]), initial=len(self.head)))

    @property
    def saved(self) -> int:
        """How many places of the model's window are not needed, since some are taken twice."""
        lengths = list(map(len, self.items))
        return sum(lengths) - max(lengths) if self.parallel else 0

    @property
    def shifts(self) -> list[int]:
        """By how many places each column is moved from where it was read.

        What follows stands at the place that its column says. So all that stands at one place
        moves up to it, the instruction too: only the distances matter.
        """
        if self.parallel:
            return [self.saved] * len(self)
        moved = [0] * len(self.head)
        for start, item in zip(self.starts, self.items, strict=True):
            moved += [start - len(self.head)] * len(item)
        return moved


def placed(
    tokens: Sequence[int], cuts: Sequence[int], *, parallel: bool = False, share: float = 0.0
) -> Placed | None:
    """Part a prompt's tokens at the cuts; None where no demonstration is left.

    Args:
        tokens: all of them; the last is never part of a demonstration.
        cuts: where the first demonstration begins, the next ones, and where the last ends.
        parallel: as in `Placed`; they are put in one order, whichever they were given in, so that
            what comes of them is the same to the last bit.
        share: as in `Placed`.
    """
    marks = [min(cut, len(tokens) - 1) for cut in cuts]
    items = [tuple(tokens[start:end]) for start, end in pairwise(marks)]
    items = [item for item in items if item]
    if parallel:
        items.sort()
    return Placed(tuple(tokens[: marks[0]]), tuple(items), parallel, share) if items else None
