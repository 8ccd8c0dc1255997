"""A draft: a row's fields understood, before the kind of answer is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from promptlab.data.fields import Fields
from promptlab.data.row import Row, refuse
from promptlab.data.value import labels, plain, text, texts


@dataclass(frozen=True, slots=True)
class Draft:
    """One example as its file has it.

    `answer` is as written, `is_label` says that its field is called `label`, and `position` is the
    place of the right choice, counted from 0, where the record gives one. `letters` are the names
    that the file itself gives its choices.
    """

    place: str
    id: str
    question: str
    answer: str
    is_label: bool = False
    position: int | None = None
    choices: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    rationale: str = ""
    context: str = ""
    aliases: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


def drafts(rows: list[Row], fields: Fields, role: str, origin: str) -> list[Draft]:
    """Understand every row of a file; `role` names the examples that have no id.

    Raises:
        ValueError: some rows are bad; the first are named.
    """
    answered = any(_has_answer(row, fields) for row in rows) or _is_named(fields)
    done: list[Draft] = []
    problems: list[str] = []
    for number, row in enumerate(rows, 1):
        try:
            done.append(_draft(row, fields, f"{role}-{number}", answered))
        except ValueError as error:
            problems.append(f"{row.place}: {error}")
    refuse(problems, len(rows), origin)
    return done


def _draft(row: Row, fields: Fields, name: str, answered: bool) -> Draft:
    """Understand one row; where the file has no answers at all, it needs none."""
    if row.problem:
        raise ValueError(row.problem)
    _expect(row.values, fields, "question")
    if answered and not _has_answer(row, fields):
        _expect(row.values, fields, "answer")
    choices = fields.value("choices", row.values)
    aliases = _aliases(row.values, fields)
    listed = texts(choices, fields.names("choices")[0])
    answer, position = _answer(row.values, fields, aliases, listed)
    return Draft(
        place=row.place,
        id=_text(row.values, fields, "id") or name,
        question=_text(row.values, fields, "question"),
        answer=answer,
        is_label=fields.chosen("answer", row.values) == "label",
        position=position,
        choices=listed,
        letters=labels(choices, fields.names("choices")[0]),
        rationale=_text(row.values, fields, "rationale"),
        context=_text(row.values, fields, "context"),
        aliases=tuple(dict.fromkeys(alias for alias in aliases if alias not in ("", answer))),
        metadata={name: plain(row.values.get(name)) for name in fields.metadata},
    )


def _expect(values: Mapping[str, Any], fields: Fields, role: str) -> None:
    """Refuse a record that says nothing for `role`."""
    found = fields.value(role, values)
    if found is None:
        name = fields.chosen(role, values)
        wanted = " or ".join(map(repr, fields.names(role)))
        there = ", ".join(map(str, values)) or "nothing"
        raise ValueError(f"{name!r} is empty" if name else f"no {wanted} (it has {there})")
    if isinstance(found, str) and not found.strip():
        raise ValueError(f"{fields.chosen(role, values)!r} is blank")


def _text(values: Mapping[str, Any], fields: Fields, role: str) -> str:
    """Return what a record says for `role`, as text."""
    return text(fields.value(role, values), fields.chosen(role, values))


def _aliases(values: Mapping[str, Any], fields: Fields) -> tuple[str, ...]:
    """Return the further right answers; one alone need not be in a list."""
    found = fields.value("aliases", values)
    name = fields.chosen("aliases", values)
    if isinstance(found, str) and not found.lstrip().startswith("["):
        return (found,)
    return texts(found, name)


def _answer(
    values: Mapping[str, Any], fields: Fields, aliases: tuple[str, ...], choices: tuple[str, ...]
) -> tuple[str, int | None]:
    """Return the answer as text, and the position of the right choice where one is given.

    An integer is both: text for any kind of answer, and a position for a choice.
    """
    found = fields.value("answer", values)
    if found is not None:
        is_position = isinstance(found, int) and not isinstance(found, bool)
        return _text(values, fields, "answer"), found if is_position else None
    if fields.value("answer_idx", values) is None:
        return (aliases[0] if aliases else ""), None
    written = _text(values, fields, "answer_idx").strip()
    if not written.isdecimal() or int(written) >= len(choices):
        name = fields.chosen("answer_idx", values)
        raise ValueError(f"{name!r} is {written!r}; expected a position in {len(choices)} choices")
    return choices[int(written)], int(written)


def _has_answer(row: Row, fields: Fields) -> bool:
    """Tell whether a row says in any way what is right."""
    held = (fields.value(role, row.values) for role in ("answer", "answer_idx", "aliases"))
    return any(value is not None and value != [] for value in held)


def _is_named(fields: Fields) -> bool:
    """Tell whether the configuration says where the answer is, so that it must be there."""
    return bool(fields.answer or fields.answer_idx)
