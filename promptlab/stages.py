"""The stages that answer a question, one after another: retrieve, select, order, ask.

A run and whoever uses its winner go through the same lines, so that they ask the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from typing import Any, TypeVar, cast

from promptlab.context import Drop, shortened
from promptlab.program import lifted, then
from promptlab.protocols import (
    ContextOverflow,
    Ordering,
    OrderingToFit,
    Program,
    Retrieval,
    Search,
    Select,
    Selection,
    Step,
    Strategy,
)
from promptlab.types import Answer, Example, Passage, Question, Stage

T = TypeVar("T")
Through = Callable[[Stage, Program[Any]], Program[Any]]
"""Stands around each stage's program: records what it asks, say."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The stages before the strategy, fitted to a corpus and a pool."""

    search: Search
    select: Select
    ordering: Ordering


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and what was shown for it."""

    answer: Answer
    demos: tuple[Example, ...] = ()
    passages: tuple[Passage, ...] = ()


def fit(
    retrieval: Retrieval,
    selection: Selection,
    ordering: Ordering | OrderingToFit,
    pool: Sequence[Example],
) -> Step[Fitted]:
    """Fit retrieval, selection, and then the ordering where it is one that is fitted.

    Raises:
        ValueError: the pool is too small, or the corpus cannot be read.
    """

    def order(search: Search, select: Select) -> Step[Fitted]:
        prepared: Step[Ordering] = (
            ordering.fit(pool, select) if hasattr(ordering, "fit") else ordering
        )
        return then(prepared, lambda fitted: Fitted(search, select, fitted))

    return then(
        retrieval.fit(),
        lambda search: then(fit_selection(selection, pool), partial(order, search)),
    )


def fit_selection(selection: Selection, pool: Sequence[Example]) -> Step[Select]:
    """Fit a selection; one that is to show nobody (k=0) reads, asks and learns nothing.

    Raises:
        ValueError: the pool is too small.
    """
    return _nobody if shows_nobody(selection) else selection.fit(pool)


def shows_nobody(selection: object) -> bool:
    """Say whether the k of a selection, or of the one within it that has one, is 0."""
    if (k := getattr(selection, "k", None)) is not None:
        return bool(k == 0)
    within = getattr(selection, "inner", None)
    return within is not None and shows_nobody(within)


def _nobody(question: Question) -> tuple[Example, ...]:  # noqa: ARG001  a selection is asked one
    return ()


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
    if not is_dataclass(anything) or isinstance(anything, type):
        return strategy
    parts = {part.name: getattr(strategy, part.name) for part in fields(anything)}
    made = {name: _part_prepared(part, pool) for name, part in parts.items()}
    changed = {name: part for name, part in made.items() if part is not parts[name]}
    if not changed:
        return strategy
    whole: Any = replace(anything, **changed)
    return cast("Strategy", whole)


def _part_prepared(part: Any, pool: Sequence[Example]) -> Any:
    """Fit a field of a strategy where it is one, or holds some by name."""
    if hasattr(part, "solve"):
        return prepared(part, pool)
    if not isinstance(part, Mapping):
        return part
    made = {name: _part_prepared(each, pool) for name, each in part.items()}
    return part if all(made[name] is each for name, each in part.items()) else made


def answer_question(
    question: Question, fitted: Fitted, *, strategy: Strategy, overflow: Drop, through: Through
) -> Program[Answered]:
    """Answer a question; return the answer and what was shown.

    Raises:
        RequestFailed: a request failed.
    """
    found: Sequence[Passage] = yield from through("retrieval", lifted(fitted.search(question)))
    question = replace(question, passages=tuple(found))
    ranked: Sequence[Example] = yield from through("selection", lifted(fitted.select(question)))
    ordered = yield from through("ordering", lifted(fitted.ordering(ranked, question)))

    def ask(question: Question) -> Program[tuple[Answer, tuple[Example, ...]]]:
        solving = partial(strategy.solve, question)
        return through("strategy", shortened(solving, tuple(ordered), ranked, overflow))

    answer, demos, passages = yield from _with_fewer_passages(ask, question)
    return Answered(answer, demos, passages)


def _with_fewer_passages(
    ask: Callable[[Question], Program[tuple[Answer, tuple[Example, ...]]]], question: Question
) -> Program[tuple[Answer, tuple[Example, ...], tuple[Passage, ...]]]:
    """Ask with as many of the best passages as fit where no demonstration is left to give up."""
    while True:
        try:
            return *(yield from ask(question)), question.passages
        except ContextOverflow:
            if not question.passages:
                raise
            question = replace(question, passages=question.passages[:-1])
