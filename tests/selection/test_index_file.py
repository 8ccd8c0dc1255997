"""Indexes on disk: found again by encoder and texts, and never used when they are damaged."""

import dataclasses

import numpy as np
import pytest

from promptlab.index import file as index_file
from promptlab.index.dense import index_of
from promptlab.index.embedding import Texts, embedded

WORDS = ("north", "east", "south")


@dataclasses.dataclass(frozen=True)
class Compass:
    """A vector for each word; `calls` counts how often it was asked."""

    calls: list = dataclasses.field(default_factory=list, compare=False)
    identity: str = "compass"

    def encode(self, texts):
        self.calls.append(len(texts))
        directions = {"north": (0, 1), "east": (1, 0), "south": (0, -1), "west": (-1, 0)}
        return np.array([directions[text] for text in texts], dtype=np.float32)


@pytest.fixture(autouse=True)
def _anew(monkeypatch, tmp_path):
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path))
    forget()


def forget():
    """Be another process, as far as indexes go."""
    index_of.cache_clear()
    embedded.cache_clear()


def nearest(compass: Compass, words=WORDS) -> list[int]:
    forget()
    east = np.array([1, 0], dtype=np.float32)
    return index_of(Texts.of(words, compass)).nearest(east, 1)


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


def test_a_damaged_index_is_made_anew():
    nearest(Compass())
    path = index_file.place("compass", WORDS)
    content = bytearray(path.read_bytes())
    content[-3] ^= 0xFF
    path.write_bytes(content)
    assert index_file.load(path) is None
    compass = Compass()
    assert nearest(compass) == [1]
    assert compass.calls == [3]
    assert index_file.load(path).ntotal == 3


def test_a_folder_that_cannot_be_written_to_costs_only_the_copy(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path / "file"))
    assert nearest(Compass()) == [1]
