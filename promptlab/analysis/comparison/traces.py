"""What a run asked, was told, and made of it, each named by one digest, read line by line."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from promptlab.analysis.comparison.key import Key

_BYTES = 16


class Traces:
    """Digests of a run; its lines may come in any order."""

    def __init__(self) -> None:
        self._sums = [0, 0, 0]
        self._silent = False

    def add(self, key: Key, entry: Mapping[str, Any], _: int = 0) -> None:
        """Add a trial's line."""
        try:
            numbers = [_number([*key, part]) for part in trace(entry) or ()]
        except RecursionError:  # a line that is nested too deeply to be written
            numbers = []
        self._silent = self._silent or not numbers
        for index, number in enumerate(numbers):
            self._sums[index] += number

    @property
    def digests(self) -> tuple[str, str, str]:
        """What names requests, replies, and what was read; empty where a trial recorded nothing."""
        if self._silent or not self._sums[0]:
            return "", "", ""
        asked, answered, understood = (f"{each % 2 ** (8 * _BYTES):032x}" for each in self._sums)
        return asked, answered, understood


def trace(entry: Mapping[str, Any]) -> tuple[Any, Any, Any] | None:
    """Return a trial's requests, its replies, and what was read; None where it asked nothing."""
    exchanges = entry.get("exchanges")
    if not isinstance(exchanges, list) or not exchanges:
        return None
    told = [each if isinstance(each, dict) else {} for each in exchanges]
    read = [entry.get("prediction"), entry.get("outcome"), entry.get("scores")]
    return [each.get("request") for each in told], [each.get("reply") for each in told], read


def _number(value: Any) -> int:
    # A line's keys have a fixed order, so that what is the same is written the same.
    text = repr(value).encode("utf-8", "backslashreplace")
    return int.from_bytes(blake2b(text, digest_size=_BYTES).digest(), "big")
