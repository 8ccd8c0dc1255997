"""The stages that answer a question, one after another: select, order, ask.

A run and whoever uses its winner go through the same lines, so that they ask the same.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from promptlab.context import Drop, shortened
from promptlab.program import lifted
from promptlab.protocols import Ordering, Program, Select, Strategy
from promptlab.types import Answer, Example, Question, Stage

Through = Callable[[Stage, Program[Any]], Program[Any]]
"""Stands around each stage's program: records what it asks, say."""


def answer_question(
    question: Question,
    *,
    select: Select,
    ordering: Ordering,
    strategy: Strategy,
    overflow: Drop,
    through: Through,
) -> Program[tuple[Answer, tuple[Example, ...]]]:
    """Answer a question; return the answer and the demonstrations that were shown.

    Raises:
        RequestFailed: a request failed.
    """
    ranked: Sequence[Example] = yield from through("selection", lifted(select(question)))
    ordered = yield from through("ordering", lifted(ordering(ranked, question)))
    solving = partial(strategy.solve, question)
    program = shortened(solving, tuple(ordered), ranked, overflow)
    result: tuple[Answer, tuple[Example, ...]] = yield from through("strategy", program)
    return result
