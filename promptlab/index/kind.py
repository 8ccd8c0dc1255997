"""How vectors are searched: all of them, or as few as find nearly always the same."""

import math
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Flat:
    """Compare with every vector: exact."""

    @property
    def built(self) -> str:
        """Names what decides how the index is built."""
        return "flat"


@dataclass(frozen=True, slots=True)
class HNSW:
    """Walk from vector to nearer vector on a graph of layers.

    Malkov and Yashunin, Efficient and robust approximate nearest neighbor search using Hierarchical
    Navigable Small World graphs (2018).

    Attributes:
        m: How many neighbours of each vector the graph has.
        ef_construction: How many candidates are held while a vector's neighbours are looked for.
        ef_search: How many are held while a question's are.
    """

    m: int = 16
    ef_construction: int = 100
    ef_search: int = 128

    def __post_init__(self) -> None:
        """Check the numbers."""
        _at_least("m", self.m, 2)
        _at_least("ef_construction", self.ef_construction, 1)
        _at_least("ef_search", self.ef_search, 1)

    @property
    def built(self) -> str:
        """Names what decides how the index is built."""
        return f"hnsw:{self.m}:{self.ef_construction}"

    @property
    def searched(self) -> str:
        """Names what decides how it is searched."""
        return f"{self.built}:{self.ef_search}"

    @property
    def candidates(self) -> int:
        """How many vectors a search finds."""
        return self.ef_search


@dataclass(frozen=True, slots=True)
class IVF:
    """Compare with the vectors of the nearest few of many clusters (an inverted file).

    Attributes:
        nlist: How many clusters; by default four times the square root of the number of vectors,
            but no more than leave 39 vectors to each, of which faiss finds centres without doubt.
        nprobe: How many of them are looked through.
    """

    nlist: int | None = None
    nprobe: int = 64

    def __post_init__(self) -> None:
        """Check the numbers."""
        _at_least("nlist", 1 if self.nlist is None else self.nlist, 1)
        _at_least("nprobe", self.nprobe, 1)

    @property
    def built(self) -> str:
        """Names what decides how the index is built."""
        return f"ivf:{self.nlist}"

    @property
    def searched(self) -> str:
        """Names what decides how it is searched."""
        return f"{self.built}:{self.nprobe}"

    @property
    def candidates(self) -> int:
        """How many vectors a search finds."""
        return 128

    def lists(self, size: int) -> int:
        """Return how many clusters are made of so many vectors."""
        by_default = min(4 * math.isqrt(size), size // 39)
        return max(1, min(by_default if self.nlist is None else self.nlist, size))


Kind: TypeAlias = Flat | HNSW | IVF
FLAT = Flat()


def _at_least(name: str, value: int, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name} is {value!r}; expected a whole number, {least} or more")
