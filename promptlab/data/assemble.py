"""A data set, assembled from rows: drafts, then the task, then examples."""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from promptlab.data.choice import letter
from promptlab.data.draft import Draft, drafts
from promptlab.data.files import located
from promptlab.data.row import Row, refuse
from promptlab.data.sample import carve, sample
from promptlab.data.settings import Settings
from promptlab.data.task import completed
from promptlab.types import Dataset, Example, Question, Task


@dataclass(frozen=True, slots=True)
class Split:
    """The rows of one file or split; `origin` names it in messages."""

    origin: str
    rows: list[Row]


def from_files(
    settings: Settings, suffixes: tuple[str, ...], read: Callable[[Path], Iterable[Row]]
) -> Dataset:
    """Find the files of a data set, read them, and assemble it."""
    files = located(settings, suffixes)
    pool = Split(str(files.pool), list(read(files.pool))) if files.pool else None
    return assembled(files.name, pool, Split(str(files.test), list(read(files.test))), settings)


def assembled(name: str, pool: Split | None, test: Split, settings: Settings) -> Dataset:
    """Make a data set of the rows of its pool, where there is one, and of its test.

    Raises:
        ValueError: rows are bad, or the task cannot be completed from them.
    """
    shown, asked = _understood(pool, test, settings)
    _check(asked, test)
    asked, shown = _named(asked, shown)
    task = completed(settings.task, shown, asked)
    shown = sample(shown, settings.pool_limit, f"{settings.seed}:pool")
    asked = sample(asked, settings.limit, f"{settings.seed}:test")
    pooled = _examples(shown, task, (pool or test).origin)
    return Dataset(name, task, pooled, _examples(asked, task, test.origin))


def _understood(
    pool: Split | None, test: Split, settings: Settings
) -> tuple[list[Draft], list[Draft]]:
    """Understand the rows of pool and test; carve a pool from the test where that is asked."""
    size, fields = settings.pool_size, settings.fields
    if size is None:
        shown = drafts(pool.rows, fields, "pool", pool.origin) if pool else []
        return shown, drafts(test.rows, fields, "test", test.origin)
    if pool:
        raise ValueError(
            f"pool_size is {size}, but the pool is already {pool.origin}; expected null, or "
            f"pool_limit={size} to use fewer"
        )
    if size >= len(test.rows):
        raise ValueError(f"pool_size is {size}; {test.origin} has {len(test.rows)} examples in all")
    return carve(drafts(test.rows, fields, "row", test.origin), size, f"{settings.seed}:carve")


def _check(asked: list[Draft], test: Split) -> None:
    """Refuse a test with nothing to answer, and warn of one that cannot be scored."""
    if not asked:
        raise ValueError(f"{test.origin} is empty; expected at least one record to answer")
    if not any(draft.answer or draft.position is not None for draft in asked):
        warnings.warn(
            f"{test.origin} has no answers, so nothing will be scored; it has "
            f"{', '.join(test.rows[0].values)}. Is one of them dataset.fields.answer=?",
            stacklevel=2,
        )


def _named(asked: list[Draft], shown: list[Draft]) -> tuple[list[Draft], list[Draft]]:
    """Number the ids that repeat an earlier one, the test's first: `7`, `7#2`, `7#3`."""
    taken: dict[str, int] = {}

    def named(draft: Draft) -> Draft:
        number = taken[draft.id] = taken.get(draft.id, 0) + 1
        return draft if number == 1 else replace(draft, id=f"{draft.id}#{number}")

    return [named(draft) for draft in asked], [named(draft) for draft in shown]


def _examples(understood: list[Draft], task: Task, origin: str) -> tuple[Example, ...]:
    """Make the examples of one split."""
    done, problems = [], []
    for draft in understood:
        try:
            done.append(_example(draft, task))
        except ValueError as error:
            problems.append(f"{draft.place}: {error}")
    refuse(problems, len(understood), origin)
    return tuple(done)


def _example(draft: Draft, task: Task) -> Example:
    """Make an example; only a task of choices shows choices."""
    is_choice = task.answer == "choice"
    choices = draft.choices if is_choice else ()
    answer = letter(draft) if is_choice else draft.answer
    question = Question(draft.id, draft.question, choices, draft.context, draft.metadata)
    return Example(question, answer, draft.rationale, draft.aliases)
