"""BM25 on SciFact stands beside what is published of it; where the data are not there: skipped."""

import json
from pathlib import Path

import pytest
from hydra.utils import instantiate

from promptlab.cli.config.compose import compose
from promptlab.metric.passages.retrieval import Retrieval
from promptlab.types import Answer, Example, Question

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "scifact"


def test_bm25_has_the_published_gain():
    if not FOLDER.is_dir():
        pytest.skip(f"{FOLDER} is not there")
    cfg = compose(["retrieval=bm25", f"corpus={FOLDER / 'corpus.jsonl'}", "retrieval.k=10"])
    search, metric = instantiate(cfg.retrieval, _convert_="all").fit(), Retrieval("relevant", 10)
    gains = []
    for row in map(json.loads, (FOLDER / "test.jsonl").read_text("utf-8").splitlines()):
        known = {"relevant": row["relevant_doc_ids"]}
        example = Example(Question(row["id"], row["question"], metadata=known), "")
        gains.append(metric(Answer(""), example, search(example.question))["ndcg_at_10"])
    assert len(gains) == 300
    assert sum(gains) / 300 == pytest.approx(0.6646, abs=0.0005)  # published: 0.665 to 0.69
