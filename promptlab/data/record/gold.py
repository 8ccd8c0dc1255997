r"""Gold: the right answer, taken out of a worked solution where it stands in one, and doubted.

A solution may end in its answer, `#### 72` as in GSM8K (Cobbe et al., 2021), or hold it in its
last `\boxed{72}` as in MATH (Hendrycks et al., 2021); the rest of it is the rationale. What cannot
be the right answer to a question of the task is refused: every score of it would be wrong.
"""

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from promptlab.data.bounds import NUMBER
from promptlab.data.record.choice import letter, several_message
from promptlab.data.record.draft import Draft
from promptlab.data.record.row import map_rows
from promptlab.extract import canonical
from promptlab.extract.number import numbers
from promptlab.types import AnswerKind, Question, Task

_HASH = re.compile(r"(?:\A|\n)[ \t]*####[ \t]*(?P<answer>\S[^\n]*?)\s*\Z")
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*(?:(?P<brace>\{)|(?P<bare>[^\s{$.,]+))")
_CALCULATION = re.compile(r"<<[^<>\n]*>>")
_UNIT = re.compile(
    r"[ %°‰$/²³µ·'’\"]|[^\W\d_]|\\[%$,;! ]|\^\{?[23]\}?|\^\{?\\circ\}?|\.(?=\Z|\s)|"
    r"\\(?:text|mathrm|mbox)\{[^{}\d]*\}"
)
_RANGE = re.compile(
    r"(?<![^\W\d_])(?:or|to|and|than|more|less|fewer|least|most|about|over|under|half)(?![^\W\d_])|"
    r"[或至到约超不以余多]",
    re.IGNORECASE,
)


def split_solutions(
    drafts: Sequence[Draft], form: str | None, kind: AnswerKind | None, origin: str
) -> list[Draft]:
    """Take the answers of one split out of their worked solutions, where they stand in such.

    Args:
        drafts: The split.
        form: `hash` or `boxed`; None tells by the form that more than half of the answers have.
        kind: The kind of answer, where the configuration says it.
        origin: Names the split in messages.

    Raises:
        ValueError: some answers are not in the form; the first are named.
    """
    if form is None and kind in (None, "number", "text"):
        form = _detect_form(drafts)
    if form is None or form not in SOLUTIONS:
        return list(drafts)
    return map_rows(drafts, partial(_split_solution, form=form), lambda draft: draft.place, origin)


def _detect_form(drafts: Sequence[Draft]) -> str | None:
    """Detect the form of a split's answers, with a warning; a label is no solution."""
    answers = [draft.answer for draft in drafts if draft.answer and not draft.is_label]
    for form, split in SOLUTIONS.items():
        if 2 * sum(split(answer) is not None for answer in answers) > len(answers):
            warnings.warn(
                f"the answers are taken from {MARKS[form]} in worked solutions, which become the "
                f"rationales: dataset.task.gold={form} agrees, dataset.task.gold=whole takes them "
                f"as they stand",
                stacklevel=2,
            )
            return form
    return None


def _split_solution(draft: Draft, form: str) -> Draft:
    """Take the answer out of one solution."""
    if not draft.answer or draft.unanswerable:
        return draft
    parts = SOLUTIONS[form](draft.answer)
    if parts is None:
        raise ValueError(f"the answer has no {MARKS[form]}, as dataset.task.gold={form} expects")
    rationale, answer = parts
    return replace(draft, answer=answer, rationale=draft.rationale or rationale)


def split_hashes(text: str) -> tuple[str, str] | None:
    """Split a solution whose last line is `#### 72` into what comes before it, and 72.

    The calculator's annotations (`<<48/2=24>>`) are taken out of what comes before.
    """
    match = _HASH.search(text)
    if match is None:
        return None
    return _CALCULATION.sub("", text[: match.start()]).strip(), match["answer"]


def split_boxed(text: str) -> tuple[str, str] | None:
    r"""Split a solution with `\boxed{72}` into the solution without the box, and 72."""
    last = next(reversed(list(_BOXED.finditer(text))), None)
    if last is None:
        return None
    start, end = (last.end(), _closing(text, last.end())) if last["brace"] else last.span("bare")
    answer = text[start:end].strip()
    if not answer:
        return None
    before, after = text[: last.start()], text[end + bool(last["brace"]) :]
    is_bare = not (before + after).strip(" $.\n")
    return "" if is_bare else (before + answer + after).strip(), answer


def _closing(text: str, start: int) -> int:
    """Find the brace that closes the one opened before `start`."""
    depth = 1
    for match in re.finditer(r"\\[\\{}]|[{}]", text[start:]):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if not depth:
            return start + match.start()
    return len(text)


SOLUTIONS: Mapping[str, Callable[[str], tuple[str, str] | None]] = {
    "hash": split_hashes,
    "boxed": split_boxed,
}
MARKS = {"hash": "`#### …`", "boxed": r"`\boxed{…}`"}


def gold_answer(draft: Draft, task: Task, form: str) -> str:
    """Return the gold answer as the task writes it, '' where the file does not say.

    Raises:
        ValueError: it cannot be the right answer to a question of such a task.
    """
    if task.answer in ("text", "code"):
        return draft.answer
    if draft.unanswerable and draft.answer and task.answer != "label":
        raise ValueError(
            f"no answer, which a task of kind {task.answer} needs; dataset.task.unanswerable=drop "
            f"leaves such records out"
        )
    if task.answer == "choice":
        return letter(draft, form)
    answer = draft.answer.strip()
    if draft.several and task.answer != "number":
        raise ValueError(several_message(answer))
    if task.answer == "number":
        for value in (answer, *draft.aliases) if answer else ():
            _expect_number(value, draft.question)
    if task.answer == "yes_no" and answer and canonical(answer, task, Question("", "")) is None:
        raise ValueError(f"the answer {answer[:60]!r} is neither yes nor no")
    return answer


def _expect_number(answer: str, question: str) -> None:
    """Refuse a gold answer that is not wholly one number."""
    if is_number(answer, question):
        return
    form = next((form for form, split in SOLUTIONS.items() if split(answer)), "")
    advice = f"set dataset.task.gold={form}" if form else "set dataset.task.answer=text"
    raise ValueError(
        f"the answer {answer[:60]!r} is not one number, as a task of numbers needs; mend it, or "
        f"{advice}"
    )


def is_number(answer: str, question: str = "") -> bool:
    """Return whether a text is one number and nothing else but its unit: $18, 50%, 3 km, 1/2."""
    if len(answer) > NUMBER:
        return False
    mentions = numbers.mentions(answer, Question("", question[:NUMBER]))
    if len(mentions) != 1 or not mentions[0].value:
        return False
    before, after = answer[: mentions[0].start], answer[mentions[0].end :]
    bare = not before.strip(" $\\=+￥＄") and not _UNIT.sub("", after)
    return bare and not _RANGE.search(after)
