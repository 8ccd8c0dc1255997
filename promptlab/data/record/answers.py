"""Answers: what a record says is right, whether it gives one answer, a list, or a position."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from promptlab.data.fields import Fields
from promptlab.data.record.choices import Choices
from promptlab.data.record.nested import held
from promptlab.data.record.notation import listed
from promptlab.data.record.value import nothing, parsed, text, texts


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one record.

    `answer` is as written, '' where there is none, and `missing` says then why. `position` is the
    place of the right choice, counted from 0, where the record gives one. `several` says that the
    answer's own field lists more than one; `empty`, that a list says there is none.
    """

    answer: str
    aliases: tuple[str, ...] = ()
    position: int | None = None
    several: bool = False
    empty: bool = False
    missing: str = ""


def answers(values: Mapping[str, Any], fields: Fields, choices: Choices) -> Answers:
    """Read the answers of a record; the first of a list is the answer, the others are aliases.

    Raises:
        ValueError: they are in no such form.
    """
    name, given = _said("answer", values, fields)
    own = texts(given, name) if _is_list(given) else ()
    further = _further(*_said("aliases", values, fields))
    answer, position = _answer(name, given, own)
    if not answer and position is None:
        answer, position = _indexed(values, fields, choices)
    answer = answer or next(iter(further), "")
    rivals = len(set(own)) > 1 and name != fields.aliases
    if not answer.strip() and position is None:
        empty = any(_is_empty(_said(role, values, fields)[1]) for role in ("answer", "aliases"))
        return Answers("", empty=empty, missing=_missing(name, values, fields))
    aliases = dict.fromkeys((*own, *further))
    kept = tuple(alias for alias in aliases if alias.strip() and alias != answer)
    return Answers(answer, kept, position, rivals)


def look_listed(written: Sequence[str]) -> bool:
    """Tell whether answers that are texts look like lists of texts."""
    return bool(written) and all(answer.startswith("[") and _is_texts(answer) for answer in written)


def _is_texts(answer: str) -> bool:
    try:
        found = listed(answer)
    except ValueError:
        return False
    return isinstance(found, list) and all(isinstance(item, str) for item in found)


def _said(role: str, values: Mapping[str, Any], fields: Fields) -> tuple[str, Any]:
    """Return what a record says for `role`, a list that a table holds as a list.

    The answer's own field is text, even where it looks like a list, unless it is that of the
    aliases too.
    """
    name, found = fields.said(role, values)
    return name, parsed(found, name) if role == "aliases" or name == fields.aliases else found


def _is_list(found: Any) -> bool:
    """Tell a list of answers, bare or as SQuAD has it, from one answer."""
    listed = found.get("text") if isinstance(found, Mapping) else found
    return isinstance(listed, list | tuple)


def _is_empty(found: Any) -> bool:
    return _is_list(found) and not texts(found, "")


def _further(name: str, found: Any) -> tuple[str, ...]:
    """Return the further right answers; one alone need not be in a list."""
    return texts(found, name) if _is_list(found) or found is None else (text(found, name),)


def _answer(name: str, given: Any, own: tuple[str, ...]) -> tuple[str, int | None]:
    """Return the answer as text; an integer is a position of a choice, too."""
    given = given[0] if isinstance(given, list | tuple) and len(given) == 1 else given
    if _is_list(given) or nothing(given):
        return next(iter(own), ""), None
    is_position = isinstance(given, int) and not isinstance(given, bool)
    return text(given, name), given if is_position else None


def _indexed(values: Mapping[str, Any], fields: Fields, choices: Choices) -> tuple[str, int | None]:
    """Return the choice whose position the record gives, where it gives one."""
    name, found = fields.said("answer_idx", values)
    if found is None:
        return "", None
    written, count = text(found, name).strip(), len(choices.texts)
    if not written.isdecimal() or len(written) > 2 or int(written) >= count:
        raise ValueError(f"{name!r} is {written!r}; expected a position in {count} choices")
    return choices.texts[int(written)], int(written)


def _missing(name: str, values: Mapping[str, Any], fields: Fields) -> str:
    """Say how a record gives no answer."""
    if not name:
        return fields.wanted("answer", values)
    found = held(values, name)
    return f"{name!r} is {'blank' if isinstance(found, str) and found else 'empty'}"
