"""How many threads faiss may use."""

from collections.abc import Iterator
from contextlib import contextmanager

import faiss


@contextmanager
def one_thread() -> Iterator[None]:
    """Let faiss use one thread, and put back what it found: torch may go by the same number.

    One question is a walk through memory that one core does in time. More threads wait for the
    slowest of them, on cores that other programs use as well ten times as long.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
