"""What a search finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """One of what was searched, by its index, and its score: the higher, the better."""

    index: int
    score: float
