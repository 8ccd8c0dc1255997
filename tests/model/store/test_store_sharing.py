"""Processes and threads share a store."""

import itertools
import multiprocessing
import pickle
import random
import sqlite3
import threading
import time
import warnings
from contextlib import closing
from pathlib import Path

import pytest
from counting import Counting, draws, prompt, rows

from promptlab.model.cache.cached_model import CachedModel
from promptlab.types import Generate, Sampling

FORK = multiprocessing.get_context("fork")
SPAWN = multiprocessing.get_context("spawn")


def _hammer(path: str, worker: int) -> None:
    shuffled = random.Random(worker)
    requests = [Generate(prompt(f"{number}"), Sampling(0.7)) for number in range(200)]
    stored = CachedModel(Counting(), path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(20):
            batch = shuffled.sample(requests, 25)
            assert stored.answer(batch) == Counting().answer(batch)


@pytest.mark.parametrize("context", [FORK, SPAWN], ids=["fork", "spawn"])
def test_processes_share_a_store_from_its_first_moment(path, context):
    workers = [context.Process(target=_hammer, args=(path, worker)) for worker in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 6
    inner = Counting()
    everything = [Generate(prompt(f"{number}"), Sampling(0.7)) for number in range(200)]
    CachedModel(inner, path).answer(everything)
    assert inner.asked == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_is_kept_is_in_the_file_itself_once_the_model_is_gone(path):
    CachedModel(Counting(), path).answer(draws("a", 2))
    assert sorted(each.name for each in Path(path).parent.iterdir()) == [
        "completions.db",
        "completions.db.lock",
    ]


def test_a_forked_process_opens_the_store_for_itself(path):
    stored = CachedModel(Counting(), path)
    stored.answer(draws("a", 1))
    child = FORK.Process(target=stored.answer, args=(draws("a", 5),))
    child.start()
    child.join()
    assert child.exitcode == 0
    stored.answer(draws("b", 1))
    assert rows(path) == 6


def test_threads_share_a_store(path):
    stored = CachedModel(Counting(), path)
    failed: list[BaseException] = []

    def work(worker: int) -> None:
        try:
            for number in range(20):
                requests = draws(f"{(number + worker) % 20}", 3)
                assert stored.answer(requests) == Counting().answer(requests)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert stored.counts.asked == 4 * 20 * 3


def test_a_stored_model_travels_to_another_process(path):
    stored = CachedModel(Counting(), path)
    stored.answer(draws("a", 1))
    again = pickle.loads(pickle.dumps(stored))
    again.inner.asked.clear()
    again.answer(draws("a", 1))
    assert again.inner.asked == []


def test_a_writer_that_is_killed_leaves_whole_batches(path):
    def write_for_ever() -> None:
        stored = CachedModel(Counting(), path)
        for number in itertools.count():
            stored.answer(draws(f"{number}", 10))

    writer = FORK.Process(target=write_for_ever)
    writer.start()
    while not (Path(path).is_file() and Path(f"{path}-wal").is_file() and _filled(path)):
        time.sleep(0.01)
    writer.kill()
    writer.join()
    kept = rows(path)
    assert kept % 10 == 0
    inner = Counting()
    assert CachedModel(inner, path).answer(draws("0", 10)) == Counting().answer(draws("0", 10))
    assert inner.asked == []


def _filled(path: str) -> bool:
    try:
        return rows(path) >= 100
    except sqlite3.OperationalError:
        return False
