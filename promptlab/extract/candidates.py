"""The possible answers that a text names, by the task's kind of answer; and its canonical form."""

from promptlab.extract import json_value, texts
from promptlab.extract.code import code
from promptlab.extract.mention import Mention
from promptlab.extract.number import numbers
from promptlab.extract.options import choices, labels, yes_no
from promptlab.types import Question, Task


def candidates(
    text: str, task: Task, question: Question, *, digits_only: bool = False
) -> list[Mention]:
    """Return the possible answers that a text names, in order.

    Of a free text these are its lines, or all of it where the task says so. What stands where an
    answer would, but is not understood (3√2) or not one ("A or B"), is a mention of no
    value.
    """
    if task.answer == "number":
        return numbers.digits(text) if digits_only else numbers.mentions(text, question)
    if task.answer == "choice":
        return choices.mentions(text, question, digits_only=digits_only)
    if task.answer == "text" and task.multiline and "\n" in text.strip():
        return [Mention(0, len(text), text.strip())]
    if task.answer == "label":
        return labels.mentions(text, task.labels)
    if task.answer == "yes_no":
        return yes_no.mentions(text, question)
    lines = [(start, line, texts.cleaned(line)) for start, line in texts.lines(text)]
    return [Mention(start, start + len(line), words) for start, line, words in lines if words]


def canonical(text: str, task: Task, question: Question) -> str | None:
    """Return an answer in the task's canonical form; None where it is none.

    A number is a plain decimal, where the text names one and no other; a choice its letter, a
    label as the task spells it, yes or no `yes` or `no`, code the content of its fence, JSON
    compact with sorted keys; a text is stripped.
    """
    if task.answer == "json":
        return json_value.canonical(text)
    if task.answer == "code":
        return code(text) or None
    if task.answer == "number":
        return numbers.whole(text, question)
    if task.answer == "text":
        return text.strip() or None
    found = candidates(text, task, question)
    return (found[0].value or None) if found else None
