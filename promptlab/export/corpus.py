"""The corpus of a winner: its passages as they were cut, in one file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from promptlab.export.component import FILE
from promptlab.retrieval.corpus import Corpus

CORPUS = "corpus.jsonl"


def freeze_corpus(node: Any, work: Path) -> Any:
    """Write the passages of a retrieval into the folder, and name that file in their place.

    Args:
        node: The retrieval as data.
        work: The winner's folder.

    Raises:
        FileNotFoundError: the corpus is no longer there.
    """
    if not isinstance(node, Mapping):
        return node
    if not isinstance(node.get("corpus"), str):
        return {name: freeze_corpus(item, work) for name, item in node.items()}
    cut = (node["chunk"], node["overlap"], node["fields"], node.get("tokenizer", ""))
    corpus = Corpus(node["corpus"], *cut)
    lines = [
        json.dumps({**each.metadata, "id": each.id, "text": each.text}, ensure_ascii=False)
        for each in corpus.passages()
    ]
    (work / CORPUS).write_bytes("\n".join(lines).encode("utf-8", "backslashreplace") + b"\n")
    whole = {"chunk": None, "overlap": 0, "fields": {"id": "id", "text": "text", "title": ""}}
    own = {"tokenizer": ""} if "tokenizer" in node else {}
    return {**node, **whole, **own, "corpus": {FILE: CORPUS}}
