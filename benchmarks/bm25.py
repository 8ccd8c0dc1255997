"""How much faster BM25 retrieval is than rank-bm25's, on the same words: scores and the best eight.

    python benchmarks/bm25.py                          # 7,500 synthetic questions
    python benchmarks/bm25.py pool.jsonl test.jsonl    # the field `question` or `text` of each line

Both are given words that are already cut, and their scores are compared.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rank_bm25 import BM25Okapi

from promptlab.index.formula import Formula
from promptlab.index.lexical import Postings
from promptlab.index.ranking import best
from promptlab.index.tokenise import tokens
from promptlab.selection.bm25 import BM25
from promptlab.types import Example, Question

K = 8
SLOW, FAST = 30, 1000
"""Queries timed: rank-bm25's are few, for each takes long."""


def read(path: str) -> list[str]:
    """Return the texts of a JSON Lines file."""
    with Path(path).open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row.get("question") or row["text"] for row in rows]


def synthetic(count: int, seed: int) -> list[str]:
    """Return questions of 20 to 80 words, which are as unevenly common as in English (Zipf)."""
    draw = random.Random(seed)
    words = [f"w{rank}" for rank in range(20_000)]
    weights = [1 / (rank + 2.7) for rank in range(20_000)]
    lengths = [draw.randint(20, 80) for _ in range(count)]
    return [" ".join(draw.choices(words, weights, k=length)) for length in lengths]


def milliseconds(answer: Callable[[Sequence[str]], object], queries: list[list[str]]) -> float:
    """Time one query, in the mean."""
    start = time.perf_counter()
    for query in queries:
        answer(query)
    return (time.perf_counter() - start) / len(queries) * 1000


def main() -> None:
    """Print both times, their ratio, and what the whole selection takes."""
    pool, test = (
        map(read, sys.argv[1:3]) if sys.argv[2:] else (synthetic(7500, 0), synthetic(1000, 1))
    )
    corpus, queries = [tokens(text) for text in pool], [tokens(text) for text in test[:FAST]]
    theirs, ours = BM25Okapi(corpus), Postings.of(corpus, Formula())
    apart = max(
        float(np.abs(theirs.get_scores(query) - ours.scores(query)).max())
        for query in queries[:SLOW]
    )
    slow = milliseconds(
        lambda query: np.argsort(theirs.get_scores(query))[::-1][:K], queries[:SLOW]
    )
    fast = milliseconds(lambda query: best(ours.scores(query), K), queries)
    retrieve = BM25(K).fit(
        [Example(Question(f"pool-{i}", text), "") for i, text in enumerate(pool)]
    )
    asked = [Question(f"test-{i}", text) for i, text in enumerate(test[:FAST])]
    start = time.perf_counter()
    for question in asked:
        retrieve(question)
    whole = (time.perf_counter() - start) / len(asked) * 1000
    print(f"pool {len(pool)}, queries {len(queries)}, scores at most {apart:.1e} apart")
    print(
        f"rank-bm25 {slow:.2f} ms a query, promptlab {fast:.3f} ms: {slow / fast:.0f} times faster"
    )
    print(f"the whole selection, words cut and the question left out: {whole:.3f} ms")


if __name__ == "__main__":
    main()
