"""What all tests share: a cache of their own, so that none reads what another run left.

No property has a deadline: how long an example takes depends on what else the machine does.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from ready_store import serve_copies

from promptlab.machine.cache_folder import cache_folder

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True, scope="session")
def _cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep completions, embeddings and indexes apart; converted models are costly, and shared."""
    models = cache_folder("models")
    models.mkdir(parents=True, exist_ok=True)
    root = tmp_path_factory.mktemp("cache")
    (root / "models").symlink_to(models)
    os.environ["PROMPTLAB_CACHE"] = str(root)


@pytest.fixture(autouse=True)
def _ready_stores(tmp_path_factory: pytest.TempPathFactory) -> None:
    serve_copies(tmp_path_factory.getbasetemp() / "ready.db")


@pytest.fixture(autouse=True)
def _no_store_of_another_test() -> Iterator[None]:
    """Put back where MLflow's store is: it writes that into the environment, for all to come."""
    name = "MLFLOW_TRACKING_URI"
    before = os.environ.get(name)
    yield
    if before is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = before
