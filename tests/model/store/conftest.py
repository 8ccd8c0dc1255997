"""Where a store is, and that it warns of nothing by itself."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _loud() -> Iterator[None]:
    """A store warns where something is wrong; here nothing is, unless the test expects it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "deep" / "completions.db")
