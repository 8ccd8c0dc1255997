"""A task, completed from the data where the configuration leaves something out."""

import re
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args

from promptlab.data.record.choice import is_choice
from promptlab.data.record.draft import KEEP, Draft
from promptlab.data.record.value import text
from promptlab.extract.options.labels import folded
from promptlab.text.spelling import YES_NO
from promptlab.types import AnswerKind, Task

KINDS: tuple[AnswerKind, ...] = get_args(AnswerKind)
Gold = Literal["whole", "hash", "boxed", "letter", "text", "from_0", "from_1"]
FORMS: tuple[Gold, ...] = get_args(Gold)
TRUE_FALSE = {"true": ("true", "yes", "on"), "false": ("false", "no", "off")}
NUMBER = re.compile(r"[-+−]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][-+]?\d+)?")
FRACTION = re.compile(r"[-+−]?(\d+/[1-9]\d*|\\[dt]?frac\{\d+\}\{[1-9]\d*\})")


@dataclass(frozen=True)
class PartialTask:
    r"""A task of which a part may be left to the data.

    Attributes:
        instruction: What is asked of every question.
        answer: The kind of answer; None infers it: `label` where the answers' field is called
            that (unless they are choices that differ from record to record), `yes_no` where all
            answers are yes or no (or true or false, 是 or 否), `choice` where all records have
            choices, `number` where all answers are numbers, else `text`. Neither `code` nor `json`
            is ever inferred.
        labels: The closed set of answers of a `label` task; without any, those of the pool,
            sorted. Never those of the test.
        multiline: Whether the answers of a `text` task have several lines, so that a reply does not
            end with its first; None infers it from line breaks in the pool's answers, or in the
            test's where the pool has none.
        gold: How the gold answers are written: `hash` is `#### 72` at the end of a solution,
            `boxed` is its last `\boxed{72}`, and `whole` is none of these; of choices, `letter`,
            `text`, or a position `from_0` or `from_1`. None tells it, and says what is not plain.
        unanswerable: What is right where a record has no answer though others have one, or `drop`,
            which leaves such records out, or `keep`, where they are still to be labelled, as
            `annotate` has it: then labels need not be known, and a file alone is a pool. None takes
            an empty list of answers for "unanswerable", with a warning, and refuses a record whose
            answer is missing or blank.
    """

    instruction: str = ""
    answer: AnswerKind | None = None
    labels: tuple[str, ...] = ()
    multiline: bool | None = None
    gold: Gold | None = None
    unanswerable: str | None = None

    def __post_init__(self) -> None:
        """Refuse an unknown kind of answer or form of gold answers."""
        written = tuple(text(label, "task.labels").strip() for label in self.labels)
        object.__setattr__(self, "labels", written)
        _expect("answer", self.answer, KINDS)
        _expect("gold", self.gold, FORMS)
        if self.unanswerable is not None:
            word = text(self.unanswerable, "task.unanswerable").strip()
            if not word:
                raise ValueError(
                    "task.unanswerable is blank; expected an answer, drop, keep, or null"
                )
            object.__setattr__(self, "unanswerable", word)


def is_unfinished(task: PartialTask | Task) -> bool:
    """Say whether the data may still be waiting for answers."""
    return isinstance(task, PartialTask) and task.unanswerable == KEEP


