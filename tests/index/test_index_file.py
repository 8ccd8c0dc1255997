"""Indexes on disk: found again by encoder and texts, and never used when they are damaged."""

import dataclasses
import hashlib
import sqlite3
from contextlib import closing

import faiss
import numpy as np
import pytest

from promptlab.index import file as index_file
from promptlab.index.approximate import Approximate, build
from promptlab.index.dense import index_of
from promptlab.index.embedding import Texts, embedding_of
from promptlab.index.kind import FLAT, HNSW, IVF

WORDS = ("north", "east", "south")


@dataclasses.dataclass(frozen=True)
class Compass:
    """A vector for each word; `calls` counts how often it was asked."""

    calls: list = dataclasses.field(default_factory=list, compare=False)
    identity: str = "compass"
    length: int = 1

    def encode(self, texts):
        self.calls.append(len(texts))
        directions = {"north": (0, 1), "east": (1, 0), "south": (0, -1), "west": (-1, 0)}
        return self.length * np.array([directions[text] for text in texts], dtype=np.float32)


class Numbered:
    """A vector of two numbers for each text."""

    identity = "numbered"

    def encode(self, texts):
        return np.array([[1, len(text)] for text in texts], dtype=np.float32)


@pytest.fixture(autouse=True)
def _anew(monkeypatch, tmp_path):
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path))
    forget()


def forget():
    """Be another process, as far as indexes go."""
    index_of.cache_clear()
    embedding_of.cache_clear()


def nearest(compass: Compass, words=WORDS) -> list[int]:
    forget()
    east = np.array([1, 0], dtype=np.float32)
    return [hit.index for hit in index_of(Texts.of(words, compass)).nearest(east, 1)]


def test_a_pool_that_was_indexed_before_needs_no_encoder():
    assert nearest(Compass()) == [1]
    again = Compass()
    assert nearest(again) == [1]
    assert again.calls == []


def test_other_texts_and_other_encoders_have_indexes_of_their_own():
    nearest(Compass())
    for compass, words in [(Compass(), ("east", "west")), (Compass(identity="other"), WORDS)]:
        nearest(compass, words)
        assert compass.calls == [len(words)]


@pytest.mark.parametrize("kind", [HNSW(), IVF()])
@pytest.mark.parametrize("similarity", ["cosine", "inner_product"])
def test_every_kind_of_index_and_of_similarity_has_a_file_of_its_own(kind, similarity):
    def asked(kind):
        forget()
        compass = Compass(length=2)
        index_of(Texts.of(WORDS, compass, similarity), kind)
        return compass.calls

    assert [asked(FLAT), asked(kind), asked(kind), asked(FLAT)] == [[3], [3], [], []]
    assert nearest(Compass()) == [1]


@pytest.mark.parametrize("kind", [HNSW(), IVF()])
def test_an_index_that_looks_at_few_is_always_built_alike(kind):
    words = [f"{'x' * number} y" for number in range(300)]
    vectors = Numbered().encode(words)
    first, again = (faiss.serialize_index(build(vectors, kind)).tobytes() for _ in range(2))
    assert first == again


def test_what_is_looked_through_does_not_decide_how_an_index_is_built():
    index_of(Texts.of(WORDS, Compass()), IVF(nlist=2, nprobe=1))
    forget()
    compass = Compass()
    index = index_of(Texts.of(WORDS, compass), IVF(nlist=2, nprobe=2))
    assert (compass.calls, index.index.nprobe) == ([], 2)


def test_a_damaged_index_is_made_anew(tmp_path):
    nearest(Compass())
    with closing(sqlite3.connect(tmp_path / "indexes" / "indexes.sqlite")) as db, db:
        db.execute("UPDATE indexes SET body = zeroblob(length(body))")
    key = index_file.key_of("compass", WORDS)
    assert index_file.load(key) is None
    compass = Compass()
    assert nearest(compass) == [1]
    assert compass.calls == [3]
    assert index_file.load(key).ntotal == 3


def test_an_index_in_a_file_of_its_own_as_they_were_before_is_read(tmp_path):
    flat = faiss.IndexFlatIP(2)
    flat.add(Compass().encode(WORDS))
    content = faiss.serialize_index(flat).tobytes()
    path = tmp_path / "indexes" / f"{index_file.key_of('compass', WORDS).hex()}.faiss"
    path.parent.mkdir()
    for checksum, calls in [(hashlib.sha256(content).digest(), []), (b"\0" * 32, [3])]:
        path.write_bytes(checksum + content)
        compass = Compass()
        assert nearest(compass) == [1]
        assert compass.calls == calls


def test_the_indexes_used_least_lately_go_where_there_is_no_more_room(monkeypatch):
    monkeypatch.setattr(index_file, "LIMIT", 100_000)
    pools = [tuple(f"{number} {word}" for word in range(1000)) for number in range(30)]
    for pool in pools:
        index_of(Texts.of(pool, Numbered()))
    kept = [index_file.load(index_file.key_of("numbered", pool)) is not None for pool in pools]
    assert kept[-1]
    assert 3 < sum(kept) < 12


def test_a_folder_that_cannot_be_written_to_costs_only_the_copy(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path / "file"))
    with pytest.warns(RuntimeWarning, match="store of indexes .* everything is computed"):
        assert nearest(Compass()) == [1]


@pytest.mark.parametrize("kind", [HNSW(), IVF(4, 1)])
def test_what_an_index_finds_is_measured_once_kept_and_told_again(kind, caplog, monkeypatch):
    chance = np.random.default_rng(0)
    vectors = {f"text {n}": chance.normal(size=8) for n in range(200)}

    class Random:
        identity = f"random {kind}"

        def encode(self, texts):
            return np.array([vectors[text] for text in texts], dtype=np.float32)

    texts = Texts.of(list(vectors), Random())
    recall = index_of(texts, kind).recall
    forget()
    monkeypatch.setattr(Approximate, "_share", None)
    caplog.clear()
    again = index_of(texts, kind)
    assert again.recall == recall
    assert f"read from the cache: finds {100 * recall:.1f} % of the ten nearest" in caplog.text


def test_what_an_index_finds_depends_on_how_it_is_searched():
    texts = Texts.of([str(n) * (n + 1) for n in range(200)], Numbered())
    few, many = IVF(20, 1), IVF(20, 20)
    assert index_of(texts, few).recall < index_of(texts, many).recall == 1
    forget()
    assert index_of(texts, few).recall < 1
