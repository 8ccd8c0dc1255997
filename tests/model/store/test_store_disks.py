"""No disk stops a run, and no file grows beyond what it may."""

import multiprocessing
import os
import resource
import sqlite3
import tempfile
import warnings
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from counting import Counting, draws, rows

from promptlab.model.cache.cached_model import CachedModel
from promptlab.types import Reply, Request

FORK = multiprocessing.get_context("fork")
SPAWN = multiprocessing.get_context("spawn")


def _fill_the_disk(path: str) -> None:
    """Run with files that may not grow: to SQLite that is a disk that takes no more."""
    stored = CachedModel(Counting(), path)
    stored.answer(draws("before", 2))
    size = Path(f"{path}-wal").stat().st_size + 20_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for number in range(100):
            requests = draws(f"{number}" * 100, 5)
            assert stored.answer(requests) == Counting().answer(requests)
    inner = Counting()
    assert "cannot be written" in str(told[0].message)
    assert len(told) == 1
    object.__setattr__(stored, "inner", inner)
    stored.answer(draws("before", 2))
    assert inner.asked == []


def test_a_full_disk_costs_one_warning_and_what_is_there_is_still_used(path):
    child = SPAWN.Process(target=_fill_the_disk, args=(path,))
    child.start()
    child.join()
    assert child.exitcode == 0
    inner = Counting()
    CachedModel(inner, path).answer(draws("before", 2))
    assert inner.asked == []


def test_a_folder_that_cannot_be_made_costs_one_warning(tmp_path):
    (tmp_path / "file").write_text("in the way")
    stored = CachedModel(Counting(), str(tmp_path / "file" / "completions.db"))
    with pytest.warns(RuntimeWarning, match=r"everything is computed\. PROMPTLAB_CACHE"):
        stored.answer(draws("a", 2))
    assert stored.answer(draws("b", 2)) == Counting().answer(draws("b", 2))


def _run_on_a_read_only_folder(path: str) -> None:
    if os.geteuid() == 0:
        os.setuid(65534)  # root may write anywhere
    inner = Counting()
    stored = CachedModel(inner, path)
    with pytest.warns(RuntimeWarning, match="cannot be written"):
        stored.answer(draws("a", 3))
    stored.answer(draws("b", 3))
    assert inner.asked == [draws("a", 3)[2], *draws("b", 3)]
    reader = Counting()
    CachedModel(reader, path, "read").answer(draws("a", 2))
    assert reader.asked == []


def test_a_read_only_folder_costs_one_warning_and_what_is_there_is_used():
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/completions.db"
        CachedModel(Counting(), path).answer(draws("a", 2))
        Path(path).chmod(0o444)
        Path(folder).chmod(0o555)
        child = FORK.Process(target=_run_on_a_read_only_folder, args=(path,))
        child.start()
        child.join()
        Path(folder).chmod(0o755)
        assert child.exitcode == 0


def test_what_was_used_least_lately_goes_when_the_file_is_full(path):
    class Wordy(Counting):
        def _reply(self, request: Request) -> Reply:
            return replace(super()._reply(request), text="word " * 2000)

    stored = CachedModel(Wordy(), path, megabytes=1)
    for number in range(300):
        stored.answer(draws(f"{number}", 1))
    assert 50 < rows(path) < 110
    inner = Wordy()
    later = CachedModel(inner, path, megabytes=1)
    later.answer(draws("299", 1))
    assert inner.asked == []
    later.answer(draws("0", 1))
    assert inner.asked == draws("0", 1)


def test_using_an_answer_notes_when(path):
    CachedModel(Counting(), path).answer(draws("a", 2))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE completions SET used = 5, created = 5")
    CachedModel(Counting(), path).answer(draws("a", 1))
    CachedModel(Counting(), path, "read").answer(draws("a", 2))
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT created, used FROM completions ORDER BY used").fetchall()
    assert rows[0] == (5, 5)
    assert rows[1][0] == 5
    assert rows[1][1] > 1_700_000_000
