"""Reading an answer off a completion: where it is, what it is, and what became of it.

Thinking is put aside, the answer is looked for by a policy, and brought into the task's canonical
form. What cannot be read is told apart: cut off, refused, or simply not there.
"""

import re
from typing import NamedTuple

from promptlab.extract import json_value, texts
from promptlab.extract.bounds import bounded
from promptlab.extract.candidates import candidates
from promptlab.extract.code import announced
from promptlab.extract.code import found as fenced
from promptlab.extract.mention import Mention
from promptlab.extract.policy import Extract
from promptlab.extract.refusal import is_refusal
from promptlab.extract.run_on import headings
from promptlab.extract.statement import opening, stated, undecided
from promptlab.extract.thinking import visible
from promptlab.extract.triggers import statements
from promptlab.text.citing import blanked, closed
from promptlab.types import Answer, Completion, Question, Task

_CONNECTIVES = re.compile(
    r"(?:[\s,，:：*#\-]|\b(?:so|therefore|thus|hence|and|the|my|our|final|correct|best|right|is)\b|"
    r"所以|因此|故|最终|最后|正确|综上|那么)+\Z",
    re.IGNORECASE,
)
_TAIL = 80
CITATION = "   "
"""The blanks that the shortest citation leaves."""


class _Found(NamedTuple):
    """An answer, where it begins, and whether the text stated it as its answer."""

    value: str
    start: int
    stated: bool


def read(completion: Completion, task: Task, question: Question, extract: Extract) -> Answer:
    """Return the answer that a completion gives.

    The outcome is `parsed`; or `refused`; or `truncated`, where the completion ran out of tokens
    before it stated an answer; or `unparsed`. What cites a passage, `[1]`, is no part of an answer.
    The rationale is the text before the answer, or all of it.
    """
    if task.answer == "json":
        return json_value.read(completion)
    text = visible(completion.text)
    text = text if task.answer == "code" else bounded(text)
    plain = blanked(text, len(question.passages)) if task.answer != "code" else text
    found = _found(plain, task, question, extract)
    cut = completion.finish_reason == "length"
    doubtful = found is None or not found.stated
    if doubtful and is_refusal(text, found.start if found else None):
        return Answer("", text.strip(), outcome="refused")
    if found is None or (cut and doubtful and extract.policy == "after"):
        return Answer("", text.strip(), outcome="truncated" if cut else "unparsed")
    value = closed(found.value) if plain != text else found.value
    return Answer(value, _rationale(text[: found.start]))


def _rationale(before: str) -> str:
    """Take "So the final" and the like from the end of what comes before an answer."""
    head, tail = before[:-_TAIL], before[-_TAIL:]
    return (head + _CONNECTIVES.sub("", tail)).strip()


def _found(text: str, task: Task, question: Question, extract: Extract) -> _Found | None:
    """Find the answer: before the model's own next question, if one is there."""
    if task.answer == "code":
        return _program(text, extract)
    for heading in headings(text, task, question):
        before = text[: heading.start]
        found = _by_policy(before, task, question, extract) if before.strip() else None
        if found is not None and (found.stated or not heading.restates):
            return found._replace(stated=True)
        if not heading.restates and stated(before, task, question, extract).anything:
            return None
    return _by_policy(text, task, question, extract)


def _program(text: str, extract: Extract) -> _Found | None:
    """Find a program, where the policy says."""
    if extract.policy == "after":
        program = announced(text, extract.triggers)
    else:
        program = fenced(text, last=extract.policy == "last")
    return _Found(*program) if program.text else None


def _by_policy(text: str, task: Task, question: Question, extract: Extract) -> _Found | None:
    """Find the answer where the policy says."""
    if extract.policy == "after":
        said = stated(text, task, question, extract)
        answer = said.answer or opening(text, task, question)
        if answer is not None and answer.value:
            return _Found(answer.value, answer.start, stated=True)
        if answer is not None or said.anything:
            return None
    if extract.policy == "reply" and not task.multiline:
        answer = opening(text, task, question) or stated(text, task, question, extract).answer
        if answer is not None and answer.value:
            return _Found(answer.value, answer.start, stated=True)
    chosen = _chosen(text, task, question, extract)
    return _Found(chosen.value, chosen.start, stated=False) if chosen and chosen.value else None


def _only_announces(text: str, mention: Mention, extract: Extract) -> bool:
    """Say whether free text announces an answer and says none: "The answer is", "Answer: [1]".

    In a sentence that says more, "I ask what the answer is", it is a citation that is announced.
    """
    end = len(text) - len(text[mention.end :].lstrip(" "))
    said = text[mention.start : end]
    made = statements(said, extract.triggers)
    if not made or texts.stated(said[made[-1].start :]):
        return False
    alone = not _CONNECTIVES.sub("", said[: made[-1].trigger]).strip()
    return alone or CITATION in said[made[-1].start :]


def _chosen(text: str, task: Task, question: Question, extract: Extract) -> Mention | None:
    """Return the candidate that counts where nothing is stated: the first, or the last."""
    every = candidates(text, task, question, digits_only=extract.digits_only)
    if task.answer == "text":
        every = [
            mention._replace(value="") if _only_announces(text, mention, extract) else mention
            for mention in every
        ]
    opens = extract.policy in {"reply", "first"}
    if opens and task.answer != "number":
        # "Positive or negative? Positive": the options may be said before one is named.
        every = [mention for mention in every if mention.value]
    if not every:
        return None
    chosen = every[0 if opens else -1]
    doubtful = task.answer == "number" and not extract.digits_only
    return None if doubtful and undecided(text, chosen) else chosen
