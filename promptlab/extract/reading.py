"""Reading an answer off a completion: where it is, what it is, and what became of it.

Thinking is put aside, the answer is looked for by a policy, and brought into the task's canonical
form. What cannot be read is told apart: cut off, refused, or simply not there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from promptlab.extract import choices, labels, numbers, texts, yes_no
from promptlab.extract.mention import Mention
from promptlab.extract.refusal import is_refusal
from promptlab.extract.thinking import visible
from promptlab.extract.triggers import Statement, statements
from promptlab.types import Answer, Completion, Outcome, Question, Task

Policy = Literal["after", "first", "last"]
POLICIES = ("after", "first", "last")
TRIGGERS = (
    "answer is",
    "answer would be",
    "answer should be",
    "answer will be",
    "answer must be",
    "answer:",
    "A:",
    "####",
    "\\boxed",
    "\\fbox",
    "<answer>",
    "option is",
    "choice is",
    "答案是",
    "答案为",
    "答案應為",
    "答案应为",
    "答案应该是",
    "答案选",
    "答案:",
    "答:",
    "故选",
    "应选",
    "所以选",
    "因此选",
)
# The model goes on to a question of its own: what follows answers that one.
_NEXT_QUESTION = re.compile(r"(?<=\S)\s*\n\s*(?:Q|Question|问题?|题目)\s*[:：]", re.IGNORECASE)
_CONNECTIVES = re.compile(
    r"(?:[\s,，:：*#\-]|\b(?:so|therefore|thus|hence|and|the|my|our|final|correct|best|right|is)\b|"
    r"所以|因此|故|最终|最后|正确|综上|那么)+\Z",
    re.IGNORECASE,
)
_BUT = re.compile(r"\b(?:but|rather|instead|it's|it is)\b|而是", re.IGNORECASE)
# What states that there is no answer, so that an earlier one is not meant either.
_NO_ANSWER = re.compile(
    r"[\W_]*(?:[A-Za-z]\b(?!')|none\b|neither\b|unknown\b|undetermined\b|indeterminate\b|unclear\b|"
    r"can(?:not|'t)\b|impossible\b|not (?:in|among|on|one|any|available|listed|given|known|clear|"
    r"possible|provided|enough|certain)|不在|无法|没有|未知|不确定|不知道)",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[A-Za-z][:：]?")
_HOPE = re.compile(r"\b(?:hope|whether|if)\b", re.IGNORECASE)
_OR = re.compile(
    r"[\s,()*\"'.\]]*(?:or|and|/|(?:or|/|或者?)|或者?|和|与)[\s,()*\"'\[]*", re.IGNORECASE
)
_HEADING = 6
"""Words in a sentence that reasons; "Answer: 18 dollars in all." states."""
_NEGATION = re.compile(r"[\s*:]*(?:not|n't|neither|不是)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Extract:
    """Where in a completion the answer is looked for.

    `after`: what follows the last trigger, since a chain that states its answer twice corrects
    itself; where there is none, a first line that is nothing but an answer, and else the last
    candidate. `first` and `last` take that candidate whatever stands around it. `literal` reads
    numbers as the first papers did, as runs of digits: 3/4 is 3, "5 + 3 = 8" is 5, "five" nothing.
    """

    policy: Policy = "after"
    triggers: tuple[str, ...] = TRIGGERS
    literal: bool = False

    def __post_init__(self) -> None:
        """Refuse a policy that is none."""
        object.__setattr__(self, "triggers", tuple(self.triggers))
        if self.policy not in POLICIES:
            raise ValueError(
                f"policy is {self.policy!r}; expected one of {', '.join(POLICIES)}: where in a "
                "completion the answer is looked for"
            )


_VALUES = Extract()


class _Found(NamedTuple):
    """An answer, where it begins, and whether the text stated it as its answer."""

    value: str
    start: int
    stated: bool


def read(completion: Completion, task: Task, question: Question, extract: Extract) -> Answer:
    """Return the answer that a completion gives, with its outcome."""
    text = visible(completion.text)
    found = _found(text, task, question, extract)
    doubtful = found is None or not found.stated
    if doubtful and is_refusal(text):
        return Answer("", text.strip(), outcome="refused")
    cut = completion.finish_reason == "length"
    if found is None or (cut and doubtful and extract.policy == "after"):
        outcome: Outcome = "truncated" if cut else "unparsed"
        return Answer("", text.strip(), outcome=outcome)
    return Answer(found.value, _CONNECTIVES.sub("", text[: found.start]).strip())


def canonical(text: str, task: Task, question: Question) -> str | None:
    """Return an answer in the task's canonical form; None where it is none."""
    if task.answer == "code":
        return texts.code(text) or None
    if task.answer == "text":
        return text.strip() or None
    found = _mentions(text, task, question, _VALUES)
    return found[0].value if found else None


