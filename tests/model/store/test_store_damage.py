"""Damage is found, told once, and never used."""

import multiprocessing
import os
import random
import sqlite3
import warnings
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from counting import Counting, draws, rows

from promptlab.model.cache import table as store_table
from promptlab.model.cache.cached_model import CachedModel
from promptlab.model.cache.row import packed
from promptlab.types import Completion

FORK = multiprocessing.get_context("fork")


def test_a_damaged_answer_is_asked_for_again(path):
    CachedModel(Counting(), path).answer(draws("a", 3))
    with closing(sqlite3.connect(path)) as connection, connection:
        (key,) = connection.execute("SELECT key FROM completions LIMIT 1").fetchone()
        body = packed(Completion("forged", "stop"))
        connection.execute("UPDATE completions SET body = ? WHERE key = ?", (body, key))
    inner = Counting()
    stored = CachedModel(inner, path)
    assert stored.answer(draws("a", 3)) == Counting().answer(draws("a", 3))
    assert len(inner.asked) == 1
    stored.answer(draws("a", 3))
    assert len(inner.asked) == 1


def test_an_answer_under_another_key_is_not_used(path):
    CachedModel(Counting(), path).answer(draws("a", 2))
    with closing(sqlite3.connect(path)) as connection, connection:
        rows = connection.execute("SELECT key, body, seal FROM completions").fetchall()
        for (key, _, _), (_, body, seal) in zip(rows, reversed(rows), strict=True):
            connection.execute(
                "UPDATE completions SET body = ?, seal = ? WHERE key = ?", (body, seal, key)
            )
    assert CachedModel(Counting(), path).answer(draws("a", 2)) == Counting().answer(draws("a", 2))


def test_a_file_of_garbage_is_set_aside_with_one_warning(path):
    Path(path).parent.mkdir()
    garbage = b"no database at all" * 100
    Path(path).write_bytes(garbage)
    stored = CachedModel(Counting(), path)
    with pytest.warns(RuntimeWarning, match=r"is unusable .* a new one is begun"):
        replies = stored.answer(draws("a", 2))
    assert replies == Counting().answer(draws("a", 2))
    stored.answer(draws("b", 2))
    assert Path(f"{path}.unusable").read_bytes() == garbage
    assert rows(path) == 4


def test_a_file_without_its_tables_is_set_aside(path):
    CachedModel(Counting(), path).answer(draws("a", 2))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE completions")
    with pytest.warns(RuntimeWarning, match="no such table: completions.; a new one is begun"):
        CachedModel(Counting(), path).answer(draws("a", 2))
    assert rows(path) == 2


def test_garbage_in_the_names_of_the_tables_is_damage_too(path):
    CachedModel(Counting(), path).answer(draws("a", 2))
    content = Path(path).read_bytes()
    Path(path).write_bytes(content.replace(b"CREATE TABLE models", b"CREATE T\x84BLE models"))
    with pytest.warns(RuntimeWarning, match="a new one is begun"):
        CachedModel(Counting(), path).answer(draws("a", 2))
    assert rows(path) == 2


@pytest.mark.parametrize("seed", range(12))
def test_garbage_anywhere_in_the_file_never_comes_back_as_an_answer(path, seed):
    requests = [request for number in range(60) for request in draws(f"{number}", 5)]
    CachedModel(Counting(), path).answer(requests)
    chance = random.Random(seed)
    content = bytearray(Path(path).read_bytes())
    for _ in range(1 + seed * 3):
        at = chance.randrange(0 if seed % 2 else 100, len(content) - 600)
        content[at : at + 600] = chance.randbytes(600)
    Path(path).write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        assert CachedModel(Counting(), path).answer(requests) == Counting().answer(requests)
        assert CachedModel(Counting(), path).answer(requests) == Counting().answer(requests)


def test_a_file_that_was_cut_short_never_stops_a_run(path):
    requests = [request for number in range(60) for request in draws(f"{number}", 5)]
    CachedModel(Counting(), path).answer(requests)
    for share in (0.9, 0.5, 0.1, 0.0):
        os.truncate(path, int(Path(path).stat().st_size * share))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            assert CachedModel(Counting(), path).answer(requests) == Counting().answer(requests)


def _hammer_damaged(path: str, worker: int) -> None:
    warnings.simplefilter("ignore", RuntimeWarning)
    requests = draws(f"{worker}", 10)
    stored = CachedModel(Counting(), path)
    for _ in range(5):
        assert stored.answer(requests) == Counting().answer(requests)


def test_processes_that_find_the_same_damage_begin_one_new_file(path):
    Path(path).parent.mkdir()
    Path(path).write_bytes(b"garbage" * 1000)
    workers = [FORK.Process(target=_hammer_damaged, args=(path, number)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 6
    assert Path(f"{path}.unusable").read_bytes() == b"garbage" * 1000
    assert rows(path) == 60


def test_a_file_that_is_deleted_during_a_run_is_made_again(path):
    stored = CachedModel(Counting(), path)
    stored.answer(draws("a", 2))
    for suffix in ("", "-wal", "-shm"):
        Path(path + suffix).unlink(missing_ok=True)
    stored.answer(draws("b", 2))
    assert rows(path) == 2


def test_an_older_version_is_set_aside_with_a_warning(path, monkeypatch):
    CachedModel(Counting(), path).answer(draws("a", 2))
    monkeypatch.setattr(store_table, "LAYOUT", replace(store_table.LAYOUT, version=2))
    inner = Counting()
    with pytest.warns(RuntimeWarning, match="it is of version 1, this promptlab writes version 2"):
        CachedModel(inner, path).answer(draws("a", 2))
    assert len(inner.asked) == 2
    assert rows(f"{path}.unusable") == 2


def test_a_newer_version_is_left_alone_and_not_used(path):
    CachedModel(Counting(), path).answer(draws("a", 2))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {store_table.LAYOUT.version + 1}")
    inner = Counting()
    stored = CachedModel(inner, path)
    with pytest.warns(RuntimeWarning, match="everything is computed"):
        stored.answer(draws("a", 2))
    stored.answer(draws("a", 2))
    assert (len(inner.asked), rows(path)) == (4, 2)
    assert not Path(f"{path}.unusable").exists()


def test_the_database_of_something_else_is_refused_and_untouched(path):
    Path(path).parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE runs (id)")
    before = Path(path).read_bytes()
    with pytest.raises(ValueError, match=r"something else .tables: runs.; give another"):
        CachedModel(Counting(), path).answer(draws("a", 1))
    assert Path(path).read_bytes() == before
