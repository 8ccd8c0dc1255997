"""One of each label in turn: no label stands at the end alone, as after `by_label`."""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.types import Example, Question


@dataclass(frozen=True)
class Alternating:
    """Deal the demonstrations by answer.

    The labels come in the order of their best demonstrations, and each round keeps it; within a
    label the better ranked comes first. A label that has run out is passed over.
    """

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:  # noqa: ARG002 (an ordering is given it)
        """Return the demonstrations, label after label, round after round."""
        seen: dict[str, int] = {}
        rounds = []
        for demo in demos:
            rounds.append(seen.get(demo.answer, 0))
            seen[demo.answer] = rounds[-1] + 1
        labels = {answer: place for place, answer in enumerate(seen)}
        places = sorted(range(len(demos)), key=lambda n: (rounds[n], labels[demos[n].answer]))
        return tuple(demos[place] for place in places)
