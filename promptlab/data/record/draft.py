"""A draft: a row's parsed fields, before the kind of answer is known."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from promptlab.data.fields import Fields
from promptlab.data.record.answers import answers
from promptlab.data.record.choices import NO_CHOICES, Choices, choices
from promptlab.data.record.nested import ABSENT, get
from promptlab.data.record.row import Row, map_rows
from promptlab.data.record.value import json_plain, text

UNANSWERABLE = "unanswerable"
"""The right answer to a question whose record gives an empty list of answers."""
DROP = "drop"
"""In place of such an answer: leave those questions out."""
KEEP = "keep"
"""In place of such an answer: nobody knows it yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One example as its file has it.

    `answer`, `aliases`, `position` and `several` are as `Answers` has them; `is_label` says that
    the answer's field is called `label`, and `unanswerable` that the answer stands for none;
    `named`, that the id is the file's own.
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
    named: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict)


def drafts(
    rows: Sequence[Row], fields: Fields, role: str, origin: str, unanswerable: str | None = None
) -> list[Draft]:
    """Parse every row of a file; `role` names the examples that have no id.

    Where some records have an answer, or the configuration names its field, all must have one.
    `unanswerable` is what is right where a record has none, or `drop`, or `keep`; None takes an
    empty list of answers for `UNANSWERABLE`, with a warning, and refuses what is missing otherwise.

    Raises:
        ValueError: some rows are bad; the first are named.
    """
    pairs = list(zip(rows, (f"{role}-{number}" for number in range(1, len(rows) + 1)), strict=True))
    understood = map_rows(pairs, lambda row: _draft(*row, fields), lambda row: row[0].place, origin)
    if unanswerable is None and not fields.answer and all(missing for _, missing in understood):
        return [draft for draft, _ in understood]
    complete = map_rows(
        understood,
        lambda pair: _fill_answer(*pair, unanswerable),
        lambda pair: pair[0].place,
        origin,
    )
    if unanswerable is None:
        _warn_of_empty(sum(draft.unanswerable for draft in complete), len(complete), origin)
    return [draft for draft in complete if not draft.unanswerable or unanswerable != DROP]


def _draft(row: Row, name: str, fields: Fields) -> tuple[Draft, str]:
    """Parse one row; return why it has no answer, '' where it has one."""
    if row.problem:
        raise ValueError(row.problem)
    question = _question(row.values, fields)
    options = choices(row.values, fields)
    gold = answers(row.values, fields, options)
    own_id = text(*_read_role("id", row.values, fields))
    draft = Draft(
        place=row.place,
        id=own_id or name,
        question=question,
        answer=gold.answer,
        is_label=fields.find("answer", row.values).lower() == "label",
        position=gold.position,
        choices=options,
        rationale=text(*_read_role("rationale", row.values, fields)),
        context=text(*_read_role("context", row.values, fields)),
        aliases=gold.aliases,
        several=gold.several,
        unanswerable=gold.empty,
        named=bool(own_id),
        metadata=dict(_metadata(row.values, fields.metadata)),
    )
    return draft, gold.missing


def _metadata(values: Mapping[str, Any], names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Yield the fields that are kept; one that a record has not is None, if it is not optional."""
    for name in names:
        value = get(values, name.removesuffix("?"))
        if value is not ABSENT or not name.endswith("?"):
            yield name.removesuffix("?"), json_plain(None if value is ABSENT else value)


def _read_role(role: str, values: Mapping[str, Any], fields: Fields) -> tuple[Any, str]:
    """Return what a record says for `role`, and under which name."""
    name, value = fields.read(role, values)
    return value, name


def _question(values: Mapping[str, Any], fields: Fields) -> str:
    """Return what a record asks; refuse one that asks nothing."""
    name, value = fields.read("question", values)
    if value is not None:
        return text(value, name)
    if not name:
        raise ValueError(fields.describe_missing("question", values))
    raise ValueError(f"{name!r} is {'blank' if get(values, name) else 'empty'}")


def _fill_answer(draft: Draft, missing: str, unanswerable: str | None) -> Draft:
    """Say what is right where a record among others gives no answer."""
    if not missing:
        return draft
    if unanswerable == KEEP:
        return replace(draft, unanswerable=False)
    if unanswerable is not None or draft.unanswerable:
        return replace(draft, answer=unanswerable or UNANSWERABLE, unanswerable=True)
    raise ValueError(
        f"{missing}. If nothing is right there, dataset.task.unanswerable=unanswerable makes that "
        f"the right answer, and dataset.task.unanswerable=drop leaves such records out"
    )


def _warn_of_empty(count: int, total: int, origin: str) -> None:
    if count:
        warnings.warn(
            f"{count} of {total} records of {origin} give an empty list of answers: the right "
            f"answer to them is taken to be {UNANSWERABLE!r}. Say so in dataset.task.instruction=; "
            f"dataset.task.unanswerable= takes another word, or drop, which leaves them out",
            stacklevel=2,
        )
