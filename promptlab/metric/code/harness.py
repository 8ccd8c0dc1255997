"""A program with its tests: it says a word at the end that it cannot know, if all of them hold.

The layouts are those of HumanEval (Chen et al., 2021: the question is the beginning of the program,
the tests a function `check`) and of MBPP (Austin et al., 2021: the tests are lines of `assert`).
"""

import hashlib
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from promptlab.types import Example, RequestFailed


@dataclass(frozen=True)
class Fields:
    """Which fields of a record hold what.

    Attributes:
        test: The tests: one text, or a list of lines.
        entry_point: The name of the function that is tested, where a record says it.
        setup: What is run after the program and before the tests; it may be missing.
    """

    test: str = "test"
    entry_point: str = "entry_point"
    setup: str = "test_setup"


def with_tests(answer: str, example: Example, fields: Fields) -> tuple[str, str]:
    """Write the program that tests an answer, and the line that it prints last where all hold.

    Raises:
        RequestFailed: the record has no tests.
    """
    known = example.question.metadata
    tests, entry = _lines(known.get(fields.test)), str(known.get(fields.entry_point) or "")
    if not tests.strip():
        raise RequestFailed(
            f"the record has no tests in its field {fields.test!r}; expected a text or a list: "
            f"dataset.fields.metadata=[{fields.test}] keeps them, metric.accuracy.fields.test=… "
            "names another"
        )
    if entry.isidentifier() and re.search(r"^def check\(", tests, re.MULTILINE):
        tests += f"\ncheck({entry})"
    body = _completed(example.question.text, answer, entry)
    whole = "\n".join((body, _lines(known.get(fields.setup)), tests))
    word = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
    return f"{whole}\nprint()\nprint({word!r})\n", word


def _completed(question: str, answer: str, entry: str) -> str:
    """Put the question before an answer where it is the beginning of the program.

    A body that begins at the margin is indented: a reply often loses its first blanks.
    """
    if not entry or not _defines(question, entry):
        return answer
    first = next((line for line in answer.splitlines() if line.strip()), "")
    inside = first.startswith((" ", "\t")) or _defines(answer, entry)
    return f"{question}\n{answer if inside else textwrap.indent(answer, '    ')}"


def _defines(text: str, name: str) -> bool:
    return re.search(rf"^(async )?def {re.escape(name)}\b", text, re.MULTILINE) is not None


def _lines(held: Any) -> str:
    if isinstance(held, list | tuple):
        return "\n".join(map(str, held))
    return "" if held is None or isinstance(held, Mapping) else str(held)
