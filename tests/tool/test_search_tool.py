"""Search as a tool: the passages that a text finds, numbered."""

import json

import pytest

from promptlab.cli.config.compose import build, compose
from promptlab.retrieval import corpus
from promptlab.retrieval.hyde import HyDE
from promptlab.retrieval.none import NoRetrieval
from promptlab.retrieval.retriever import Retriever
from promptlab.selection.lexical.bm25 import BM25
from promptlab.tool.search import Search
from promptlab.types import RequestFailed


def test_the_passages_that_are_found_come_numbered_and_none_is_an_error(tmp_path):
    path = tmp_path / "c.jsonl"
    texts = {"a": "The moon orbits the earth.", "b": "长城是防御工程。", "c": "The earth is round."}
    lines = [json.dumps({"id": name, "text": text}) for name, text in texts.items()]
    path.write_text("\n".join(lines), "utf-8")
    tool = Search(Retriever(str(path), BM25(0, idf="lucene"), k=2, above=0.0))
    assert tool("earth moon") == "[1] The moon orbits the earth.\n[2] The earth is round."
    assert tool("长城？") == "[1] 长城是防御工程。"
    with pytest.raises(RequestFailed, match="nothing is found"):
        tool("bread")


def test_a_corpus_that_is_not_there_ends_the_run_before_anything_is_asked(tmp_path):
    words = ["dataset=arithmetic", "strategy=react", "tool=search", "model=scripted"]
    cfg = compose([*words, f"corpus={tmp_path / 'none.jsonl'}", "tracking=none"])
    cfg.folder = str(tmp_path / "run")
    with pytest.raises(FileNotFoundError, match=r"none.jsonl: no such corpus"):
        build(cfg)()
    assert not (tmp_path / "run" / "result.json").exists()


def test_a_run_is_another_one_with_another_corpus(tmp_path):
    path = tmp_path / "c.jsonl"
    keys = []
    for text in ("The moon.", "The sun."):
        path.write_text(json.dumps({"id": "a", "text": text}), "utf-8")
        words = ["dataset=arithmetic", "strategy=react", "tool=search", f"corpus={path}"]
        corpus._passages.cache_clear()
        keys.append(build(compose([*words, "model=scripted", "tracking=none"])).key)
    assert keys[0] != keys[1]


def test_a_retrieval_that_has_no_corpus_asks_a_model_or_reads_records_is_refused(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps({"id": "a", "text": "The moon."}), "utf-8")
    inner = Retriever(str(path), BM25(0, idf="lucene"))
    with pytest.raises(ValueError, match="HyDE, which asks a model; expected bm25"):
        Search(HyDE(inner)).prepare()
    with pytest.raises(ValueError, match="NoRetrieval, which has no corpus to search"):
        Search(NoRetrieval()).prepare()
    with pytest.raises(ValueError, match="a tool is told no question's record to filter by"):
        Search(Retriever(str(path), BM25(0, idf="lucene"), where={"a": "b"}))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none", "NoRetrieval, which has no corpus to search; expected bm25"),
        ("gold", "Gold, which has no corpus to search"),
        ("hyde", "HyDE, which asks a model"),
    ],
)
def test_a_yaml_of_such_a_retrieval_is_refused_with_the_reason(name, said, tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps({"id": "a", "text": "The moon."}), "utf-8")
    words = ["dataset=arithmetic", "strategy=react", "tool=search", "model=scripted"]
    cfg = compose([*words, f"retrieval@tool.search.retrieval={name}", f"corpus={path}"])
    cfg.folder = str(tmp_path / "run")
    with pytest.raises(ValueError, match=f"tool.search.retrieval is {said}"):
        build(cfg)()


def test_no_passages_are_no_search(tmp_path):
    words = ["dataset=arithmetic", "tool=search", "corpus=c.jsonl", "tool.search.retrieval.k=0"]
    with pytest.raises(ValueError, match=r"k is 0; .*config key tool.search.retrieval"):
        build(compose(words))
