"""The stages that answer a question, one after another: select, order, ask; two are fitted.

A run and whoever uses its winner go through the same lines, so that they ask the same.
"""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

from promptlab.context import Drop, shortened
from promptlab.program import lifted, then
from promptlab.protocols import (
    Ordering,
    OrderingToFit,
    Program,
    Select,
    Selection,
    Step,
    Strategy,
)
from promptlab.types import Answer, Example, Question, Stage

Through = Callable[[Stage, Program[Any]], Program[Any]]
"""Stands around each stage's program: records what it asks, say."""


def fit(
    selection: Selection, ordering: Ordering | OrderingToFit, pool: Sequence[Example]
) -> Step[tuple[Select, Ordering]]:
    """Fit the selection to the pool, and then the ordering where it is one that is fitted.

    Raises:
        ValueError: the pool is too small.
    """

    def order(select: Select) -> Step[tuple[Select, Ordering]]:
        prepared: Step[Ordering] = (
            ordering.fit(pool, select) if hasattr(ordering, "fit") else ordering
        )
        return then(prepared, lambda fitted: (select, fitted))

    return then(selection.fit(pool), order)


def prepared(strategy: Strategy, pool: Sequence[Example]) -> Strategy:
    """Fit a strategy to the pool where it, or one that it wraps, learns from its questions.

    Nobody is asked: what it asks for that, it asks with the question.

    Raises:
        ValueError: there is nothing in the pool for it to learn from.
    """
    if hasattr(strategy, "fit"):
        fitted: Strategy = strategy.fit(pool)
        return fitted
    anything: Any = strategy
    if not dataclasses.is_dataclass(anything) or isinstance(anything, type):
        return strategy
    parts = {part.name: getattr(strategy, part.name) for part in dataclasses.fields(anything)}
    wrapped = {name: part for name, part in parts.items() if hasattr(part, "solve")}
    made = {name: prepared(part, pool) for name, part in wrapped.items()}
    if all(made[name] is part for name, part in wrapped.items()):
        return strategy
    whole: Any = dataclasses.replace(anything, **made)
    return cast("Strategy", whole)


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
