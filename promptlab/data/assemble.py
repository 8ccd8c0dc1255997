"""A data set, assembled from rows: drafts, then the task, then examples."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from promptlab.data.fields import Fields, NoSuchField
from promptlab.data.files import locate, stem
from promptlab.data.other_source import read_as_named
from promptlab.data.record.answers import look_like_lists
from promptlab.data.record.choice import choices_hint, gold_form
from promptlab.data.record.conversation import read_conversations
from promptlab.data.record.draft import Draft, drafts
from promptlab.data.record.gold import gold_answer, split_solutions
from promptlab.data.record.ids import shared_ids, unique_ids
from promptlab.data.record.json_answer import as_json
from promptlab.data.record.nested import ABSENT, get
from promptlab.data.record.row import Row, join_names, map_rows
from promptlab.data.record.to_label import unfolded, usual_fields
from promptlab.data.sample import carve, sample
from promptlab.data.settings import Settings
from promptlab.data.task import PartialTask, complete, is_unfinished
from promptlab.types import Dataset, Example, Question, Task


@dataclass(frozen=True, slots=True)
class Split:
    """The rows of one file or split; `origin` names it in messages."""

    origin: str
    rows: list[Row]


def load_files(
    settings: Settings, suffixes: Sequence[str], read: Callable[[Path], Iterable[Row]]
) -> Dataset:
    """Locate, read and assemble the files of a data set."""
    files = locate(settings, suffixes)

    def split(path: Path) -> Split:
        return _split(path, lambda: read_as_named(path, suffixes, read, settings.fields))

    pool = split(files.pool) if files.pool else None
    return assemble(files.name, pool, split(files.test), settings)


def _split(path: Path, read: Callable[[], Iterable[Row]]) -> Split:
    """Read one file; memory and recursion errors become messages with its path."""
    try:
        return Split(str(path), list(read()))
    except MemoryError:
        raise ValueError(f"{path} does not fit into memory; split it, or use fewer rows") from None
    except RecursionError:
        raise ValueError(f"{path} is nested too deep to be read") from None


def assemble(name: str, pool: Split | None, test: Split, settings: Settings) -> Dataset:
    """Make a data set of the rows of its pool, where there is one, and of its test.

    Raises:
        ValueError: rows are bad, or the task cannot be completed from them.
    """
    pool, test = pool and _unfolded(pool), _unfolded(test)
    _check_metadata(settings.fields.metadata, [*(pool.rows if pool else ()), *test.rows])
    pool_drafts, test_drafts = _read_drafts(pool, test, settings)
    settings_task = settings.task
    _check_not_empty(test_drafts, test)
    if not is_unfinished(settings_task):
        _warn_of_answers(pool_drafts, test_drafts, pool, test)
    # Of one file, an id that both parts have stands in it twice, and names no question.
    shared = shared_ids(test_drafts, pool_drafts) if pool else frozenset()
    test_drafts, pool_drafts = unique_ids(test_drafts, pool_drafts, shared)
    form = (settings_task.gold if isinstance(settings_task, PartialTask) else None) or gold_form(
        [*pool_drafts, *test_drafts]
    )
    if settings_task.answer in (None, "text", "label", "number") and not settings_task.labels:
        _warn_of_choices(test_drafts, test, settings.fields)
    task = complete(settings_task, pool_drafts, test_drafts, form)
    pool_drafts = sample(pool_drafts, settings.pool_limit, f"{settings.seed}:pool")
    test_drafts = sample(test_drafts, settings.limit, f"{settings.seed}:test")
    example = partial(_example, task=task, form=form)
    pooled = map_rows(pool_drafts, example, _place, (pool or test).origin)
    return Dataset(
        name, task, tuple(pooled), tuple(map_rows(test_drafts, example, _place, test.origin))
    )


def _unfolded(split: Split) -> Split:
    return replace(split, rows=unfolded(split.rows))


def _read_drafts(
    pool: Split | None, test: Split, settings: Settings
) -> tuple[list[Draft], list[Draft]]:
    """Parse the rows of pool and test; carve a pool from the test where `pool_size` is set."""
    size = settings.pool_size
    if size is None:
        if not pool:
            _warn_of_a_lonely_pool(test)
        pool_drafts = _drafts(pool, "pool", settings) if pool else []
        alone = pool is None and is_unfinished(settings.task)
        return pool_drafts, _drafts(test, "pool" if alone else "test", settings)
    if pool:
        raise ValueError(
            f"pool_size is {size}, but the pool is already {pool.origin}; expected null, or "
            f"pool_limit={size} to use fewer"
        )
    all_drafts = _drafts(test, "row", settings)
    if isinstance(size, float):
        size = max(1, round(size * len(all_drafts)))
    if size >= len(all_drafts):
        raise ValueError(
            f"pool_size is {size}; {test.origin} has {len(all_drafts)} examples in all"
        )
    return carve(all_drafts, size, f"{settings.seed}:carve")


def _warn_of_a_lonely_pool(test: Split) -> None:
    """Warn where what is answered is called a pool, and there is nothing to demonstrate."""
    if stem(Path(test.origin)) == "train":
        warnings.warn(
            f"{test.origin} is the only file, so its examples are answered, and there are none to "
            "demonstrate; dataset.pool_size=0.5 demonstrates from one half and answers the other",
            stacklevel=2,
        )


def _drafts(split: Split, role: str, settings: Settings) -> list[Draft]:
    """Parse the rows of one split, and split answers from worked solutions."""
    task, fields = settings.task, usual_fields(split.rows, settings.fields)
    partial_task = task if isinstance(task, PartialTask) else PartialTask(answer=task.answer)
    rows, fields = read_conversations(split.rows, fields)
    rows = as_json(rows, fields) if partial_task.answer == "json" else rows
    raw = drafts(rows, fields, role, split.origin, partial_task.unanswerable)
    return split_solutions(raw, partial_task.gold, partial_task.answer, split.origin)


def _check_metadata(names: Sequence[str], rows: Sequence[Row]) -> None:
    """Refuse the name of a field that no record has."""
    whole = [row.values for row in rows if not row.problem]
    for name in names:
        if whole and not name.endswith("?") and all(get(row, name) is ABSENT for row in whole):
            raise NoSuchField(name, join_names(dict.fromkeys(key for row in whole for key in row)))


def _check_not_empty(test_drafts: list[Draft], test: Split) -> None:
    """Refuse a test with nothing to answer."""
    if not test_drafts:
        raise ValueError(f"{test.origin} is empty; expected at least one record to answer")


def _warn_of_answers(
    pool_drafts: list[Draft], test_drafts: list[Draft], pool: Split | None, test: Split
) -> None:
    """Warn of what cannot be scored or shown."""
    if not any(draft.answer or draft.position is not None for draft in test_drafts):
        warnings.warn(
            f"{test.origin} has no answers, so accuracy will not be told; it has "
            f"{join_names(test.rows[0].values)}. Is one of them dataset.fields.answer=?",
            stacklevel=2,
        )
    if look_like_lists([draft.answer for draft in test_drafts if draft.answer]):
        warnings.warn(
            f"the answers of {test.origin} look like lists; with their field in "
            f"dataset.fields.aliases= too, the first is the answer and the others are aliases",
            stacklevel=2,
        )
    if pool and pool_drafts and not any(draft.answer for draft in pool_drafts):
        warnings.warn(
            f"{pool.origin} has no answers, so it can be shown only by a strategy that answers it "
            f"first, such as auto_cot; dataset.pool_limit=0 leaves it out",
            stacklevel=2,
        )


def _warn_of_choices(test_drafts: Sequence[Draft], test: Split, fields: Fields) -> None:
    """Warn where questions look like multiple choice, but have no choices."""
    by_place = {row.place: row.values for row in test.rows}
    answered = [draft for draft in test_drafts if draft.answer][:100]
    if advice := choices_hint(answered, [by_place[draft.place] for draft in answered], fields):
        warnings.warn(f"{test.origin} looks like multiple choice: {advice}", stacklevel=2)


def _example(draft: Draft, task: Task, form: str) -> Example:
    """Make an example; only a task of choices shows choices."""
    choices = draft.choices.texts if task.answer == "choice" else ()
    question = Question(draft.id, draft.question, choices, draft.context, draft.metadata)
    return Example(question, gold_answer(draft, task, form), draft.rationale, draft.aliases)


def _place(draft: Draft) -> str:
    return draft.place
