"""Choices: whatever way a file names the right one, it becomes a letter."""

from promptlab.data.draft import Draft
from promptlab.template import LETTERS


def letter(draft: Draft) -> str:
    """Return the letter of the right choice, '' where the file does not say.

    It is read as, in this order: one of the names that the file gives its choices, a position
    from 0 where it is an integer, a letter, the text of one choice, a letter as in `(b)` or `B.`.

    Raises:
        ValueError: there are no choices, or the answer is none of them.
    """
    if not draft.choices:
        raise ValueError("no choices, which a task of choices needs")
    if len(draft.choices) > len(LETTERS):
        raise ValueError(f"{len(draft.choices)} choices; expected at most {len(LETTERS)}")
    if not draft.answer and draft.position is None:
        return ""
    position = _position(draft)
    if not 0 <= position < len(draft.choices):
        raise ValueError(
            f"the answer {_written(draft)} is none of the {len(draft.choices)} choices; expected a "
            f"letter, a position from 0, or the text of one choice"
        )
    return LETTERS[position]


def _position(draft: Draft) -> int:
    """Find the right choice; -1 where the answer is none."""
    letters = LETTERS[: len(draft.choices)]
    bare = draft.answer.strip().strip("().:：（）").upper()
    if draft.answer in draft.letters:
        return draft.letters.index(draft.answer)
    if draft.position is not None:
        return draft.position
    if len(draft.answer) == 1 and draft.answer in letters:
        return letters.index(draft.answer)
    if draft.choices.count(draft.answer) == 1:
        return draft.choices.index(draft.answer)
    return letters.index(bare) if len(bare) == 1 and bare in letters else -1


def _written(draft: Draft) -> str:
    """Show the answer as the file gives it."""
    return repr(draft.answer) if draft.position is None else str(draft.position)
