"""Choice: whatever way a file names the right one, it becomes a letter."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from promptlab.data.fields import Fields
from promptlab.data.record.choices import parse_choices
from promptlab.data.record.draft import Draft
from promptlab.extract.options.choices import choices as written_in
from promptlab.template import LETTERS
from promptlab.types import Question


def gold_form(drafts: Sequence[Draft]) -> str:
    """Return whether a data set names its choices by digits that are positions: `from_0`, `from_1`.

    One record alone cannot tell: "2" may be a position, a choice's own name, or its text. So all
    decide together; anything else is `whole`, and is read record by record.
    """
    answered = [draft for draft in drafts if draft.answer and draft.choices.texts]
    if not answered or not all(_is_digits(draft.answer) for draft in answered):
        return "whole"
    if all(draft.answer in draft.choices.names for draft in answered):
        return "whole"
    if all(draft.position is None and _is_text(draft) for draft in answered):
        return "whole"
    if all(_is_position(draft, 0) for draft in answered):
        return "from_0"
    if all(draft.position is None and _is_position(draft, 1) for draft in answered):
        warnings.warn(
            "the right choices are given as 1, 2, …, and never as 0, so 1 is taken for the first: "
            "dataset.task.gold=from_1 agrees, dataset.task.gold=from_0 counts from 0",
            stacklevel=2,
        )
        return "from_1"
    return "whole"


def _is_digits(answer: str) -> bool:
    return answer.strip().isascii() and answer.strip().isdigit() and len(answer.strip()) < 3


def _is_text(draft: Draft) -> bool:
    return draft.choices.texts.count(draft.answer) == 1


def _is_position(draft: Draft, first: int) -> bool:
    return 0 <= int(draft.answer) - first < len(draft.choices.texts)


def letter(draft: Draft, form: str = "whole") -> str:
    """Return the letter of the right choice, '' where the file does not say.

    Unless `form` decides (`letter`, `text`, `from_0`, `from_1`), it is read as, in this order: one
    of the names that the file gives its choices, a position from 0 where it is an integer, a
    letter, the text of one choice, a letter as in `(b)` or `B.`. Where a record has no choices,
    those that its question lists are meant.

    Raises:
        ValueError: there are no choices, or the answer is none of them, or it is several.
    """
    texts = draft.choices.texts or written_in(Question("", draft.question))
    if not texts:
        raise ValueError(
            "no choices, which a task of choices needs: dataset.fields.choices= names their field, "
            "or their columns, such as [A,B,C,D]"
        )
    if len(texts) > len(LETTERS):
        raise ValueError(f"{len(texts)} choices; expected at most {len(LETTERS)}")
    if draft.several:
        raise ValueError(several_message(draft.answer))
    if not draft.answer and draft.position is None:
        return ""
    index = _index(draft, texts, form)
    if not 0 <= index < len(texts):
        value = repr(draft.answer[:60]) if draft.position is None else draft.position
        raise ValueError(
            f"the answer {value} is none of the {len(texts)} choices; expected a letter, the text "
            f"of one choice, or a position (dataset.task.gold=from_0, or from_1)"
        )
    return LETTERS[index]


def several_message(first: str) -> str:
    """Say that a record has several answers where one is wanted."""
    return (
        f"several right answers, {first[:40]!r} the first; expected one. Where any of them is "
        f"right by itself, name their field in dataset.fields.aliases= too"
    )


def _index(draft: Draft, texts: Sequence[str], form: str) -> int:
    """Find the right choice; -1 where the answer is none."""
    answer, known = draft.answer, LETTERS[: len(texts)]
    bare = answer.strip().strip("().:：（）").upper()
    by_letter = known.index(bare) if len(bare) == 1 and bare in known else -1
    by_text = texts.index(answer) if texts.count(answer) == 1 else -1
    if form in ("letter", "text"):
        return by_letter if form == "letter" else by_text
    if form in ("from_0", "from_1") and _is_digits(answer):
        return int(answer) - (form == "from_1")
    for names in (draft.choices.names, draft.choices.columns):
        if answer in names:
            return names.index(answer)
    if draft.position is not None:
        return draft.position
    is_letter = len(answer) == 1 and answer in known
    return by_text if by_text >= 0 and not is_letter else by_letter


def is_choice(draft: Draft, form: str = "whole") -> bool:
    """Return whether a record has choices, and is answered by one of them or not at all."""
    try:
        return bool(letter(draft, form)) or not draft.answer
    except ValueError:
        return False


def choices_hint(drafts: Sequence[Draft], rows: Sequence[Mapping[str, Any]], fields: Fields) -> str:
    """Say what to set where a data set without choices looks like one with; '' where it does not.

    It does where every answer is one of the choices that the question lists, or one of what a
    field without any other role lists, by letter, position or text.

    Args:
        drafts: Answered questions.
        rows: Their records, in the same order.
        fields: What the records' fields are for.
    """
    if not drafts or any(draft.choices.texts for draft in drafts):
        return ""
    if all(_is_letter(draft.answer) and is_choice(draft) for draft in drafts):
        return "the questions list choices; set dataset.task.answer=choice"
    for name in rows[0].keys() - fields.role_names(rows[0]):
        if _lists_choices(drafts, rows, name):
            return f"{name!r} lists choices; set dataset.fields.choices={name}"
    if all(_is_letter(draft.answer) and not draft.is_label for draft in drafts):
        return "the answers are letters; set dataset.fields.choices= to the field of the choices"
    return ""


def _is_letter(answer: str) -> bool:
    bare = answer.strip().strip("().:：（）")
    return len(bare) == 1 and bare in LETTERS[:10]


def _lists_choices(drafts: Sequence[Draft], rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Return whether a field lists texts in every record, and all answers are among them."""
    try:
        lists = [parse_choices(row.get(name), name) for row in rows]
    except ValueError:
        return False
    is_constant = len({choices.texts for choices in lists}) < 2 and len(drafts) > 1
    if not all(len(choices.texts) > 1 for choices in lists) or (is_constant and drafts[0].is_label):
        return False
    candidates = [
        replace(draft, choices=choices) for draft, choices in zip(drafts, lists, strict=True)
    ]
    form = gold_form(candidates)
    return all(is_choice(draft, form) for draft in candidates)
