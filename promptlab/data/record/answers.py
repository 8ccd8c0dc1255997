"""Answers: what a record says is right, whether it gives one answer, a list, or a position."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from promptlab.data.fields import Fields
from promptlab.data.record.choices import Choices
from promptlab.data.record.nested import get
from promptlab.data.record.notation import read_list
from promptlab.data.record.value import is_empty, parse_list, text, texts


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
    name, value = _read_role("answer", values, fields)
    own = texts(value, name) if _is_list(value) else ()
    more = _aliases(*_read_role("aliases", values, fields))
    answer, position = _answer(name, value, own)
    if not answer and position is None:
        answer, position = _by_position(values, fields, choices)
    answer = answer or next(iter(more), "")
    rivals = len(set(own)) > 1 and name != fields.aliases
    if not answer.strip() and position is None:
        empty = any(
            _is_empty(_read_role(role, values, fields)[1]) for role in ("answer", "aliases")
        )
        return Answers("", empty=empty, missing=_missing(name, values, fields))
    aliases = dict.fromkeys((*own, *more))
    kept = tuple(alias for alias in aliases if alias.strip() and alias != answer)
    return Answers(answer, kept, position, rivals)


def look_like_lists(written: Sequence[str]) -> bool:
    """Return whether answers that are texts look like lists of texts."""
    return bool(written) and all(answer.startswith("[") and _is_texts(answer) for answer in written)


def _is_texts(answer: str) -> bool:
    try:
        items = read_list(answer)
    except ValueError:
        return False
    return isinstance(items, list) and all(isinstance(item, str) for item in items)


def _read_role(role: str, values: Mapping[str, Any], fields: Fields) -> tuple[str, Any]:
    """Return what a record says for `role`, a list that a table holds as a list.

    The answer's own field is text, even where it looks like a list, unless it is that of the
    aliases too.
    """
    name, value = fields.read(role, values)
    return name, parse_list(value, name) if role == "aliases" or name == fields.aliases else value


def _is_list(value: Any) -> bool:
    """Tell a list of answers, bare or as SQuAD has it, from one answer."""
    items = value.get("text") if isinstance(value, Mapping) else value
    return isinstance(items, list | tuple)


def _is_empty(value: Any) -> bool:
    return _is_list(value) and not texts(value, "")


def _aliases(name: str, value: Any) -> tuple[str, ...]:
    """Return the further right answers; one alone need not be in a list."""
    return texts(value, name) if _is_list(value) or value is None else (text(value, name),)


def _answer(name: str, value: Any, own: tuple[str, ...]) -> tuple[str, int | None]:
    """Return the answer as text; an integer is a position of a choice, too."""
    value = value[0] if isinstance(value, list | tuple) and len(value) == 1 else value
    if _is_list(value) or is_empty(value):
        return next(iter(own), ""), None
    is_position = isinstance(value, int) and not isinstance(value, bool)
    return text(value, name), value if is_position else None


def _by_position(
    values: Mapping[str, Any], fields: Fields, choices: Choices
) -> tuple[str, int | None]:
    """Return the choice whose position the record gives, where it gives one."""
    name, value = fields.read("answer_idx", values)
    if value is None:
        return "", None
    digits, count = text(value, name).strip(), len(choices.texts)
    if not digits.isdecimal() or len(digits) > 2 or int(digits) >= count:
        raise ValueError(f"{name!r} is {digits!r}; expected a position in {count} choices")
    return choices.texts[int(digits)], int(digits)


def _missing(name: str, values: Mapping[str, Any], fields: Fields) -> str:
    """Say how a record gives no answer."""
    if not name:
        return fields.describe_missing("answer", values)
    value = get(values, name)
    return f"{name!r} is {'blank' if isinstance(value, str) and value else 'empty'}"
