"""A draft: a row's fields understood, before the kind of answer is known."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from promptlab.data.fields import Fields
from promptlab.data.record.answers import answers
from promptlab.data.record.choices import NO_CHOICES, Choices, choices
from promptlab.data.record.nested import held
from promptlab.data.record.row import Row, every
from promptlab.data.record.value import plain, text

UNANSWERABLE = "unanswerable"
"""The right answer to a question whose record gives an empty list of answers."""
DROP = "drop"
"""In place of such an answer: leave those questions out."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One example as its file has it.

    `answer`, `aliases`, `position` and `several` are as `Answers` has them; `is_label` says that
    the answer's field is called `label`, and `unanswerable` that the answer stands for none.
    """

    place: str
    id: str
    question: str
    answer: str
    is_label: bool = False
    position: int | None = None
    choices: Choices = NO_CHOICES
    rationale: str = ""
    context: str = ""
    aliases: tuple[str, ...] = ()
    several: bool = False
    unanswerable: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict)


def drafts(
    rows: Sequence[Row], fields: Fields, role: str, origin: str, unanswerable: str | None = None
) -> list[Draft]:
    """Understand every row of a file; `role` names the examples that have no id.

    Where some records have an answer, or the configuration names its field, all must have one.
    `unanswerable` is what is right where a record has none, or `drop`; None takes an empty list of
    answers for `UNANSWERABLE`, with a warning, and refuses what is missing otherwise.

    Raises:
        ValueError: some rows are bad; the first are named.
    """
    named = list(zip(rows, (f"{role}-{number}" for number in range(1, len(rows) + 1)), strict=True))
    read = every(named, lambda row: _draft(*row, fields), lambda row: row[0].place, origin)
    if unanswerable is None and not fields.answer and all(missing for _, missing in read):
        return [draft for draft, _ in read]
    whole = every(
        read, lambda each: _answered(*each, unanswerable), lambda each: each[0].place, origin
    )
    if unanswerable is None:
        _tell(sum(draft.unanswerable for draft in whole), len(whole), origin)
    return [draft for draft in whole if not draft.unanswerable or unanswerable != DROP]


def _draft(row: Row, name: str, fields: Fields) -> tuple[Draft, str]:
    """Understand one row, and say why it has no answer, '' where it has one."""
    if row.problem:
        raise ValueError(row.problem)
    question = _question(row.values, fields)
    found = choices(row.values, fields)
    said = answers(row.values, fields, found)
    draft = Draft(
        place=row.place,
        id=text(*_named("id", row.values, fields)) or name,
        question=question,
        answer=said.answer,
        is_label=fields.chosen("answer", row.values).lower() == "label",
        position=said.position,
        choices=found,
        rationale=text(*_named("rationale", row.values, fields)),
        context=text(*_named("context", row.values, fields)),
        aliases=said.aliases,
        several=said.several,
        unanswerable=said.empty,
        metadata={name: plain(row.values.get(name)) for name in fields.metadata},
    )
    return draft, said.missing


def _named(role: str, values: Mapping[str, Any], fields: Fields) -> tuple[Any, str]:
    """Return what a record says for `role`, and under which name."""
    name, found = fields.said(role, values)
    return found, name


def _question(values: Mapping[str, Any], fields: Fields) -> str:
    """Return what a record asks; refuse one that asks nothing."""
    name, found = fields.said("question", values)
    if found is not None:
        return text(found, name)
    if not name:
        raise ValueError(fields.wanted("question", values))
    raise ValueError(f"{name!r} is {'blank' if held(values, name) else 'empty'}")


def _answered(draft: Draft, missing: str, unanswerable: str | None) -> Draft:
    """Say what is right where a record among others gives no answer."""
    if not missing:
        return draft
    if unanswerable is not None or draft.unanswerable:
        return replace(draft, answer=unanswerable or UNANSWERABLE, unanswerable=True)
    raise ValueError(
        f"{missing}. If nothing is right there, dataset.task.unanswerable=unanswerable makes that "
        f"the right answer, and dataset.task.unanswerable=drop leaves such records out"
    )


def _tell(count: int, of: int, origin: str) -> None:
    if count:
        warnings.warn(
            f"{count} of {of} records of {origin} give an empty list of answers: the right answer "
            f"to them is taken to be {UNANSWERABLE!r}. Say so in dataset.task.instruction=; "
            f"dataset.task.unanswerable= takes another word, or drop, which leaves them out",
            stacklevel=2,
        )
