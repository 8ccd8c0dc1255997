"""bm25s, as the other side: it indexes texts, and finds the best of each question.

    python -m venv venv-bm25s
    venv-bm25s/bin/pip install bm25s==0.3.16 numba scipy

It is given words that are already cut, and Lucene's idf, with which both sides rank alike.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bm25s
from serve import Reply, serve


class Retriever:
    """An index over the texts of a file; bm25s's faster backend, one thread."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        corpus = [line.split() for line in Path(settings["pool"]).read_text("utf-8").splitlines()]
        lines = Path(settings["test"]).read_text("utf-8").splitlines()
        self.queries, self.k = [line.split() for line in lines], settings["k"]
        start = time.process_time()
        backend = settings["backend"]
        self.bm25 = bm25s.BM25(k1=1.5, b=0.75, method="lucene", backend=backend)
        self.bm25.index(corpus, show_progress=False)
        self.about = {"index": time.process_time() - start, "version": bm25s.__version__}

    def __call__(self, request: Mapping[str, Any]) -> Reply:
        """Return the best of some of the questions, asked in one call."""
        asked = self.queries[request["start"] : request["stop"]]
        start = time.process_time()
        found, _ = self.bm25.retrieve(asked, k=self.k, show_progress=False, n_threads=0)
        return {"seconds": time.process_time() - start, "answers": found.tolist()}


if __name__ == "__main__":
    serve(Retriever)
