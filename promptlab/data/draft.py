"""A draft: a row's fields understood, before the kind of answer is known."""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from promptlab.data.choices import NO_CHOICES, Choices, choices
from promptlab.data.fields import Fields
from promptlab.data.nested import held
from promptlab.data.row import Row, refuse
from promptlab.data.value import nothing, parsed, plain, text, texts

T = TypeVar("T")

UNANSWERABLE = "unanswerable"
"""The right answer to a question whose record gives an empty list of answers."""
DROP = "drop"
"""In place of such an answer: leave those questions out."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One example as its file has it.

    `answer` is as written, `is_label` says that its field is called `label`, and `position` is the
    place of the right choice, counted from 0, where the record gives one. `several` says that the
    answer's field lists more than one answer, and `unanswerable` that the record has none, though
    others have.
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
    numbered = list(enumerate(rows, 1))
    read = every(numbered, lambda row: _draft(row[1], fields, f"{role}-{row[0]}"), _place, origin)
    says_all = unanswerable is not None or fields.answer
    if not says_all and not any(_is_answered(draft) for draft in read):
        return read
    by_place = {row.place: row for row in rows}
    whole = every(
        read,
        lambda draft: _answered(draft, by_place[draft.place].values, fields, unanswerable),
        lambda draft: draft.place,
        origin,
    )
    if unanswerable is None:
        _tell(sum(draft.unanswerable for draft in whole), len(whole), origin)
    return [draft for draft in whole if not draft.unanswerable or unanswerable != DROP]


def every(
    items: Iterable[Any], change: Callable[[Any], T], place: Callable[[Any], str], origin: str
) -> list[T]:
    """Change each item, and refuse together those of which that makes a `ValueError`."""
    done, problems = [], []
    for item in items:
        try:
            done.append(change(item))
        except ValueError as error:
            problems.append(f"{place(item)}: {error}")
    refuse(problems, len(done) + len(problems), origin)
    return done


def _place(numbered: tuple[int, Row]) -> str:
    return numbered[1].place


def _is_answered(draft: Draft) -> bool:
    return bool(draft.answer.strip()) or draft.position is not None


def _draft(row: Row, fields: Fields, name: str) -> Draft:
    """Understand one row."""
    values = row.values
    if row.problem:
        raise ValueError(row.problem)
    _expect(values, fields, "question")
    found = choices(values, fields)
    answers, several = _answers(values, fields)
    answer, position = _answer(values, fields, found, answers)
    aliases = dict.fromkeys((*answers, *_aliases(values, fields)))
    return Draft(
        place=row.place,
        id=_text(values, fields, "id") or name,
        question=_text(values, fields, "question"),
        answer=answer,
        is_label=fields.chosen("answer", values).lower() == "label",
        position=position,
        choices=found,
        rationale=_text(values, fields, "rationale"),
        context=_text(values, fields, "context"),
        aliases=tuple(alias for alias in aliases if alias.strip() and alias != answer),
        several=several,
        metadata={name: plain(values.get(name)) for name in fields.metadata},
    )


def _answered(
    draft: Draft, values: Mapping[str, Any], fields: Fields, unanswerable: str | None
) -> Draft:
    """Say what is right where a record among others gives no answer.

    Raises:
        ValueError: that is not known.
    """
    if _is_answered(draft):
        return draft
    if unanswerable is not None or _is_empty_list(values, fields):
        return replace(draft, answer=unanswerable or UNANSWERABLE, unanswerable=True)
    raise ValueError(
        f"{_missing(values, fields, 'answer')}. If nothing is right there, "
        f"dataset.task.unanswerable=unanswerable makes that the right answer, and "
        f"dataset.task.unanswerable=drop leaves such records out"
    )


def _is_empty_list(values: Mapping[str, Any], fields: Fields) -> bool:
    """Tell whether a record says by an empty list that there is no answer."""
    said = [_said(values, fields, role) for role in ("answer", "aliases")]
    return any(_is_list(found) and not texts(found, "answers") for found in said)


def _tell(count: int, of: int, origin: str) -> None:
    if count:
        warnings.warn(
            f"{count} of {of} records of {origin} give an empty list of answers: the right answer "
            f"to them is taken to be {UNANSWERABLE!r}. Say so in dataset.task.instruction=; "
            f"dataset.task.unanswerable= takes another word, or drop, which leaves them out",
            stacklevel=2,
        )


def _expect(values: Mapping[str, Any], fields: Fields, role: str) -> None:
    """Refuse a record that says nothing for `role`."""
    if fields.value(role, values) is None:
        raise ValueError(_missing(values, fields, role))


def _missing(values: Mapping[str, Any], fields: Fields, role: str) -> str:
    """Say how a record says nothing for `role`."""
    name = fields.chosen(role, values)
    if not name:
        return fields.wanted(role, values)
    found = held(values, name)
    return f"{name!r} is {'blank' if isinstance(found, str) and found else 'empty'}"


def _text(values: Mapping[str, Any], fields: Fields, role: str) -> str:
    """Return what a record says for `role`, as text."""
    return text(fields.value(role, values), fields.chosen(role, values))


def _said(values: Mapping[str, Any], fields: Fields, role: str) -> Any:
    """Return what a record says for `role`, a list that a table holds as a list.

    The answer's own field is text, even where it looks like a list, unless it is that of the
    aliases too.
    """
    found, name = fields.value(role, values), fields.chosen(role, values)
    return parsed(found, name) if role == "aliases" or name == fields.aliases else found


def _is_list(found: Any) -> bool:
    """Tell a list of answers, bare or as SQuAD has it, from one answer."""
    listed = found.get("text") if isinstance(found, Mapping) else found
    return isinstance(listed, list | tuple)


def _answers(values: Mapping[str, Any], fields: Fields) -> tuple[tuple[str, ...], bool]:
    """Return the answers that the answer's own field lists, and whether they are rivals.

    They are not, where the configuration calls them aliases too.
    """
    found, name = _said(values, fields, "answer"), fields.chosen("answer", values)
    listed = tuple(dict.fromkeys(texts(found, name))) if _is_list(found) else ()
    return listed, len(listed) > 1 and name != fields.aliases


def _aliases(values: Mapping[str, Any], fields: Fields) -> tuple[str, ...]:
    """Return the further right answers; one alone need not be in a list."""
    found, name = _said(values, fields, "aliases"), fields.chosen("aliases", values)
    return texts(found, name) if _is_list(found) or not name else (text(found, name),)


def _answer(
    values: Mapping[str, Any], fields: Fields, found: Choices, answers: tuple[str, ...]
) -> tuple[str, int | None]:
    """Return the answer as text, and the position of the right choice where one is given.

    An integer is both: text for any kind of answer, and a position for a choice.
    """
    given = _said(values, fields, "answer")
    given = given[0] if isinstance(given, list | tuple) and len(given) == 1 else given
    if _is_list(given):
        return next(iter(answers), ""), None
    if not nothing(given):
        is_position = isinstance(given, int) and not isinstance(given, bool)
        return text(given, fields.chosen("answer", values)), given if is_position else None
    if fields.value("answer_idx", values) is None:
        return next(iter(_aliases(values, fields)), ""), None
    return _indexed(values, fields, found)


def _indexed(values: Mapping[str, Any], fields: Fields, found: Choices) -> tuple[str, int]:
    """Return the choice whose position the record gives."""
    written = _text(values, fields, "answer_idx").strip()
    if not written.isdecimal() or len(written) > 2 or int(written) >= len(found.texts):
        name, count = fields.chosen("answer_idx", values), len(found.texts)
        raise ValueError(f"{name!r} is {written!r}; expected a position in {count} choices")
    return found.texts[int(written)], int(written)
