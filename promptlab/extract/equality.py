"""When two answers are the same: decided by the task, here, for extraction, votes and metrics.

`key` names an answer's class; two answers are the same exactly when their keys are. Numbers are
compared by value, to twelve significant digits; choices by letter; labels in the coarsest form that
tells those of the task apart; yes and no by meaning; code as it stands; JSON by value; text as
SQuAD compares it, without case, punctuation, articles and spacing, except that what distinguishes
numbers and single letters is kept (3.5 is not 35, -5 is not 5, A- is not A, C++ is not C) and that
a text never vanishes ("A" is not "").
"""

import re
import unicodedata
from collections.abc import Sequence

from promptlab.extract import json_value
from promptlab.extract.code import code
from promptlab.extract.mention import Mention
from promptlab.extract.number import numbers
from promptlab.extract.options import choices, labels, yes_no
from promptlab.text.unicode import HAN, single_spaced, without_punctuation
from promptlab.types import Question, Task

_NOTHING = Question(id="", text="")
# The "a" that ends "grade a", or stands among letters, is no article.
_ARTICLES = re.compile(r"\b(?:the|an)\b|\ba\s+(?=\w\w)")
_GROUPING = re.compile(r"(?<=\d),(?=\d)")
_HAN_SPACE = re.compile(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_MINUS = re.compile(r"(?<![\w)])-(?=[\d.])")
_GRADE = re.compile(r"(?<![^\W_])[a-z](?:\+{1,2}|#|-(?!\w))")
_KEPT = str.maketrans("+#-", "\ue002\ue003\ue000")


def same(a: str, b: str, task: Task) -> bool:
    """Say whether two answers to a question of this task are the same; an empty one never is."""
    return bool(a.strip() and b.strip()) and key(a, task) == key(b, task)


def key(text: str, task: Task) -> str:
    """Return the name of the class of answers that count as the same as this one."""
    if task.answer == "number":
        return numbers.whole(text, _NOTHING) or normalised(text)
    if task.answer == "choice":
        return _named(choices.mentions(text, _NOTHING)) or normalised(text)
    if task.answer == "yes_no":
        return _named(yes_no.mentions(text, _NOTHING)) or normalised(text)
    if task.answer == "label":
        return labels.form(task.labels)(text)
    if task.answer == "json":
        return json_value.canonical(text) or text.strip()
    return code(text.replace("\r\n", "\n")) if task.answer == "code" else normalised(text)


def _named(found: Sequence[Mention]) -> str:
    return found[0].value if found else ""


def normalised(text: str) -> str:
    """Return a text in the form in which free texts are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("−", "-")
    if not any(character.isalpha() for character in plain):
        return _GROUPING.sub("", "".join(plain.split())).strip("$%.。") or plain.strip()
    plain = _MINUS.sub("\ue000", _POINT.sub("\ue001", _GROUPING.sub("", plain)))
    plain = _GRADE.sub(lambda found: found.group().translate(_KEPT), plain)
    words = _ARTICLES.sub(" ", without_punctuation(plain))
    bare = _HAN_SPACE.sub("", single_spaced(words))
    return bare or single_spaced(plain)
