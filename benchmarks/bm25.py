"""How fast BM25 retrieval is beside rank-bm25 and bm25s, on the same words.

    python benchmarks/bm25.py --python venv-bm25s/bin/python
    python benchmarks/bm25.py --pool pool.jsonl --test test.jsonl    # their `question` or `text`

Questions of 20 to 80 words, as unevenly common as in English (Zipf), where no files are given. All
sides are given words that are already cut. CPU time of one thread. Hoped: rank-bm25's `get_scores`
takes 100 times ours on 7,473 items; ours takes at most 2 times bm25s's on 100,000.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from large_pool import texts
from rank_bm25 import BM25Okapi
from sidebyside import Peer, keep, limit_threads, machine, parser, say

from promptlab.index.formula import Formula
from promptlab.index.lexical import Postings
from promptlab.index.ranking import best
from promptlab.index.tokenise import tokens
from promptlab.selection.lexical.bm25 import BM25
from promptlab.types import Example, Question

K = 8
SLOW, FAST = 30, 600
"""Questions timed: rank-bm25's are few, for each takes long."""
PARTS = 3
"""Into how many parts they are divided, so that a median can be taken."""


def read(path: Path) -> list[str]:
    """Return the texts of a JSON Lines file."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [row.get("question") or row["text"] for row in rows]


def milliseconds(answer: Callable[[Any], object], queries: Sequence[Any]) -> list[float]:
    """Time a question, in the mean over each part."""
    return [
        1000 * spent(lambda part=part: [answer(query) for query in part]) / len(part)
        for part in (queries[start::PARTS] for start in range(PARTS))
    ]


def spent(work: Callable[[], object]) -> float:
    """Return the seconds of CPU time that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def beside_rank_bm25(pool: list[str], test: list[str]) -> list[dict[str, Any]]:
    """Time the scores of all items, and a whole selection."""
    corpus, queries = [tokens(text) for text in pool], [tokens(text) for text in test]
    theirs, ours = BM25Okapi(corpus), Postings.of(corpus, Formula())
    apart = max(
        float(np.abs(theirs.get_scores(query) - ours.scores(query)).max())
        for query in queries[:SLOW]
    )
    retrieve = BM25(K).fit([Example(Question(f"p{i}", text), "") for i, text in enumerate(pool)])
    asked = [Question(f"t{i}", text) for i, text in enumerate(test)]
    work = f"scores of {len(pool):,} items (at most {apart:.0e} apart)"
    fast = milliseconds(ours.scores, queries)
    return [
        line(work, "promptlab", fast),
        line(work, "rank-bm25", milliseconds(theirs.get_scores, queries[:SLOW]), fast, 100),
        line("the whole selection, words cut", "promptlab", milliseconds(retrieve, asked)),
    ]


def beside_bm25s(python: str, size: int) -> list[dict[str, Any]]:
    """Time the best eight of many items."""
    pool, test = texts(size, 0), texts(FAST, 1)
    corpus, queries = [text.split() for text in pool], [text.split() for text in test]
    start = time.process_time()
    ours = Postings.of(corpus, Formula(idf="lucene"))
    index = time.process_time() - start
    work = f"the best {K} of {size:,} items"
    fast = milliseconds(lambda query: best(ours.scores(query), K), queries)
    lines = [line(f"{work}, index {index:.1f} s", "promptlab", fast)]
    with tempfile.TemporaryDirectory() as folder:
        told = {"k": K, "pool": f"{folder}/pool", "test": f"{folder}/test"}
        Path(told["pool"]).write_text("\n".join(pool), "utf-8")
        Path(told["test"]).write_text("\n".join(test), "utf-8")
        for backend in ("numba", "numpy"):
            with Peer(python, "bm25s_retriever.py", **told, backend=backend) as peer:
                peer.take(start=0, stop=8)  # compiled now, where it compiles
                takes = [
                    peer.take(start=part * FAST // PARTS, stop=(part + 1) * FAST // PARTS)
                    for part in range(PARTS)
                ]
                found = [each for take in takes for each in take.answers]
                alike = [
                    len(set(one) & set(best(ours.scores(query), K))) / K
                    for one, query in zip(found, queries, strict=True)
                ]
                slow = [1000 * take.seconds * PARTS / FAST for take in takes]
                name = f"bm25s {peer.about['version']}, {backend}"
                said = f"{work}, index {peer.about['index']:.1f} s, {np.mean(alike):.1%} the same"
                lines.append(line(said, name, slow, fast, 0.5))
    return lines


def line(
    work: str, side: str, times: list[float], ours: list[float] | None = None, hoped: float = 0
) -> dict[str, Any]:
    """Note what a side took for a question, and how many times ours that is."""
    ratio = statistics.median(times) / statistics.median(ours) if ours else None
    made = {"work": work, "side": side, "milliseconds": times, "ratio": ratio, "hoped": hoped}
    say(str(made))
    return made


def table(lines: Sequence[dict[str, Any]]) -> str:
    """Write a line for each side."""
    rows = ["| work | side | a question, ms | times ours | hoped |", "|---|---|---|---|---|"]
    for each in lines:
        ratio = f"**{each['ratio']:.2f}**" if each["ratio"] else ""
        hoped = f"{each['hoped']:g}" if each["hoped"] else ""
        median = f"{statistics.median(each['milliseconds']):.3f}"
        rows.append(f"| {each['work']} | {each['side']} | {median} | {ratio} | {hoped} |")
    return "\n".join(rows)


def main() -> None:
    """Measure both, the second where bm25s is."""
    options = parser(__doc__)
    options.add_argument("--python", default="", help="of a virtual environment with bm25s")
    options.add_argument("--pool", type=Path, help="JSON Lines")
    options.add_argument("--test", type=Path, help="JSON Lines")
    options.add_argument("--size", type=int, default=100_000, help="items beside bm25s")
    told = options.parse_args()
    limit_threads(1)
    pool = read(told.pool) if told.pool else texts(7473, 0)
    test = read(told.test) if told.test else texts(FAST, 1)
    lines = beside_rank_bm25(pool, test[:FAST])
    if told.python:
        lines += beside_bm25s(told.python, told.size)
    else:
        say("bm25s is left out: name an interpreter that has it (benchmarks/peers) with --python")
    page = "\n\n".join([(__doc__ or "").strip(), table(lines)]) + "\n"
    keep("bm25", page, {"name": "bm25", "machine": machine(), "runs": lines}, told.out)


if __name__ == "__main__":
    main()