def _expect(name: str, value: str | None, names: Sequence[str]) -> None:
    """Refuse an unknown name, and suggest the nearest."""
    if value is None or value in names:
        return
    near = get_close_matches(str(value), names, 1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise ValueError(
        f"task.{name} is {value!r}; expected one of {', '.join(names)}, or null to infer it.{hint}"
    )


def complete(
    partial: PartialTask | Task, pool: Sequence[Draft], test: Sequence[Draft], form: str = "whole"
) -> Task:
    """Complete a task from the pool; the kind of answer from the test where no pool has answers.

    Args:
        partial: The configured part; it always wins.
        pool: All of the pool.
        test: All of the test.
        form: How the right choices are named.

    Raises:
        ValueError: the labels of a `label` task are not known, or the pool goes beyond them.
    """
    unfinished = is_unfinished(partial)
    pool = pool or (test if unfinished else ())
    drafts = [draft for draft in pool if draft.answer] or test
    kind = partial.answer or infer_kind(drafts, form)
    labels = tuple(partial.labels)
    if kind == "label":
        answers = {draft.answer.strip() for draft in pool if draft.answer}
        spellings = answers | {draft.answer.strip() for draft in test}
        labels = tuple(_spell_as_data(label, spellings) for label in labels) or tuple(
            sorted(answers)
        )
        if labels or not unfinished:
            _check(labels, pool, test)
    multiline = partial.multiline
    if multiline is None:
        multiline = kind == "text" and any("\n" in draft.answer.strip() for draft in drafts)
    return Task(partial.instruction, kind, labels, multiline)


def _spell_as_data(label: str, answers: Collection[str]) -> str:
    """Spell a label as the data do, where yaml took it for true or false: yes, True, off."""
    words = TRUE_FALSE.get(label, ())
    matches = [answer for answer in answers if answer.casefold() in words]
    return label if label in answers or len(matches) != 1 else matches[0]


def infer_kind(drafts: Sequence[Draft], form: str = "whole") -> AnswerKind:
    """Infer the kind of answer from the answers and the name of their field."""
    answers = {draft.answer.strip() for draft in drafts}
    if all(draft.is_label for draft in drafts) and not _are_choices(drafts, form):
        return "label"
    if any({answer.lower() for answer in answers} <= set(pair) for pair in YES_NO[:3]):
        return "yes_no"
    if all(draft.choices.texts for draft in drafts) and _is_sure(drafts, form):
        return "choice"
    if _are_numbers(answers):
        return "number"
    return "text"


def _are_numbers(answers: Collection[str]) -> bool:
    """Tell whether answers are numbers; of fractions alone, such as 1/2, nobody could be sure."""
    rest = [answer for answer in answers if not (answer and NUMBER.fullmatch(answer))]
    return len(rest) < len(answers) and all(FRACTION.fullmatch(answer) for answer in rest)


def _is_sure(drafts: Sequence[Draft], form: str) -> bool:
    """Return whether choices are meant as such: what only looks so must hold most answers."""
    guessed = any(draft.choices.guessed for draft in drafts)
    return not guessed or 2 * sum(is_choice(draft, form) for draft in drafts) > len(drafts)


def _are_choices(drafts: Sequence[Draft], form: str) -> bool:
    """Return whether labels name choices, and are not the same few texts in every record."""
    texts = {draft.choices.texts for draft in drafts}
    is_label_set = len(texts) == 1 and all(draft.answer in draft.choices.texts for draft in drafts)
    return () not in texts and not is_label_set and all(is_choice(draft, form) for draft in drafts)


def _check(labels: tuple[str, ...], pool: Sequence[Draft], test: Sequence[Draft]) -> None:
    """Refuse a task without labels and a pool beyond them; warn of a test beyond them."""
    if not labels:
        raise ValueError(
            "the labels of this task are not known: they are taken from the pool, which has none; "
            "set dataset.task.labels=[…], or dataset.pool= to a file of labelled examples"
        )
    _warn_of_twins(labels)
    if others := _other_labels(labels, pool):
        raise ValueError(
            f"the pool has labels that dataset.task.labels leaves out: {others}; add them there, "
            f"or drop those examples"
        )
    if others := _other_labels(labels, test):
        count = sum(draft.answer.strip() not in {"", *labels} for draft in test)
        warnings.warn(
            f"the test has labels that the task has not, which will count as wrong: {others} "
            f"({count} of {len(test)} questions); dataset.task.labels=[…] names all of them",
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


def _other_labels(labels: tuple[str, ...], drafts: Sequence[Draft]) -> str:
    """List the answers of `drafts` that are no label."""
    names = {"", *labels}
    return ", ".join(sorted({draft.answer.strip() for draft in drafts} - names))
