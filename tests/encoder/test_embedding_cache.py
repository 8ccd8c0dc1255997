import dataclasses
import hashlib
import sqlite3
import threading
from contextlib import closing

import numpy as np
import pytest

from promptlab.encoder.cache import Cached
from promptlab.index.dense import index_of
from promptlab.index.embedding import Texts, embedded


@dataclasses.dataclass(frozen=True)
class Hashed:
    """A unit vector from each text's hash; `calls` notes what was asked."""

    identity: str = "hashed"
    calls: list = dataclasses.field(default_factory=list, compare=False)

    def encode(self, texts):
        self.calls.append(list(texts))
        digests = [hashlib.sha256(f"{self.identity}{text}".encode()).digest() for text in texts]
        vectors = np.array([list(digest[:8]) for digest in digests], dtype=np.float32)
        vectors = vectors.reshape(-1, 8)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


TEXTS = ["one", "two", "三", "one"]


def cached(folder, **fields):
    return Cached(Hashed(**fields), folder=str(folder))


def files(folder):
    return sorted(folder.glob("*.sqlite"))


def test_vectors_are_the_inner_encoders_before_and_after(tmp_path):
    expected = Hashed().encode(TEXTS)
    for _ in range(2):
        vectors = cached(tmp_path).encode(TEXTS)
        assert vectors.dtype == np.float32
        assert np.array_equal(vectors, expected)


def test_a_text_is_encoded_once_for_ever(tmp_path):
    first, second = cached(tmp_path), cached(tmp_path)
    first.encode(TEXTS)
    second.encode([*TEXTS, "new"])
    assert first.inner.calls == [["one", "two", "三"]]
    assert second.inner.calls == [["new"]]


def test_encoders_of_one_class_never_share_a_vector_in_memory_or_on_disk(tmp_path):
    texts = ("one", "two", "三")
    small, large = Hashed("small"), Hashed("large")
    for folder in ("here", "there"):  # again, where all is known already
        for encoder in (small, large):
            kept = Cached(encoder, folder=str(tmp_path / folder))
            expected = encoder.encode(texts)
            assert np.array_equal(kept.encode(texts), expected)
            for found in (embedded(Texts.of(texts, kept)), index_of(Texts.of(texts, kept)).vectors):
                np.testing.assert_allclose(found, expected, atol=1e-6)


def test_encoders_of_another_identity_have_vectors_of_their_own(tmp_path):
    one, other = cached(tmp_path, identity="one"), cached(tmp_path, identity="other")
    assert not np.array_equal(one.encode(["x"]), other.encode(["x"]))
    assert len(files(tmp_path)) == 2


def test_no_texts_have_the_dimensions_of_texts(tmp_path):
    assert cached(tmp_path).encode([]).shape == (0, 8)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE vectors SET vector = zeroblob(32)",
        "UPDATE vectors SET vector = x'0102'",
        "UPDATE vectors SET seal = x''",
    ],
)
def test_a_damaged_vector_is_computed_anew_and_put_right(tmp_path, damage):
    expected = cached(tmp_path).encode(TEXTS)
    with sqlite3.connect(files(tmp_path)[0]) as connection:
        connection.execute(damage)
    connection.close()
    for calls in (1, 0):
        again = cached(tmp_path)
        assert np.array_equal(again.encode(TEXTS), expected)
        assert len(again.inner.calls) == calls


def test_a_file_that_is_no_database_is_set_aside_with_a_warning(tmp_path):
    expected = cached(tmp_path).encode(TEXTS)
    files(tmp_path)[0].write_bytes(b"not a database, whatever its name says" * 200)
    with pytest.warns(RuntimeWarning, match="computed anew"):
        assert np.array_equal(cached(tmp_path).encode(TEXTS), expected)
    again = cached(tmp_path)
    assert np.array_equal(again.encode(TEXTS), expected)
    assert again.inner.calls == []
    assert b"whatever" in files(tmp_path)[0].with_suffix(".sqlite.unusable").read_bytes()


def test_a_file_from_before_files_were_marked_is_read_and_written(tmp_path):
    digest = hashlib.sha256
    vector = np.array([0.6, 0.8] + [0.0] * 6, dtype=np.float32).tobytes()
    key = digest(b"one").digest()
    seal = digest(key + vector).digest()[:16]
    with closing(sqlite3.connect(tmp_path / f"{digest(b'hashed').hexdigest()[:32]}.sqlite")) as db:
        db.execute("CREATE TABLE vectors (key BLOB PRIMARY KEY, vector, seal) WITHOUT ROWID")
        db.execute("INSERT INTO vectors VALUES (?, ?, ?)", (key, vector, seal))
        db.commit()
    first, second = cached(tmp_path), cached(tmp_path)
    assert np.array_equal(first.encode(TEXTS)[0], np.frombuffer(vector, dtype=np.float32))
    assert first.inner.calls == [["two", "三"]]
    second.encode(TEXTS)
    assert second.inner.calls == []


def test_the_database_of_something_else_is_refused_and_untouched(tmp_path):
    cached(tmp_path).encode(TEXTS)
    (path,) = files(tmp_path)
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE runs (id)")
    before = path.read_bytes()
    with pytest.raises(ValueError, match="cannot hold embeddings: .* .tables: runs.; give another"):
        cached(tmp_path).encode(TEXTS)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_costs_a_warning_and_not_the_run(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.warns(RuntimeWarning, match="PROMPTLAB_CACHE"):
        vectors = cached(tmp_path / "file" / "below").encode(TEXTS)
    assert np.array_equal(vectors, Hashed().encode(TEXTS))


def test_several_writers_share_one_file(tmp_path):
    def write(number):
        for step in range(5):
            cached(tmp_path).encode([f"text {number} {step}", "shared"])

    writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    after = cached(tmp_path)
    after.encode([f"text {number} {step}" for number in range(6) for step in range(5)])
    assert after.inner.calls == []


def test_the_environment_names_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path))
    Cached(Hashed()).encode(["x"])
    assert len(files(tmp_path / "embeddings")) == 1


def test_the_window_is_the_inner_encoders(tmp_path):
    @dataclasses.dataclass(frozen=True)
    class Narrow(Hashed):
        def cut(self, texts):
            return sum(len(text) > 2 for text in texts)

    assert Cached(Narrow(), folder=str(tmp_path)).cut(TEXTS) == 3
    assert cached(tmp_path).cut(TEXTS) == 0
