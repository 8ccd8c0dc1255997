"""What a winner may not name: files that are not its own, which whoever loads it would read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from promptlab.export.component import TARGET

FILES = ("path", "file", "schema")
"""Fields of components that name a file, where there is one of that name."""
PLACES = (*FILES, "corpus", "runs")


def refuse_outside(node: Any, key: str) -> None:
    """Refuse data that names a file or a folder of this machine as it stands, not as its own.

    Args:
        node: The stages as data.
        key: Where it stands, for messages.

    Raises:
        ValueError: it does.
    """
    if isinstance(node, list):
        for number, item in enumerate(node):
            refuse_outside(item, f"{key}[{number}]")
    if not isinstance(node, Mapping):
        return
    for name, item in node.items():
        places = item if isinstance(item, list) else [item]
        for place in places if TARGET in node and name in PLACES else ():
            if isinstance(place, str) and place and _exists(place):
                raise ValueError(
                    f"{key}.{name} is {place!r}, which is not in the winner's folder, and a winner "
                    "reads no file but its own; export it again, or load the run that it is of"
                )
        refuse_outside(item, f"{key}.{name}")


def _exists(place: str) -> bool:
    try:
        return Path(place).exists()
    except (OSError, ValueError):  # no name of a file at all
        return False
