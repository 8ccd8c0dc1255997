"""Whatever an encoder stands in, what it makes of the pool is exported, and not made again."""

from dataclasses import dataclass, field

import numpy as np
from bag_of_words import BagOfWords

from promptlab.export.vectors import with_vectors, write_vectors
from promptlab.selection.dense.knn import KNN
from promptlab.selection.diverse.mmr import MMR
from promptlab.selection.lexical.bm25 import BM25
from promptlab.types import Example, Question

POOL = [Example(Question(f"p{n}", f"is it {n} 是"), "") for n in range(4)]
READ: list[str] = []


@dataclass(frozen=True)
class Noting:
    """Encodes, and notes what."""

    inner: BagOfWords = field(default_factory=BagOfWords)

    @property
    def identity(self):
        return f"noting {self.inner.identity}"

    def encode(self, texts):
        READ.extend(texts)
        return self.inner.encode(texts)


def test_an_encoder_of_an_inner_selection_knows_the_pool(tmp_path):
    selection = MMR(2, KNN(2, Noting(), text="- {question}"), Noting())
    write_vectors(selection, POOL, tmp_path)
    again = with_vectors(selection, POOL, tmp_path)
    READ.clear()
    demos = again.fit(POOL)(Question("q", "asked"))
    assert len(demos) == 2
    assert READ == ["- asked", "asked"]
    assert np.load(tmp_path / "vectors.npy").shape == (8, 16)


def test_encoders_of_several_kinds_have_a_file_each(tmp_path):
    selection = MMR(2, KNN(2, Noting(BagOfWords(8))), Noting())
    write_vectors(selection, POOL, tmp_path)
    shapes = {path.name: np.load(path).shape for path in tmp_path.iterdir()}
    assert shapes == {"vectors.npy": (4, 16), "vectors-1.npy": (4, 8)}
    again = with_vectors(selection, POOL, tmp_path)
    READ.clear()
    again.fit(POOL)(Question("q", "asked"))
    assert READ == ["asked", "asked"]


def test_a_selection_that_encodes_nothing_writes_nothing(tmp_path):
    write_vectors(BM25(2), POOL, tmp_path)
    assert list(tmp_path.iterdir()) == []
