"""The members nearest by their embeddings, kept and searched by Milvus."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from promptlab.index.hit import Hit
from promptlab.machine.extras import installed
from promptlab.protocols import Encoder
from promptlab.selection.dense.space import Space
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Ranker
from promptlab.selection.text import QUESTION_FIRST, check_formats
from promptlab.types import Example, Question

if TYPE_CHECKING:
    from promptlab.index.milvus import Collection


@dataclass(frozen=True)
class Milvus:
    """Rank by the cosine, as `KNN` does, with the vectors in a file of Milvus Lite or on a server.

    Attributes:
        k: How many.
        encoder: Texts to vectors. It reads the pool when the first question is asked, unless its
            vectors are there already.
        uri: A file that ends in `.db`, or a server's address; a token is read from the environment,
            `MILVUS_TOKEN`.
        text: What of a member is read: a format of `question`, `context`, `choices` and `answer`.
        query: What of a question is read; as of a member, where it is None.
        kind: Milvus's index: `FLAT` compares with every vector, and `HNSW`, `IVF_FLAT` and
            `AUTOINDEX` may miss some.
    """

    BEYOND: ClassVar[str] = "uri"
    k: int
    encoder: Encoder
    uri: str = "milvus.db"
    text: str = QUESTION_FIRST
    query: str | None = None
    kind: str = "FLAT"

    def __post_init__(self) -> None:
        """Check the number, the formats and the address."""
        check_k(self.k)
        check_formats(self.text, self.query)
        if "@" in self.uri or not ("://" in self.uri or self.uri.endswith(".db")):
            raise ValueError(
                "uri is no file that ends in .db, and no address without a password in it; "
                "expected milvus.db, or http://localhost:19530 with its token in MILVUS_TOKEN"
            )

    def fit(self, pool: Sequence[Example]) -> Ranker:
        """Read the pool; raise `ValueError` where it is too small."""
        members = Pool.of(pool, self.k)
        space = Space(members.examples, self.encoder, self.text, self.query)
        return Ranker(members, self.k, Nearest(space, self.uri, self.kind))


@dataclass(frozen=True)
class Nearest:
    """The members nearest to a question."""

    space: Space
    uri: str
    kind: str

    def __call__(self, question: Question, count: int) -> list[Hit]:
        """Return the nearest members with their similarities, nearest first."""
        return self._collection.nearest(self.space.place(question), count)

    def ahead(self, questions: Sequence[Question]) -> None:
        """Encode the questions of a batch together."""
        self.space.ahead(questions)

    @cached_property
    def _collection(self) -> "Collection":
        with installed():
            from promptlab.index.milvus import Collection  # noqa: PLC0415  an extra

        return Collection(self.space.texts, self.uri, self.kind)
