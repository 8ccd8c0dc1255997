"""A task, completed from the data where the configuration leaves something out."""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from promptlab.data.draft import Draft
from promptlab.extract.labels import folded
from promptlab.spelling import YES_NO
from promptlab.types import AnswerKind, Task

KINDS: tuple[AnswerKind, ...] = get_args(AnswerKind)
NUMBER = re.compile(r"[-+−]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][-+]?\d+)?")


@dataclass(frozen=True)
class PartialTask:
    """A task of which a part may be left to the data.

    Attributes:
        instruction: What is asked of every question.
        answer: The kind of answer; None infers it: `label` where the answers' field is called
            that, `yes_no` where all answers are yes or no (or true or false, 是 or 否), `choice`
            where all records have choices, `number` where all answers are numbers, else `text`.
            `code` is never inferred.
        labels: The closed set of answers of a `label` task; without any, those of the pool,
            sorted. Never those of the test.
        multiline: Whether the answers of a `text` task have several lines, so that a reply does not
            end with its first; None infers it from line breaks in the pool's answers, or in the
            test's where the pool has none.
    """

    instruction: str = ""
    answer: AnswerKind | None = None
    labels: tuple[str, ...] = ()
    multiline: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a kind of answer that there is not."""
        object.__setattr__(self, "labels", tuple(map(str, self.labels)))
        if self.answer is None or self.answer in KINDS:
            return
        near = get_close_matches(str(self.answer), KINDS, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ValueError(
            f"task.answer is {self.answer!r}; expected one of {', '.join(KINDS)}, or null to "
            f"infer it.{hint}"
        )


def completed(given: PartialTask | Task, pool: Sequence[Draft], test: Sequence[Draft]) -> Task:
    """Complete a task from the pool; the kind of answer from the test where no pool has answers.

    Args:
        given: What the configuration says; it always wins.
        pool: All of the pool.
        test: All of the test.

    Raises:
        ValueError: the labels of a `label` task are not known, or the pool goes beyond them.
    """
    known = [draft for draft in pool if draft.answer] or test
    kind = given.answer or inferred(known)
    labels = tuple(given.labels)
    if kind == "label":
        labels = labels or tuple(sorted({draft.answer for draft in pool if draft.answer}))
        _check(labels, pool, test)
    multiline = given.multiline
    if multiline is None:
        multiline = kind == "text" and any("\n" in draft.answer.strip() for draft in known)
    return Task(given.instruction, kind, labels, multiline)


def inferred(drafts: Sequence[Draft]) -> AnswerKind:
    """Tell the kind of answer from the answers, and from what their field is called."""
    answers = {draft.answer.strip() for draft in drafts}
    if all(draft.is_label for draft in drafts):
        return "label"
    if any({answer.lower() for answer in answers} <= set(pair) for pair in YES_NO[:3]):
        return "yes_no"
    if all(draft.choices for draft in drafts):
        return "choice"
    if all(answer and NUMBER.fullmatch(answer) for answer in answers):
        return "number"
    return "text"


def _check(labels: tuple[str, ...], pool: Sequence[Draft], test: Sequence[Draft]) -> None:
    """Refuse a task without labels and a pool beyond them; warn of a test beyond them."""
    if not labels:
        raise ValueError(
            "the labels of this task are not known: they are taken from the pool, which has none; "
            "set dataset.task.labels=[…], or dataset.pool= to a file of labelled examples"
        )
    _warn_of_twins(labels)
    if strange := _beyond(labels, pool):
        raise ValueError(
            f"the pool has labels that dataset.task.labels leaves out: {strange}; add them there, "
            f"or drop those examples"
        )
    if strange := _beyond(labels, test):
        warnings.warn(
            f"the test has labels that the task has not, which will count as wrong: {strange}",
            stacklevel=2,
        )


def _warn_of_twins(labels: tuple[str, ...]) -> None:
    """Say which labels differ in case, width or spacing alone, so that these count in replies."""
    alike: dict[str, list[str]] = {}
    for label in labels:
        alike.setdefault(folded(label), []).append(label)
    for twins in alike.values():
        if len(twins) > 1:
            warnings.warn(
                f"the labels {', '.join(map(repr, twins))} differ in case, width or spacing alone, "
                "and are told apart by it; if they are one label, write it one way in the data",
                stacklevel=3,
            )


def _beyond(labels: tuple[str, ...], drafts: Sequence[Draft]) -> str:
    """List the answers of `drafts` that are no label."""
    known = {"", *labels}
    return ", ".join(sorted({draft.answer for draft in drafts if draft.answer not in known}))
