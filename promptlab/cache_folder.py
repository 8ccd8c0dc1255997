"""Where things computed once are kept: `PROMPTLAB_CACHE`, or `~/.cache/promptlab`."""

import os
from pathlib import Path


def cache_folder(part: str) -> Path:
    """Return the folder of one kind of cached things, `embeddings` say; it may not exist yet."""
    root = os.environ.get("PROMPTLAB_CACHE") or "~/.cache/promptlab"
    return Path(root).expanduser().absolute() / part
