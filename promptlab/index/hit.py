"""What a search finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """One of what was searched.

    Attributes:
        index: Which.
        score: What its ranking goes by: the higher, the better. `-inf` where nothing scored it.
        likeness: How like the question it is, where the ranking goes by its place.
    """

    index: int
    score: float
    likeness: float | None = None

    @property
    def similarity(self) -> float:
        """How like the question it is: its score, where nothing else says so."""
        return self.score if self.likeness is None else self.likeness
