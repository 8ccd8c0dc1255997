"""What selection costs where the pool holds 200,000 examples: BM25, and kNN over 384 dimensions.

    python benchmarks/large_pool.py

Questions of 20 to 80 words, as unevenly common as in English (Zipf); unit vectors by chance. HNSW
and IVF have 100,000 vectors, which lie near 32 of the 384 dimensions, as those of encoders nearly
do: in a cloud without a shape no index finds what is near without looking at all. One thread; CPU
time, so that a machine that others use as well changes little. Hoped: an index of BM25 in 20 s, a
question in 5 ms; a question by kNN in 30 ms, and in 1 ms by HNSW.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import faiss
import numpy as np
from sidebyside import keep, limit_threads, machine, parser, say

from promptlab.index.approximate import Approximate, build
from promptlab.index.dense import Index
from promptlab.index.kind import HNSW, IVF
from promptlab.selection.lexical.bm25 import BM25
from promptlab.types import Example, Question

K = 8
WORDS = 50_000


@dataclass(frozen=True)
class Cost:
    """One kind of work: seconds to index, milliseconds of each question."""

    work: str
    index: float
    questions: list[float]
    recall: float = 1.0


def texts(count: int, seed: int, shortest: int = 20, longest: int = 80) -> list[str]:
    """Return questions that are made by chance, between two lengths in words."""
    draw = np.random.default_rng(seed)
    common = np.cumsum(1 / (np.arange(WORDS) + 2.7))
    lengths = draw.integers(shortest, longest + 1, count)
    words = np.searchsorted(common, draw.random(lengths.sum()) * common[-1])
    return [
        " ".join(f"w{word}" for word in some) for some in np.split(words, np.cumsum(lengths)[:-1])
    ]


def spent(work: Callable[[], object]) -> float:
    """Return the seconds of CPU time that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def bm25(size: int, questions: int) -> Cost:
    """Index texts, then ask."""
    pool = [Example(Question(f"pool-{i}", text), "") for i, text in enumerate(texts(size, 0))]
    start = time.process_time()
    retrieve = BM25(K).fit(pool)
    index = time.process_time() - start
    asked = [Question(f"test-{i}", text) for i, text in enumerate(texts(questions, 1))]
    return Cost("BM25", index, [1000 * spent(lambda q=each: retrieve(q)) for each in asked])


def knn(size: int, questions: int) -> Cost:
    """Index vectors, then ask."""
    vectors = np.random.default_rng(0).standard_normal((size + questions, 384), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    flat = faiss.IndexFlatIP(384)
    start = time.process_time()
    flat.add(vectors[:size])
    made = Index(vectors[:size], flat)
    index = time.process_time() - start
    asked = vectors[size:]
    return Cost("kNN", index, [1000 * spent(lambda v=each: made.nearest(v, K)) for each in asked])


def shaped(count: int) -> np.ndarray:
    """Return unit vectors that lie near 32 dimensions of 384."""
    draw = np.random.default_rng(0)
    axes = draw.standard_normal((32, 384), dtype=np.float32)
    vectors = draw.standard_normal((count, 32), dtype=np.float32) @ axes
    vectors += draw.standard_normal((count, 384), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def approximate(kind: HNSW | IVF, size: int, questions: int) -> Cost:
    """Build an index that does not look at all, then ask."""
    vectors = shaped(size + questions)
    start = time.process_time()
    made = Approximate.of(build(vectors[:size], kind), kind)
    index = time.process_time() - start
    asked = [1000 * spent(lambda v=each: made.nearest(v, K)) for each in vectors[size:]]
    return Cost(f"kNN by {kind}", index, asked, made.recall)


def main() -> None:
    """Measure all."""
    options = parser(__doc__)
    options.add_argument("--size", type=int, default=200_000)
    options.add_argument("--questions", type=int, default=50)
    options.add_argument("--approximate", type=int, default=100_000)
    told = options.parse_args()
    limit_threads(1)
    head = (
        "| work | examples | index, s | a question, ms: median, most | found of the nearest ten |"
    )
    lines = [head, "|---|---|---|---|---|"]
    works = [(bm25, told.size), (knn, told.size)]
    works += [(partial(approximate, kind), told.approximate) for kind in (HNSW(), IVF())]
    costs = []
    for work, size in works:
        cost = work(size, told.questions)
        costs.append(asdict(cost))
        times = f"**{statistics.median(cost.questions):.2f}**, {max(cost.questions):.2f}"
        cells = [cost.work, f"{size:,}", f"{cost.index:.1f}", times, f"{cost.recall:.1%}"]
        lines.append(f"| {' | '.join(cells)} |")
        say(lines[-1])
    page = "\n\n".join([(__doc__ or "").strip(), "\n".join(lines)]) + "\n"
    keep("large_pool", page, {"name": "large_pool", "machine": machine(), "runs": costs}, told.out)


if __name__ == "__main__":
    main()
