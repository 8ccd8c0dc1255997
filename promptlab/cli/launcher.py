"""What several processes or machines may share, and what they would spoil."""

from pathlib import Path

from omegaconf import DictConfig

from promptlab.machine.network_disk import shared_by
from promptlab.model.cache.cached_model import default_path
from promptlab.tracking.mlflow.location import database, locate

BASIC = "BasicLauncher"


def refuse_what_would_spoil(config: DictConfig) -> None:
    """Refuse SQLite files on a disk that machines share, where a sweep is run by a launcher.

    Raises:
        ValueError: there is one; says what to do.
    """
    if str(config.hydra.launcher.get("_target_", BASIC)).endswith(BASIC):
        return
    uri = str(config.tracking.get("uri") or "") if "uri" in config.tracking else None
    stores = {
        "MLflow's store": (None if uri is None else database(locate(uri)), "tracking.uri=http://…"),
        "the store of completions": (
            _completions(config),
            "cache.path=/a/local/disk/completions.db",
        ),
    }
    for name, (path, remedy) in stores.items():
        if path is not None and (kind := shared_by(path)):
            raise ValueError(
                f"{name}, {path}, is on {kind}, a disk that several machines write to: SQLite "
                f"files are spoilt there. Say {remedy}, or run the sweep without hydra/launcher"
            )


def _completions(config: DictConfig) -> Path | None:
    cache = config.cache
    return None if cache.get("mode") == "off" else Path(str(cache.get("path") or default_path()))
