"""One label after another: what order effects between labels are studied with."""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.types import Example, Question


@dataclass(frozen=True)
class ByLabel:
    """Group the demonstrations by answer.

    The labels come in the order of their best demonstrations, and within a label the better
    ranked comes first.
    """

    def __call__(self, demos: Sequence[Example], question: Question) -> tuple[Example, ...]:  # noqa: ARG002 (an ordering is given it)
        """Return the demonstrations label by label."""
        labels = dict.fromkeys(demo.answer for demo in demos)
        return tuple(demo for label in labels for demo in demos if demo.answer == label)
