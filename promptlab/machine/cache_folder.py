"""Where things computed once are kept: `PROMPTLAB_CACHE`, or `promptlab` in the user's cache.

The user's cache is `XDG_CACHE_HOME` where that is an absolute path, or else `~/.cache`
(https://specifications.freedesktop.org/basedir-spec).
"""

import os
from pathlib import Path


def cache_folder(part: str) -> Path:
    """Return the folder of one kind of cached things, `embeddings` say; it may not exist yet."""
    told = os.environ.get("PROMPTLAB_CACHE")
    return (Path(told).expanduser().absolute() if told else _users() / "promptlab") / part


def _users() -> Path:
    told = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return told if told.is_absolute() else Path.home() / ".cache"
