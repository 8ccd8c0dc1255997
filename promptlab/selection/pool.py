"""The pool as every selection sees it: members by index, and no question among its own demos."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from promptlab.index.hit import Hit
from promptlab.selection.exclusion import Exclusion
from promptlab.types import Example


def check_k(k: int) -> None:
    """Check that `k` is a number of demonstrations."""
    if isinstance(k, bool) or not isinstance(k, int) or k < 0:
        raise ValueError(f"k is {k!r}; expected a whole number of demonstrations, 0 or more")


def counted(examples: int) -> str:
    """Say how many examples there are."""
    return f"{examples} example{'' if examples == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool that is large enough, and knows its members."""

    examples: tuple[Example, ...]
    excluded: Exclusion

    @classmethod
    def of(cls, pool: Sequence[Example], k: int) -> "Pool":
        """Read a pool of which `k` members will be wanted.

        Raises:
            ValueError: the pool is empty, or smaller than `k`.
        """
        if not pool:
            raise ValueError(
                "the pool is empty, so there is nothing to select from; give a data set with a "
                "pool (a train split), or ask without demonstrations: selection=zero"
            )
        if k > len(pool):
            raise ValueError(
                f"k is {k}, but the pool holds only {counted(len(pool))}; "
                f"lower k to {len(pool)} or less, or give a larger pool"
            )
        return cls(tuple(pool), Exclusion.of(pool))

    def members(self, hits: Iterable[Hit]) -> tuple[Example, ...]:
        """Return the members that were found."""
        return tuple(self.examples[hit.index] for hit in hits)
