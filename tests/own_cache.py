"""A cache of a test's own, in which nothing is found but converted models: those cost seconds."""

from pathlib import Path

import pytest

from promptlab.machine.cache_folder import cache_folder


def own_cache(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let what is computed be kept in a folder until the patch is undone."""
    models = cache_folder("models").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "models").is_symlink():
        (folder / "models").symlink_to(models)
    patch.setenv("PROMPTLAB_CACHE", str(folder))
