"""What a text states as its answer: what follows its triggers, or a first line that is one."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from promptlab.extract import texts
from promptlab.extract.candidates import candidates
from promptlab.extract.conclusion import concluded
from promptlab.extract.mention import Mention
from promptlab.extract.options import choices
from promptlab.extract.policy import Extract
from promptlab.extract.triggers import Statement, statements
from promptlab.types import Question, Task

_LETTER = re.compile(r"[A-Za-z][:：]?")
_HOPE = re.compile(r"\b(?:hope|whether|if)\b(?!.*\b(?:so|therefore|thus|hence)\b)", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?](?=\s)|[。！？\n]")
_NEGATION = re.compile(r"[\s*:]*(?:not|neither)\b|[\s*:]*不是", re.IGNORECASE)
_BUT = re.compile(r"\b(?:but|rather|instead|it's|it is)\b|而是", re.IGNORECASE)
# What says that there is no answer, so that an earlier one is not meant either.
_NO_ANSWER = re.compile(
    r"[\W_]*(?:[A-Za-z]\b(?!')|none\b|neither\b|unknown\b|undetermined\b|indeterminate\b|"
    r"unclear\b|can(?:not|'t)\b|impossible\b|not (?:in|among|on|one|any|available|listed|given|"
    r"known|clear|possible|provided|enough|certain)|不在|无法|没有|未知|不确定|不知道)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:is|would be|seems|must be)(?:\s+\w+ly)?\s+the\s+(?:(?:more|most)\s+)?(?:best|better|"
    r"correct|right|likely|likeliest|plausible|probable|only)(?:\s+\w+)?\s+(?:answer|choice|option)\b",
    re.IGNORECASE,
)
"""What calls the choice before it the answer."""
_UNDECIDED = re.compile(
    r"\b(?:can(?:not|'t| not) be (?:determined|answered|found|calculated|solved|known)|"
    r"(?:not enough|insufficient|no) information|undefined|"
    r"no (?:real |such )?solutions?|does(?: not|n't) exist|(?:is|are) not (?:given|known|provided)|"
    r"impossible to (?:determine|say|tell|know))\b|"
    r"无法(?:确定|计算|得出|求出|判断)|(?:信息|条件)不足|无解|不存在|无意义",
    re.IGNORECASE,
)
_REASON = re.compile(r"(?:because|since|as)\b")
_HEADING = 6
"""Words in a sentence that reasons; "Answer: 18 dollars in all." states."""
_UNIT = 40
"""Characters of a unit; a longer rest of the line is a sentence."""


class Stated(NamedTuple):
    """What a text states: its last answer (None: it names none), and whether it states anything."""

    answer: Mention | None
    anything: bool


def stated(text: str, task: Task, question: Question, extract: Extract) -> Stated:
    """Return the last answer that a text states after a trigger; it begins at the trigger."""
    made = _statements(text, task, extract)
    called = _called(text, task, question)
    if called is not None and (not made or called.start >= made[-1].trigger):
        return Stated(called, anything=True)
    says = any(re.search(r"\w", text[each.start : each.end]) for each in made)
    for each in reversed(made):
        found = _answer(
            text[each.start : each.end],
            task,
            question,
            digits_only=extract.digits_only,
            prose=_heads(text, each),
        )
        if found is not None:
            end = each.start + found.end
            return Stated(Mention(each.trigger, end, found.value), anything=True)
        if _NO_ANSWER.match(text, each.start, each.end):
            break
    return Stated(None, says)


def opening(text: str, task: Task, question: Question) -> Mention | None:
    """Return the first line's answer, if the line is nothing else and the second is no other.

    A number that is not understood has no value; a sum may come to one in the second line.
    """
    lines = texts.lines(text)[:2]
    if task.answer == "text" or not lines:
        return None
    first, *rest = [_alone(line, task, question, len(lines) == 1) for _, line in lines]
    if first is None or (rest and rest[0] not in {None, first}):
        return None
    if not first and lines[1:] and lines[1][1].startswith("="):
        return None
    return Mention(lines[0][0], lines[0][0] + len(lines[0][1]), first)


def _called(text: str, task: Task, question: Question) -> Mention | None:
    """Return the last choice that is called the answer: "B is the best choice"."""
    if task.answer != "choice" or _CALLED.search(text) is None:
        return None
    named = candidates(text, task, question)
    called = [m for m in named if _CALLED.match(text, m.end + _closed(text, m.end))]
    return called[-1] if called else None


def _closed(text: str, end: int) -> int:
    """Count the signs between a choice and what is said of it."""
    return len(text[end : end + 6]) - len(text[end : end + 6].lstrip(" )]}\"'*_`"))


def undecided(text: str, mention: Mention) -> bool:
    """Say whether the sentence around a number says that there is no answer."""
    before = _SENTENCE.split(text[: mention.start])[-1]
    after = _SENTENCE.split(text[mention.end :], maxsplit=1)[0]
    return any(_UNDECIDED.search(part) for part in (before, after))


def _statements(text: str, task: Task, extract: Extract) -> list[Statement]:
    """Return what follows the triggers, those that announce nothing left out.

    In a question of choices "A:" is a choice.
    """
    triggers = tuple(
        trigger
        for trigger in extract.triggers
        if task.answer != "choice" or not _LETTER.fullmatch(trigger.strip())
    )
    made = statements(text, triggers)
    if made and _opens_solution(text, made[0]):
        made = made[1:]
    return [
        each for each in made if not _HOPE.search(text[max(0, each.trigger - 40) : each.trigger])
    ]


def _heads(text: str, statement: Statement) -> bool:
    """Say whether a trigger is a heading ("Answer:"), under which a whole solution may stand."""
    trigger = text[statement.trigger : statement.start].rstrip("*_` \t")
    ahead = text[statement.start : statement.start + 4].lstrip("*_` \t")
    return trigger.endswith((":", "：")) or ahead.startswith((":", "：", "\n"))


def _opens_solution(text: str, first: Statement) -> bool:
    """Say whether a trigger heads the whole solution ("A: First, …") and states nothing yet."""
    if re.search(r"\w", text[: first.trigger]):
        return False
    if not text[first.trigger : first.start].rstrip("*_` ").endswith((":", "：")):
        return False
    sentence, *more = _SENTENCE.split(text[first.start :].strip(" *\n"))
    return len(sentence.split()) > _HEADING and any(each.strip() for each in more)


def _answer(
    statement: str, task: Task, question: Question, *, digits_only: bool, prose: bool
) -> Mention | None:
    """Return the first answer in what follows a trigger; "(A) or (B)" is none."""
    if task.answer == "text":
        first = texts.stated(statement)
        words = statement.strip(" :：*\n") if task.multiline else first
        return Mention(0, len(statement), words) if first else None
    found = candidates(statement, task, question, digits_only=digits_only)
    if task.answer == "number" and not digits_only and not _NEGATION.match(statement):
        mention = concluded(statement, question, prose=prose)
        return mention._replace(value="") if mention and undecided(statement, mention) else mention
    if found and task.answer == "number" and _NEGATION.match(statement):
        found = [mention for mention in found[1:] if _BUT.search(statement[: mention.start])][:1]
    return _settled(found) if found else None


def _settled(found: Sequence[Mention]) -> Mention:
    """Return the first mention; of "A or B. A is better", the only one behind the list."""
    later = {mention.value: mention for mention in found[1:]}
    return found[0] if found[0].value or len(later) != 1 else later.popitem()[1]


def _alone(line: str, task: Task, question: Question, only: bool) -> str | None:
    """Return the answer of a line that is nothing but an answer.

    A number may have a unit, a choice its words; where the line is the only one, a choice its
    reason too.
    """
    found = candidates(line, task, question)
    if not found or "=" in line or re.search(r"\w", line[: found[0].start]):
        return None
    value, rest = found[0].value, line[found[0].end :]
    if task.answer == "choice":
        return value if value and _is_own(value, rest, question, only) else None
    unit = r"[\W_]*(?:\w+[\W_]*){0,2}" if task.answer == "number" else r"[\W_]*"
    return value if len(rest) < _UNIT and re.fullmatch(unit, rest) else None


def _is_own(letter: str, rest: str, question: Question, only: bool) -> bool:
    """Say whether what follows a choice's letter is nothing, or its own words."""
    if not letter:
        return True
    options = choices.choices(question)
    index = ord(letter) - ord("A")
    own = choices.squeezed(options[index]) if index < len(options) else ""
    words = choices.squeezed(rest)
    reasoned = only and (_REASON.match(words) or (own and words.startswith(own)))
    return words in {"", own} or bool(reasoned)
