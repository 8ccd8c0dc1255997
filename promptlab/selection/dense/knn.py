"""The members most like the question, by their embeddings.

Liu et al., What Makes Good In-Context Examples for GPT-3? (2022).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from promptlab.index.embedding import Similarity
from promptlab.index.hit import Hit
from promptlab.index.kind import FLAT, HNSW, IVF, Kind
from promptlab.protocols import Encoder
from promptlab.selection.dense.space import Space
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Ranker
from promptlab.selection.text import QUESTION_FIRST, check_formats
from promptlab.types import Example, Question

if TYPE_CHECKING:
    from promptlab.index.approximate import Approximate
    from promptlab.index.dense import Index


@dataclass(frozen=True)
class KNN:
    """Select the `k` nearest members, ties to the lower index.

    Attributes:
        k: How many.
        encoder: Texts to vectors. It reads the pool when the first question is asked.
        text: What of a member is read: a format of `question`, `context`, `choices` and `answer`.
            What is beyond the encoder's window is not read, so the question stands first.
        query: What of a question is read; as of a member, where it is None. Prefixes by which some
            encoders tell the two apart are the encoder's own, or stand in both formats.
        similarity: The `cosine`; the `inner_product`, which is another where the encoder gives
            vectors of their own lengths; or the cosine of what is left when the pool's mean vector
            is taken away (`centred`), as Su et al., Selective Annotation Makes Language Models
            Better Few-Shot Learners (2023), compare.
        index: How the pool is searched: `flat` compares with every member. `hnsw` and `ivf` are
            for hundreds of thousands of members, and may miss some; how many is measured when the
            index is built, logged, and kept with it.
        m: Of `hnsw`, as the next two: how many neighbours each member has in the graph.
        ef_construction: How many candidates are held while it is built.
        ef_search: How many are held while it is searched.
        nlist: Of `ivf`, as the next: how many clusters the pool is cut into; by default four times
            the square root of its size, where that leaves 39 members to each.
        nprobe: How many of them are searched.
    """

    k: int
    encoder: Encoder
    text: str = QUESTION_FIRST
    query: str | None = None
    similarity: Similarity = "cosine"
    index: Literal["flat", "hnsw", "ivf"] = "flat"
    m: int = 16
    ef_construction: int = 100
    ef_search: int = 128
    nlist: int | None = None
    nprobe: int = 64

    def __post_init__(self) -> None:
        """Check the numbers, the names and the formats."""
        check_k(self.k)
        check_formats(self.text, self.query)
        if self.similarity not in get_args(Similarity):
            expected = ", ".join(get_args(Similarity))
            raise ValueError(f"similarity is {self.similarity!r}; expected one of {expected}")
        self._kind()

    def fit(self, pool: Sequence[Example]) -> Ranker:
        """Read the pool; raise `ValueError` where it is too small."""
        members = Pool.of(pool, self.k)
        space = Space(members.examples, self.encoder, self.text, self.query, self.similarity)
        return Ranker(members, self.k, Nearest(space, self._kind()))

    def _kind(self) -> Kind:
        kinds: dict[str, Callable[[], Kind]] = {
            "flat": lambda: FLAT,
            "hnsw": lambda: HNSW(self.m, self.ef_construction, self.ef_search),
            "ivf": lambda: IVF(self.nlist, self.nprobe),
        }
        if self.index not in kinds:
            raise ValueError(f"index is {self.index!r}; expected one of {', '.join(kinds)}")
        return kinds[self.index]()


@dataclass(frozen=True)
class Nearest:
    """The members nearest to a question; the pool is read when the first is asked."""

    space: Space
    kind: Kind = FLAT

    def __call__(self, question: Question, count: int) -> list[Hit]:
        """Return the nearest members with their similarities, nearest first."""
        place = self.space.place(question)
        return self._index.nearest(place, count)

    def ahead(self, questions: Sequence[Question]) -> None:
        """Encode the questions of a batch together."""
        self.space.ahead(questions)

    @property
    def recall(self) -> float:
        """The share that is found of the ten nearest members, measured on some of the pool."""
        return self._index.recall

    def found_share(self) -> float | None:
        """Return the recall, where the index may miss some."""
        return None if self.kind == FLAT else self.recall

    @cached_property
    def _index(self) -> "Index | Approximate":
        from promptlab.index.dense import index_of  # noqa: PLC0415 (loads faiss)

        return index_of(self.space.texts, self.kind)
