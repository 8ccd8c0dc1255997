"""Where a run is kept: a folder named after what was asked, so that asking again finds it."""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from promptlab.records.provenance import PRICED

LONGEST = 96
STAGES = (
    *("retrieval", "selection", "ordering", "strategy"),
    *("model", "metric", "tool", "tracking"),
)
GROUPS = (
    *(*STAGES, "dataset", "template", "edit", "output", "encoder", "demonstrations"),
    *("experiment", "variant"),
)
_PRICE = re.compile(rf"\+*(?:{'|'.join(PRICED)})\.(?:\w+\.)*price[.=]")


COMMAND = "PROMPTLAB_COMMAND"
"""The command line of a sweep, for processes that were not started by it."""


def slug(
    overrides: Sequence[str], command: Sequence[str] = (), outputs: Path | str | None = None
) -> str:
    """Name a folder after the overrides of a run: readable, short, and different for each.

    What is not the same for all runs of the command comes first, the experiment last. What says
    only where the run is kept does not count, nor what its tokens cost; where it is shown is not
    said.

    Args:
        overrides: The run's own.
        command: That of the sweep, as it was typed.
        outputs: What holds the folders: one that these overrides have there keeps its name, as
            another command may ask for the same run.
    """
    lines = [
        str(override)
        for override in overrides
        if not str(override).startswith(("hydra.", "wait=", "rank=")) and not is_price(override)
    ]
    mark = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
    named = _named_already(outputs, mark) if outputs else ""
    if named:
        return named
    telling = sorted(
        (line for line in lines if not is_tracking(line)),
        key=lambda line: (line.startswith("experiment="), line in command),
    )
    words = re.sub(r"[^\w=.,+-]+", "_", ",".join(shorten(telling)) or "default")
    return f"{words[:LONGEST].strip('_,.')}-{mark}"


def _named_already(outputs: Path | str, mark: str) -> str:
    """Return the name of the folder with this mark; empty where there is none."""
    with suppress(OSError):
        names = (path.name for path in Path(outputs).iterdir())
        return min((name for name in names if name.endswith(f"-{mark}")), default="")
    return ""


def is_tracking(override: str) -> bool:
    """Say whether an override is of where a run is shown, which names nothing that is compared."""
    return str(override).lstrip("+").startswith(("tracking=", "tracking."))


def is_price(override: str) -> bool:
    """Say whether an override is of a model's price, which a run's trials do not depend on."""
    return _PRICE.match(str(override)) is not None


def shorten(overrides: Sequence[str]) -> list[str]:
    """Say `cot` for `strategy=cot`, `samples=5` for `strategy.samples=5`, `sst2` for its path.

    Where two keys end in the same word, such as two seeds, both are said in full.
    """
    parts = [override.lstrip("+").partition("=") for override in overrides]
    counts = Counter(_last(key) for key in dict.fromkeys(key for key, _, _ in parts))
    return [_short(key, value, clash=counts[_last(key)] > 1) for key, _, value in parts]


def _short(key: str, value: str, *, clash: bool) -> str:
    text = _plain_value(value)
    if key == "prompt" and text.startswith("prompts:/"):
        return text.removeprefix("prompts:/").replace("/", "-")
    if _last(key) in ("path", "name", "prompt"):
        return text.rstrip("/").rpartition("/")[2]
    return text if key in GROUPS else f"{key if clash else _last(key)}={text}"


def _plain_value(value: str) -> str:
    """Say a value without its quotation marks, on one line."""
    quoted = re.fullmatch(r"(['\"])((?:(?!\1)[^\\]|\\.)*)\1", value, re.DOTALL)
    text = quoted[2].replace(f"\\{quoted[1]}", quoted[1]) if quoted else value
    return text.replace("\n", "\\n").replace("\t", "\\t")


def _last(key: str) -> str:
    return key.rpartition(".")[2]


def sweep_name(command: Sequence[str]) -> str:
    """Name a sweep after its experiment: the same command, the same name."""
    overrides = [word for word in command if not word.startswith(("-", "hydra"))]
    named = [word.partition("=")[2] for word in overrides if word.startswith("experiment=")]
    mark = hashlib.sha256("\n".join(overrides).encode()).hexdigest()[:6]
    return f"{named[0] if named else 'sweep'}-{mark}"


def input_lines(overrides: Sequence[str]) -> list[str]:
    """List the overrides that Hydra keeps of a run; read one by one, `${…}` would be resolved."""
    lines: Any = OmegaConf.to_container(overrides, resolve=False)
    return [str(override) for override in lines]


def register() -> None:
    """Let the config say `${slug:…}` of overrides and of the folder that holds their folders."""
    OmegaConf.register_new_resolver("slug", _slug, replace=True)


def _slug(overrides: Sequence[str], outputs: str = "") -> str:
    command: list[str] = json.loads(os.environ.get(COMMAND, "[]"))
    return slug(input_lines(overrides), command, outputs)
