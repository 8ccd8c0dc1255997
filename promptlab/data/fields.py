"""Fields: which of a record's fields hold its question, its answer and the rest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "text"),
    "answer": ("answer", "label"),
    "answer_idx": ("answer_idx",),
    "choices": ("choices",),
    "rationale": ("rationale",),
    "context": ("context",),
    "id": ("id",),
    "aliases": ("answers",),
}
"""The names that are understood without configuration, the first that a record has."""


@dataclass(frozen=True)
class Fields:
    """The names of a record's fields; an empty one means the usual names.

    Attributes:
        question: what is asked; usually `question` or `text`.
        answer: the gold answer; usually `answer` or `label`.
        answer_idx: the position of the right choice, from 0; read where there is no answer.
        choices: a list, a list written as JSON, or `{"text": [...], "label": [...]}`.
        rationale: the worked solution that a demonstration may show.
        context: the passage that the question is about.
        id: names the example in records; where there is none, its split and number do.
        aliases: further answers that count as right; usually `answers`.
        metadata: fields to keep in `Question.metadata`. None by default, because whatever stands
            there may be seen while answering, and many a field gives the answer away.
    """

    question: str = ""
    answer: str = ""
    answer_idx: str = ""
    choices: str = ""
    rationale: str = ""
    context: str = ""
    id: str = ""
    aliases: str = ""
    metadata: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Take any sequence of names for `metadata`, but not one bare name."""
        if isinstance(self.metadata, str):
            raise ValueError(f"fields.metadata is {self.metadata!r}; expected a list of names")
        object.__setattr__(self, "metadata", tuple(self.metadata))

    def names(self, role: str) -> tuple[str, ...]:
        """Return the names that may hold `role`, most wanted first."""
        configured: str = getattr(self, role)
        return (configured,) if configured else DEFAULTS[role]

    def chosen(self, role: str, present: Collection[str]) -> str:
        """Return the name under which a record with these fields holds `role`, else ''."""
        for name in self.names(role):
            if name in present:
                return name
        return ""

    def value(self, role: str, values: Mapping[str, Any]) -> Any:
        """Return what a record holds for `role`; None where it holds nothing."""
        found = values.get(self.chosen(role, values))
        return None if found == "" else found
