"""Milvus: the vectors are kept in a file, and what is found is what the exact index finds."""

import numpy as np
import pytest

from promptlab.selection.dense.knn import KNN
from promptlab.selection.dense.milvus import Milvus
from promptlab.types import Example, Question

POOL = [Example(Question(f"p{n}", f"text {n}"), "yes") for n in range(40)]


class Drawn:
    """Vectors by chance, four texts to each, that count how many texts were read."""

    identity = "drawn"

    def __init__(self):
        self.read = []

    def encode(self, texts):
        self.read += texts
        vectors = np.stack(
            [np.random.default_rng(int(t.split()[1]) // 4).normal(size=8) for t in texts]
        )
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("uri", ["milvus", "http://me:secret@host:19530", "/tmp/x.json", ""])
def test_an_address_holds_no_password_and_a_file_is_one_of_milvus_lite(uri):
    with pytest.raises(ValueError, match=r"expected milvus\.db, or http://localhost") as refused:
        Milvus(1, Drawn(), uri)
    assert "secret" not in str(refused.value)


def test_it_finds_what_the_exact_index_finds_and_stores_the_pool_once(tmp_path):
    pytest.importorskip("pymilvus", reason="the extra milvus is not installed")
    uri = str(tmp_path / "a.db")
    exact = KNN(6, Drawn()).fit(POOL)
    encoder = Drawn()
    found = Milvus(6, encoder, uri).fit(POOL)
    for number in (0, 7, 39, 50):
        question = Question(f"q{number}", f"text {number}")
        assert found(question) == exact(question)
        hits = found.ranked(question, 40)
        assert [hit.index for hit in hits] == [hit.index for hit in exact.ranked(question, 40)]
    assert encoder.read.count("text 9") == 1
    again = Drawn()
    assert Milvus(6, again, uri).fit(POOL)(Question("q", "text 50")) == found(
        Question("q", "text 50")
    )
    assert again.read == ["text 50"]
