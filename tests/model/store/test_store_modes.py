"""A store that is off, read, refreshed, or in memory."""

from pathlib import Path

import pytest
from counting import Counting, draws, rows

from promptlab.model.cache.cached_model import CachedModel


def test_off_asks_for_everything_and_keeps_nothing(path):
    inner = Counting()
    stored = CachedModel(inner, path, "off")
    stored.answer(draws("a", 2) * 2)
    assert inner.asked == draws("a", 2) * 2
    assert not Path(path).parent.exists()
    assert stored.counts.computed == stored.counts.asked == 4


def test_read_uses_what_is_there_and_writes_nothing(path):
    CachedModel(Counting(), path).answer(draws("a", 2))
    inner = Counting()
    reader = CachedModel(inner, path, "read")
    reader.answer(draws("a", 3))
    reader.answer(draws("a", 3))
    assert inner.asked == draws("a", 3)[2:] * 2
    assert rows(path) == 2


def test_read_says_where_nothing_is_there_and_computes(path):
    stored = CachedModel(Counting(), path, "read")
    with pytest.warns(RuntimeWarning, match="no completions are stored there"):
        replies = stored.answer(draws("a", 2))
    assert stored.answer(draws("a", 2)) == replies == Counting().answer(draws("a", 2))
    assert not Path(path).parent.exists()


def test_refresh_asks_anew_and_overwrites(path):
    CachedModel(Counting(), path).answer(draws("a", 2))
    anew = Counting(salt=1)
    replies = CachedModel(anew, path, "refresh").answer(draws("a", 2))
    assert anew.asked == draws("a", 2)
    assert CachedModel(Counting(), path).answer(draws("a", 2)) == replies
    assert rows(path) == 2


def test_an_unknown_mode_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="mode is True; expected one of on, off, read, refresh"):
        CachedModel(Counting(), mode=True)
    with pytest.raises(ValueError, match="megabytes is 0; expected at least 1"):
        CachedModel(Counting(), megabytes=0)


def test_making_one_touches_no_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path / "cache"))
    stored = CachedModel(Counting())
    assert not (tmp_path / "cache").exists()
    stored.answer(draws("a", 1))
    assert (tmp_path / "cache" / "completions.db").is_file()


def test_memory_keeps_nothing_on_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    inner = Counting()
    stored = CachedModel(inner, ":memory:")
    assert stored.answer(draws("a", 2)) == stored.answer(draws("a", 2))
    assert len(inner.asked) == 2
    assert list(tmp_path.iterdir()) == []


def test_memory_that_is_only_read_is_empty():
    inner = Counting()
    CachedModel(inner, ":memory:", "read").answer(draws("a", 2))
    assert inner.asked == draws("a", 2)
