"""What a selection chose for each question of a test."""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.types import Dataset, Example


@dataclass(frozen=True)
class Chosen:
    """The demonstrations of each question.

    Attributes:
        name: The selection's.
        dataset: Pool and test.
        demos: Of each question of the test, best first.
        tokens: Of each question's first prompt; None where nothing counts them.
    """

    name: str
    dataset: Dataset
    demos: Sequence[Sequence[Example]]
    tokens: Sequence[int | None] = ()

    @property
    def members(self) -> set[str]:
        """The ids of all that are shown for any question."""
        return {demo.id for demos in self.demos for demo in demos}

    @property
    def others(self) -> dict[str, Example]:
        """What is shown and is no member of the pool, by id: what earlier runs answered, say."""
        pool = {example.id for example in self.dataset.pool}
        shown = (demo for demos in self.demos for demo in demos)
        return {demo.id: demo for demo in shown if demo.id not in pool}
