"""A data set, assembled from rows: drafts, then the task, then examples."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from promptlab.data.fields import Fields
from promptlab.data.files import located
from promptlab.data.record.answers import look_listed
from promptlab.data.record.choice import naming, overlooked
from promptlab.data.record.draft import Draft, drafts
from promptlab.data.record.gold import right, solved
from promptlab.data.record.row import Row, every, listing
from promptlab.data.sample import carve, sample
from promptlab.data.settings import Settings
from promptlab.data.task import PartialTask, completed
from promptlab.types import Dataset, Example, Question, Task


@dataclass(frozen=True, slots=True)
class Split:
    """The rows of one file or split; `origin` names it in messages."""

    origin: str
    rows: list[Row]


def from_files(
    settings: Settings, suffixes: Sequence[str], read: Callable[[Path], Iterable[Row]]
) -> Dataset:
    """Find the files of a data set, read them, and assemble it."""
    files = located(settings, suffixes)
    pool = _split(files.pool, read) if files.pool else None
    return assembled(files.name, pool, _split(files.test, read), settings)


def _split(path: Path, read: Callable[[Path], Iterable[Row]]) -> Split:
    """Read one file; what no reader foresees is a message with its path all the same."""
    try:
        return Split(str(path), list(read(path)))
    except MemoryError:
        raise ValueError(f"{path} does not fit into memory; split it, or use fewer rows") from None
    except RecursionError:
        raise ValueError(f"{path} is nested too deep to be read") from None


def assembled(name: str, pool: Split | None, test: Split, settings: Settings) -> Dataset:
    """Make a data set of the rows of its pool, where there is one, and of its test.

    Raises:
        ValueError: rows are bad, or the task cannot be completed from them.
    """
    shown, asked = _understood(pool, test, settings)
    _check(shown, asked, pool, test)
    asked, shown = _named(asked, shown)
    given = settings.task
    form = (given.gold if isinstance(given, PartialTask) else None) or naming([*shown, *asked])
    if given.answer in (None, "text", "label", "number") and not given.labels:
        _tell_overlooked(asked, test, settings.fields)
    task = completed(given, shown, asked, form)
    shown = sample(shown, settings.pool_limit, f"{settings.seed}:pool")
    asked = sample(asked, settings.limit, f"{settings.seed}:test")
    example = partial(_example, task=task, form=form)
    pooled = every(shown, example, _place, (pool or test).origin)
    return Dataset(name, task, tuple(pooled), tuple(every(asked, example, _place, test.origin)))


def _understood(
    pool: Split | None, test: Split, settings: Settings
) -> tuple[list[Draft], list[Draft]]:
    """Understand the rows of pool and test; carve a pool from the test where that is asked."""
    size = settings.pool_size
    if size is None:
        shown = _drafts(pool, "pool", settings) if pool else []
        return shown, _drafts(test, "test", settings)
    if pool:
        raise ValueError(
            f"pool_size is {size}, but the pool is already {pool.origin}; expected null, or "
            f"pool_limit={size} to use fewer"
        )
    read = _drafts(test, "row", settings)
    if size >= len(read):
        raise ValueError(f"pool_size is {size}; {test.origin} has {len(read)} examples in all")
    return carve(read, size, f"{settings.seed}:carve")


def _drafts(split: Split, role: str, settings: Settings) -> list[Draft]:
    """Understand the rows of one split, and take the answers out of worked solutions."""
    task, fields = settings.task, settings.fields
    partial_task = task if isinstance(task, PartialTask) else PartialTask(answer=task.answer)
    read = drafts(split.rows, fields, role, split.origin, partial_task.unanswerable)
    return solved(read, partial_task.gold, partial_task.answer, split.origin)


def _check(shown: list[Draft], asked: list[Draft], pool: Split | None, test: Split) -> None:
    """Refuse a test with nothing to answer, and warn of what cannot be scored or shown."""
    if not asked:
        raise ValueError(f"{test.origin} is empty; expected at least one record to answer")
    if not any(draft.answer or draft.position is not None for draft in asked):
        warnings.warn(
            f"{test.origin} has no answers, so nothing will be scored; it has "
            f"{listing(test.rows[0].values)}. Is one of them dataset.fields.answer=?",
            stacklevel=2,
        )
    if look_listed([draft.answer for draft in asked if draft.answer]):
        warnings.warn(
            f"the answers of {test.origin} look like lists; with their field in "
            f"dataset.fields.aliases= too, the first is the answer and the others are aliases",
            stacklevel=2,
        )
    if pool and shown and not any(draft.answer for draft in shown):
        warnings.warn(
            f"{pool.origin} has no answers, so it can be shown only by a strategy that answers it "
            f"first, such as auto_cot; dataset.pool_limit=0 leaves it out",
            stacklevel=2,
        )


def _tell_overlooked(asked: Sequence[Draft], test: Split, fields: Fields) -> None:
    """Warn of questions that look like multiple choice, though none of it will be shown."""
    by_place = {row.place: row.values for row in test.rows}
    few = [draft for draft in asked if draft.answer][:100]
    if advice := overlooked(few, [by_place[draft.place] for draft in few], fields):
        warnings.warn(f"{test.origin} looks like multiple choice: {advice}", stacklevel=2)


def _named(asked: list[Draft], shown: list[Draft]) -> tuple[list[Draft], list[Draft]]:
    """Number the ids that repeat an earlier one, the test's first: `7`, `7#2`, `7#3`."""
    taken: dict[str, int] = {}

    def named(draft: Draft) -> Draft:
        number = taken[draft.id] = taken.get(draft.id, 0) + 1
        return draft if number == 1 else replace(draft, id=f"{draft.id}#{number}")

    return [named(draft) for draft in asked], [named(draft) for draft in shown]


def _example(draft: Draft, task: Task, form: str) -> Example:
    """Make an example; only a task of choices shows choices."""
    choices = draft.choices.texts if task.answer == "choice" else ()
    question = Question(draft.id, draft.question, choices, draft.context, draft.metadata)
    return Example(question, right(draft, task, form), draft.rationale, draft.aliases)


def _place(draft: Draft) -> str:
    return draft.place
