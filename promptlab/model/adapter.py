"""What an adapter's folder says of itself: what it is, what it was made for, and its digest.

PEFT writes two files: `adapter_config.json` and the weights. `tune` writes `tuning.json` beside
them, which says what they were trained on. Nothing heavy is imported here.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CONFIG = "adapter_config.json"
WEIGHTS = ("adapter_model.safetensors", "adapter_model.bin")
TUNING = "tuning.json"
"""Beside an adapter that was trained here: from what, how, and what it cost."""
HOW = b"promptlab.adapter.1"
"""How an adapter is put into a model, part of its digest: raise it when replies change."""


def weights_file(folder: Path) -> Path:
    """Find an adapter's weights.

    Raises:
        FileNotFoundError: there are none.
    """
    for name in WEIGHTS:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(
        f"model.adapter: {folder} holds no {WEIGHTS[0]}: give the folder of a whole PEFT adapter, "
        "as python -m promptlab tune or peft's save_pretrained writes it"
    )


def of_adapter(folder: Path) -> str:
    """Digest what an adapter does to a model: the SHA-256 of its two files."""
    whole = hashlib.sha256(HOW)
    for path in (folder / CONFIG, weights_file(folder)):
        with path.open("rb") as file:
            whole.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return f"sha256:{whole.hexdigest()}"


def virtual_tokens(folder: Path) -> int:
    """Count the tokens that an adapter of soft prompts puts before a prompt; 0 for any other.

    Raises:
        ValueError: it is of a kind of prompt that is not merely read before others.
    """
    config = _read(folder / CONFIG)
    kind = config.get("peft_type")
    if kind == "PROMPT_TUNING":
        return int(config.get("num_virtual_tokens") or 0)
    if config.get("num_virtual_tokens"):
        raise ValueError(
            f"model.adapter={folder} is of the kind {kind}; expected one that is merged into the "
            "weights, such as LORA, or PROMPT_TUNING"
        )
    return 0


def check_base(folder: Path, identity: Mapping[str, str]) -> None:
    """Refuse an adapter that was trained here on another model.

    Of one that has no `tuning.json` only its shapes tell, when it is loaded.

    Raises:
        ValueError: it was; names both models.
    """
    base = _read(folder / TUNING).get("model") or {}
    for part in ("weights", "tokenizer"):
        if base.get(part) and base[part] != identity.get(part):
            raise ValueError(
                f"model.adapter={folder} was trained on {base.get('name')} ({part} "
                f"{base[part][:19]}), and the model is {identity.get('name')} ({part} "
                f"{identity.get(part, '')[:19]}): set the model that it was trained on, or train "
                "one for this model: python -m promptlab tune"
            )


def _read(path: Path) -> dict[str, Any]:
    """Read a file of JSON; nothing where it is not there."""
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"model.adapter: {path} is no JSON ({error})") from None
    return content if isinstance(content, dict) else {}
