"""How well passages are found: nDCG@10 on SciFact, beside the figures that are published of BM25.

    python benchmarks/scifact.py --data ../shared/data
    python benchmarks/scifact.py --data ../shared/data --dense    # half an hour of a core

5,183 abstracts with their titles, and 300 claims with the abstracts that each cites (Wadden et al.,
2020; the test questions of BEIR, Thakur et al., 2021). No model is asked. Published of BM25 are
0.665 (BEIR, Elasticsearch, title and text in fields of their own) to 0.69 (with stemming).
Differences are from `bm25`, in points of nDCG@10, paired, with their 95 % intervals.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hydra.utils import instantiate
from sidebyside import SHARED, keep, machine, parser, say

from promptlab.analysis.statistics.paired import paired_difference
from promptlab.cli.config.compose import compose
from promptlab.metric.passages.retrieval import Retrieval
from promptlab.types import Answer, Example, Question

WAYS = {
    "bm25": ("retrieval=bm25",),
    "bm25, k1 0.9, b 0.4": (
        "retrieval=bm25",
        "retrieval.search.k1=0.9",
        "retrieval.search.b=0.4",
    ),
    "bm25 plus": ("retrieval=bm25", "retrieval.search.variant=plus", "retrieval.search.idf=auto"),
    "bm25 l": ("retrieval=bm25", "retrieval.search.variant=l", "retrieval.search.idf=auto"),
    "tfidf": ("retrieval=any", "selection@retrieval.search=tfidf"),
}
DENSE = {"dense": ("retrieval=dense",), "hybrid": ("retrieval=hybrid",)}
FOUND = 100
"""Passages that are looked at: what stands below has no part in nDCG@10."""


@dataclass(frozen=True)
class Row:
    """What a way to search finds, in the mean over the questions."""

    way: str
    ndcg_at_10: float
    recall_at_10: float
    mrr: float
    from_bm25: tuple[float, float, float] | None


def questions(folder: Path) -> list[Example]:
    """Read the claims, with the abstracts that they cite."""
    rows = map(json.loads, (folder / "test.jsonl").read_text("utf-8").splitlines())
    return [
        Example(
            Question(row["id"], row["question"], metadata={"relevant": row["relevant_doc_ids"]}), ""
        )
        for row in rows
    ]


def scores(
    words: Sequence[str], folder: Path, asked: Sequence[Example]
) -> list[Mapping[str, float]]:
    """Search for every question, and score what is found."""
    cfg = compose([*words, f"corpus={folder / 'corpus.jsonl'}", f"retrieval.k={FOUND}"])
    search = instantiate(cfg.retrieval, _convert_="all").fit()
    search.ahead([example.question for example in asked])
    metric = Retrieval("relevant", 10)
    return [metric(Answer(""), example, search(example.question)) for example in asked]


def main() -> None:
    """Search, score and compare."""
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=SHARED, help="has scifact")
    options.add_argument("--dense", action="store_true", help="by embeddings, too")
    told = options.parse_args()
    folder, rows = told.data / "scifact", list[Row]()
    asked, first = questions(folder), list[float]()
    for way, words in {**WAYS, **(DENSE if told.dense else {})}.items():
        say(way)
        found = scores(words, folder, asked)
        gains = [each["ndcg_at_10"] for each in found]
        first = first or gains
        apart = paired_difference(gains, first)
        means = [
            sum(each[name] for each in found) / len(found)
            for name in ("ndcg_at_10", "recall_at_10", "mrr")
        ]
        rows.append(
            Row(way, *means, None if way == "bm25" else (apart.difference, apart.low, apart.high))
        )
    record = {"machine": machine(), "rows": [asdict(each) for each in rows]}
    keep("scifact", _page(rows), record, told.out)


def _page(rows: Sequence[Row]) -> str:
    lines = ["| search | nDCG@10 | recall@10 | MRR | from bm25 |", "|---|---:|---:|---:|---:|"]
    for each in rows:
        apart = "" if each.from_bm25 is None else _points(*each.from_bm25)
        lines.append(
            f"| {each.way} | {each.ndcg_at_10:.4f} | {each.recall_at_10:.4f} | {each.mrr:.4f} "
            f"| {apart} |"
        )
    return "\n\n".join([(__doc__ or "").strip(), "\n".join(lines)]) + "\n"


def _points(difference: float, low: float, high: float) -> str:
    return f"{100 * difference:+.1f} [{100 * low:.1f}, {100 * high:.1f}]"


if __name__ == "__main__":
    main()
