"""Who must not be shown: the question itself, known by its id or by its normalised text."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from promptlab.types import Example, Question

NOBODY: frozenset[int] = frozenset()


def normalised(text: str) -> str:
    """Write a text so that width, case and white space do not tell two apart.

    NFKC, then case folding, then NFKC again (folding can undo it), white space collapsed.
    """
    if text.isascii():  # where all of that is lower case
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def content(question: Question) -> tuple[str, ...]:
    """What a question asks: two with the same content are the same question.

    The context counts, for one hypothesis may follow several premises; so do the choices, in any
    order, for "Which is true?" is asked of many.
    """
    choices = sorted(normalised(choice) for choice in question.choices)
    return (normalised(question.text), normalised(question.context), *choices)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The pool's members, by index, under their ids and under their contents."""

    by_id: Mapping[str, frozenset[int]]
    by_content: Mapping[tuple[str, ...], frozenset[int]]

    @classmethod
    def of(cls, pool: Sequence[Example]) -> "Exclusion":
        """Read the pool once. An empty id names nobody."""
        by_id: defaultdict[str, set[int]] = defaultdict(set)
        by_content: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
        for index, example in enumerate(pool):
            if example.id:
                by_id[example.id].add(index)
            by_content[content(example.question)].add(index)
        return cls(
            {key: frozenset(members) for key, members in by_id.items()},
            {key: frozenset(members) for key, members in by_content.items()},
        )

    def __call__(self, question: Question) -> frozenset[int]:
        """Return the indices of the members that are the question itself."""
        same_id = self.by_id.get(question.id, NOBODY)
        return same_id | self.by_content.get(content(question), NOBODY)
