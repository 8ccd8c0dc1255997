"""Search as a tool: the passages that a text finds, numbered."""

import json

import pytest

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