def _mentions(text: str, task: Task, question: Question, extract: Extract) -> list[Mention]:
    """Return the possible answers that a text names, in order."""
    if task.answer == "number":
        return numbers.digits(text) if extract.literal else numbers.mentions(text, question)
    if task.answer == "choice":
        return choices.mentions(text, question)
    if task.answer == "label":
        return labels.mentions(text, task.labels)
    if task.answer == "yes_no":
        return yes_no.mentions(text)
    return [
        Mention(start, start + len(line), texts.cleaned(line)) for start, line in texts.lines(text)
    ]


def _found(text: str, task: Task, question: Question, extract: Extract) -> _Found | None:
    """Find the answer, before the model's own next question if it is there."""
    if task.answer == "code":
        block = texts.code(text, last=extract.policy == "last")
        return _Found(block, max(text.find(block), 0), stated=True) if block else None
    next_question = _NEXT_QUESTION.search(text)
    if next_question is not None:
        found = _by_policy(text[: next_question.start()], task, question, extract)
        if found is not None:
            return found._replace(stated=True)
    return _by_policy(text, task, question, extract)


def _by_policy(text: str, task: Task, question: Question, extract: Extract) -> _Found | None:
    """Find the answer where the policy says."""
    if extract.policy == "after":
        stated = _statements(text, task, extract)
        found = _stated(text, stated, task, question, extract) or _opening(text, task, question)
        if found is not None or any(_says_something(text, statement) for statement in stated):
            return found
    every = [mention for mention in _mentions(text, task, question, extract) if mention.value]
    if not every:
        return None
    chosen = every[0 if extract.policy == "first" else -1]
    return _Found(chosen.value, chosen.start, stated=False)


def _stated(
    text: str, stated: Sequence[Statement], task: Task, question: Question, extract: Extract
) -> _Found | None:
    """Return the last answer that the text states as such."""
    for statement in reversed(stated):
        found = _read(text[statement.start : statement.end], task, question, extract)
        if found is not None:
            return _Found(found.value, statement.trigger, stated=True)
        if _NO_ANSWER.match(text, statement.start, statement.end):
            break
    return None


def _statements(text: str, task: Task, extract: Extract) -> list[Statement]:
    """Return what follows the triggers; "A:" in a question of choices is a choice."""
    triggers = tuple(
        trigger
        for trigger in extract.triggers
        if task.answer != "choice" or not _LETTER.fullmatch(trigger.strip())
    )
    return [
        statement
        for statement in statements(text, triggers)
        if not _opens_solution(text, statement)
        and not _HOPE.search(text[: statement.trigger][-40:])
    ]


def _says_something(text: str, statement: Statement) -> bool:
    """Say whether words follow a trigger: an answer outside the task is none, wherever one looks."""
    return re.search(r"\w", text[statement.start : statement.end]) is not None


def _read(statement: str, task: Task, question: Question, extract: Extract) -> Mention | None:
    """Return the first answer in what follows a trigger; "(A) or (B)" is none."""
    if task.answer == "text":
        words = texts.stated(statement)
        return Mention(statement.find(words), len(statement), words) if words else None
    found = _mentions(statement, task, question, extract)
    if found and task.answer in {"number", "choice"} and _NEGATION.match(statement):
        found = [mention for mention in found[1:] if _BUT.search(statement[: mention.start])][:1]
    if task.answer in {"choice", "label"} and len({mention.value for mention in found[:2]}) > 1:
        if _OR.fullmatch(statement[found[0].end : found[1].start]):
            return None
    return found[0] if found else None


def _opens_solution(text: str, statement: Statement) -> bool:
    """Say whether a trigger heads the whole solution ("A: First, …") and states nothing yet."""
    if re.search(r"\w", text[: statement.trigger]):
        return False
    if not text[statement.trigger : statement.start].rstrip("*_` ").endswith((":", "：")):
        return False
    first, *more = re.split(r"[.!?](?=\s)|[。！？\n]", text[statement.start :].strip(" *\n"))
    return len(first.split()) > _HEADING and any(line.strip() for line in more)


def _opening(text: str, task: Task, question: Question) -> _Found | None:
    """Return the first line's answer if the line is nothing else, and the second is no other."""
    opening = texts.lines(text)[:2]
    if task.answer == "text" or not opening:
        return None
    first, *rest = [_alone(line, task, question) for _, line in opening]
    if first is None or (rest and rest[0] not in {None, first}):
        return None
    return _Found(first, opening[0][0], stated=True)


def _alone(line: str, task: Task, question: Question) -> str | None:
    """Return the answer of a line that is nothing but an answer, with a unit at most."""
    found = _mentions(line, task, question, _VALUES)
    if not found or "=" in line or re.search(r"\w", line[: found[0].start]):
        return None
    rest = line[found[0].end :]
    if task.answer == "choice":
        options = choices.choices(question)
        index = ord(found[0].value) - ord("A")
        own = choices.squeezed(options[index]) if index < len(options) else ""
        return found[0].value if choices.squeezed(rest) in {"", own} else None
    unit = r"[\W_]*(?:\w+[\W_]*){0,2}" if task.answer == "number" else r"[\W_]*"
    return found[0].value if re.fullmatch(unit, rest) and len(rest) < 40 else None
