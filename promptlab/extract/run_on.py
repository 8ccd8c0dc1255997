"""Run-on: a model that has answered goes on with a question of its own, under a heading.

What stands before such a heading is the reply, where it states an answer, or where the question
under the heading is another one. Where the model only says its own question again before it solves
it, the solution counts.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from promptlab.text.unicode import HAN, narrow
from promptlab.types import Question, Task

_HEADING = re.compile(
    r"^(?:<\|im_start\|>)?[ \t>#*_\[(<|]{0,12}(?:"
    r"(?:(?:(?:Here is|Here's)[ ])?(?:(?:The[ ])?Next|Another|A new|New|Second|Follow-?up)[ ])?"
    r"(?:Q|Question|Problem|Exercise|Task|Example|Input|Instruction|Human|User|Query|Prompt)"
    r"(?:[ \t]?(?:\#|No\.?[ ]?)?[ \t]?\d{1,4})?"
    r"|(?:下一[个道]?|另一[个道]|新的?)?(?:问题?|题目?|提问|例题?|练习|输入|指令|用户)"
    r"[ \t]?(?:\d{1,4}|[一二三四五六七八九十]{1,3})?"
    r"|第[ \t]?(?:\d{1,4}|[一二三四五六七八九十]{1,3})[ \t]?[题问]"
    r")(?:[ \t*_\])>|]{0,6}[:：][*_]{0,3}|(?<=\d)[.)](?=\s)"
    r"|[ \t*_]{0,3}\|?[\]>](?=\s)|[ \t*_#\])>|]{0,6}$)",
    re.IGNORECASE | re.MULTILINE,
)
# A word alone in a line is a heading only where it is marked as one: ## Problem, **Question**.
_MARKED = re.compile(r"[:：]|^[ \t]*(?:[#*_\[<|>]|Q\d)|\d[.)]")
_SOLUTION = re.compile(
    r"^[ \t>#*_\[(<|]{0,12}(?:A\d{0,3}|Answer|Solution|Response|Output|Assistant|Bot|Explanation|"
    r"Reasoning|答案?|解答?|回答|解析|输出|助手)[ \t]?\d{0,4}[ \t*_#\])>|]{0,6}(?:[:：]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(rf"[a-z]{{4,}}|[{HAN}]", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ASKED = 1_000
"""Characters of the question under a heading, and of what stands before, that are compared."""
_MOST = 8
"""Headings that are looked at: a reply of a thousand must not be read a thousand times."""


class Heading(NamedTuple):
    """A heading's place, and whether the question under it is the one that was asked."""

    start: int
    restates: bool


def headings(text: str, task: Task, question: Question) -> Iterator[Heading]:
    """Yield the headings under which a text asks a question, in order."""
    plain = narrow(text)
    marked = (match for match in _HEADING.finditer(plain) if _MARKED.search(match.group()))
    for match in islice(marked, _MOST):
        before = plain[max(0, match.start() - _ASKED) : match.start()]
        known = f"{narrow(question.text)} {before}".lower()
        asked = _question(plain[match.end() : match.end() + _ASKED]).lower()
        yield Heading(match.start(), _restates(asked, known, strictly=task.answer != "number"))


def _question(text: str) -> str:
    """Return the question that a text begins with: to its question mark, or its first line."""
    solution = _SOLUTION.search(text)
    asked = (text[: solution.start()] if solution else text).strip()
    mark = re.search("[?]", asked)
    return asked[: mark.end()] if mark else asked.partition("\n")[0]


def _restates(asked: str, known: str, *, strictly: bool) -> bool:
    """Say whether a question has all its words from before, or half of them and no new number.

    A new question of arithmetic has numbers of its own; another one may differ by a single word.
    """
    words = set(_WORD.findall(asked))
    shared = len(words & set(_WORD.findall(known)))
    if strictly or not _numbers(asked) <= _numbers(known):
        return shared == len(words) > 0
    return 2 * shared >= len(words)


def _numbers(text: str) -> set[str]:
    return {number.replace(",", "") for number in _NUMBER.findall(text)}
