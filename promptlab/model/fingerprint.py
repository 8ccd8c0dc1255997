"""Names for weights and tokenizers by their content, so that a reply can be traced to them."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from huggingface_hub import hf_hub_download

SOURCE = "source.json"
"""Beside weights that promptlab wrote itself: what they were made from, and its SHA-256."""


def of_model(name: str, revision: str | None) -> str:
    """A folder's SHA-256, or the commit on the hub."""
    folder = Path(name)
    if not folder.is_dir():
        # The hub's cache keeps every file in a folder that is named after its commit.
        return Path(hf_hub_download(name, "config.json", revision=revision)).parent.name
    if (folder / SOURCE).is_file():
        return str(json.loads((folder / SOURCE).read_text(encoding="utf-8"))["sha256"])
    files = sorted(path for path in folder.iterdir() if path.is_file())
    stats = tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files)
    return _of_files(stats)


@lru_cache(maxsize=8)
def _of_files(stats: tuple[tuple[str, int, int], ...]) -> str:
    """Read every file once; sizes and times are there so that a changed file is read again."""
    whole = hashlib.sha256()
    for path, _, _ in stats:
        with Path(path).open("rb") as file:
            whole.update(Path(path).name.encode() + hashlib.file_digest(file, "sha256").digest())
    return f"sha256:{whole.hexdigest()}"


@lru_cache(maxsize=8)
def of_tokenizer(tokenizer: Any) -> str:
    """The SHA-256 of everything that turns a prompt into tokens: vocabulary, rules, template."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    rules = backend.to_str() if backend is not None else json.dumps(tokenizer.get_vocab())
    template = json.dumps(tokenizer.chat_template, sort_keys=True)
    return f"sha256:{hashlib.sha256((rules + template).encode()).hexdigest()}"
