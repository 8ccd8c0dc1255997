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
    "correct option is",
    "correct choice is",
    "best option is",
    "best choice is",
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
_NEGATION = re.compile(r"[\s*:]*(?:not|n't|neither|不是)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Extract:
    """Where in a completion the answer is looked for.

    `after`: what follows the last trigger, since a chain that states its answer twice corrects
    itself; where there is none, a first line that is nothing but an answer, and else the last
    candidate. `first` and `last` take that candidate whatever stands around it.
    """

    policy: Policy = "after"
    triggers: tuple[str, ...] = TRIGGERS

    def __post_init__(self) -> None:
        """Refuse a policy that is none."""
        object.__setattr__(self, "triggers", tuple(self.triggers))
        if self.policy not in POLICIES:
            raise ValueError(
                f"policy is {self.policy!r}; expected one of {', '.join(POLICIES)}: where in a "
                "completion the answer is looked for"
            )


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
    found = _mentions(text, task, question)
    return found[0].value if found else None


def _mentions(text: str, task: Task, question: Question) -> list[Mention]:
    """Return the possible answers that a text names, in order."""
    if task.answer == "number":
        return numbers.mentions(text, question)
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
        for found in _stated(text, task, question, extract):
            return found
    every = [mention for mention in _mentions(text, task, question) if mention.value]
    if not every:
        return None
    chosen = every[0 if extract.policy == "first" else -1]
    return _Found(chosen.value, chosen.start, stated=False)


def _stated(text: str, task: Task, question: Question, extract: Extract) -> Iterator[_Found]:
    """Yield the answers that the text states as such, the likeliest first."""
    for statement in reversed(_statements(text, task, extract)):
        found = _read(text[statement.start : statement.end], task, question)
        if found is not None and not _is_heading(text, statement, found):
            yield _Found(found.value, statement.trigger, stated=True)
    opening = _opening(text, task, question)
    if opening is not None:
        yield opening


def _statements(text: str, task: Task, extract: Extract) -> list[Statement]:
    """Return what follows the triggers; "A:" in a question of choices is a choice."""
    lettered = re.compile(r"[A-Za-z][:：]?")
    triggers = tuple(
        trigger
        for trigger in extract.triggers
        if task.answer != "choice" or not lettered.fullmatch(trigger.strip())
    )
    return statements(text, triggers)


def _read(statement: str, task: Task, question: Question) -> Mention | None:
    """Return the first answer in what follows a trigger."""
    if task.answer == "text":
        words = texts.stated(statement)
        return Mention(statement.find(words), len(statement), words) if words else None
    if task.answer in {"number", "choice"} and _NEGATION.match(statement):
        return None
    found = _mentions(statement, task, question)
    return found[0] if found else None


def _is_heading(text: str, statement: Statement, found: Mention) -> bool:
    """Say whether a trigger opens the whole solution ("A: First, …") and states nothing yet."""
    if re.search(r"\w", text[: statement.trigger]):
        return False
    if not text[statement.trigger : statement.start].rstrip("*_` ").endswith((":", "：")):
        return False
    following = text[statement.start : statement.end]
    words = re.findall(r"\w+", following[: max(found.start, 0)])
    return bool(words) and len(re.findall(r"[.!?](?=\s)|[。！？\n]", following.strip())) > 0


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
    found = _mentions(line, task, question)
    if not found or re.search(r"\w", line[: found[0].start]):
        return None
    rest = line[found[0].end :]
    if task.answer == "choice":
        options = choices.choices(question)
        index = ord(found[0].value) - ord("A")
        own = choices.squeezed(options[index]) if index < len(options) else ""
        return found[0].value if choices.squeezed(rest) in {"", own} else None
    unit = r"[\W_]*(?:\w+[\W_]*){0,2}" if task.answer == "number" else r"[\W_]*"
    return found[0].value if re.fullmatch(unit, rest) and len(rest) < 40 else None
