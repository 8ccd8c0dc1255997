"""Keys and values on disk, so that a second process reads no demonstration again.

A file for what was read of one demonstration after one instruction, as safetensors, in a folder of
the model. Nothing in it is run; one that cannot be read, or is of another shape, counts as none.
"""

import hashlib
import tempfile
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from promptlab.engine.kv_cache import Part


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of one model's keys and values; whoever keeps it says which model's."""

    folder: Path

    def get(self, head: Sequence[int], item: Sequence[int], layers: int) -> Part | None:
        """What was read of an item after a head in so many layers, if it is here."""
        try:
            tensors = load_file(self._path(head, item))
        except (OSError, SafetensorError):
            return None
        names = [(f"keys.{number}", f"values.{number}") for number in range(layers)]
        if tensors.keys() != {name for pair in names for name in pair}:
            return None
        part = tuple((tensors[keys], tensors[values]) for keys, values in names)
        fits = all(columns.shape[2] == len(item) for pair in part for columns in pair)
        return part if fits else None

    def put(self, head: Sequence[int], item: Sequence[int], part: Part) -> None:
        """Write what was read beside its place, and rename: nobody ever sees half a file."""
        path = self._path(head, item)
        path.parent.mkdir(parents=True, exist_ok=True)
        tensors = {
            f"{kind}.{number}": columns.contiguous()
            for number, pair in enumerate(part)
            for kind, columns in zip(("keys", "values"), pair, strict=True)
        }
        with tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as work:
            made = Path(work) / path.name
            save_file(tensors, made)
            made.replace(path)

    def _path(self, head: Sequence[int], item: Sequence[int]) -> Path:
        return self.folder / _named(head) / f"{_named(item)}.safetensors"


def _named(tokens: Sequence[int]) -> str:
    return hashlib.sha256(array("q", tokens).tobytes()).hexdigest()[:40]
