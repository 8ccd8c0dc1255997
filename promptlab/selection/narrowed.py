"""An annotation budget: a few of the pool are chosen, and demonstrations come from these alone."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Protocol, runtime_checkable

from promptlab.index.hit import Hit
from promptlab.index.ranked import is_scored
from promptlab.program import then
from promptlab.protocols import Select, Selection, Step
from promptlab.selection.exclusion import asked
from promptlab.selection.pool import Pool
from promptlab.selection.ranker import look_ahead, ranking
from promptlab.types import Example, Question


@dataclass(frozen=True, slots=True)
class Choice:
    """A member of the pool that is worth a label: its index, and why it was chosen."""

    index: int
    why: str


@runtime_checkable
class Choosing(Protocol):
    """A selection that first chooses what is worth a label."""

    def choose(self, pool: Sequence[Example]) -> Step[Sequence[Choice]]:
        """Choose as many members as its budget allows, the most wanted first."""
        ...


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A selection that was fitted to the chosen few of a pool, and speaks of the whole pool.

    Attributes:
        kept: The chosen members, by their indices in the pool, in the order of their choice.
        subset: The same members.
        inner: What was fitted to them.
        select: The same, fitted.
    """

    kept: tuple[int, ...]
    subset: tuple[Example, ...]
    inner: Selection
    select: Select

    @property
    def scored(self) -> bool:
        """Whether the inner selection scores how like the question the members are."""
        return is_scored(self.select)

    def __call__(self, question: Question) -> Step[Sequence[Example]]:
        """Return what the inner selection takes of the chosen ones."""
        return self.select(question)

    def ahead(self, questions: Sequence[Question]) -> None:
        """Let the inner selection prepare what it takes for all of these questions at once."""
        look_ahead(self.select, questions)

    def ranked(self, question: Question, count: int) -> Step[Sequence[Hit]]:
        """Return up to `count` of the chosen ones, best first, by their indices in the pool."""
        found = ranking(self.select).ranked(question, count)
        return then(found, lambda hits: [replace(hit, index=self.kept[hit.index]) for hit in hits])


def narrow(choosing: Choosing, pool: Sequence[Example], inner: Selection) -> Step[Select]:
    """Let a selection choose, and fit another to what was chosen.

    Raises:
        ValueError: the pool is too small, or the inner selection hands on no ranking.
    """
    Pool.of(pool, wanted(inner))  # before anything is asked

    budget = getattr(choosing, "budget", None)

    def around(choices: Sequence[Choice]) -> Step[Select]:
        kept = _filled([choice.index for choice in choices], pool, budget or 0)
        subset = tuple(pool[index] for index in kept)
        return then(inner.fit(subset), partial(_narrowed, kept, subset, inner))

    once = choosing.choose(pool) if budget is None else chosen_once(choosing, pool)
    return then(once, around)


def chosen_once(choosing: Choosing, pool: Sequence[Example]) -> Step[Sequence[Choice]]:
    """Let a selection choose among the different questions of a pool: none is bought twice."""
    kept = different(pool)
    chosen = choosing.choose([pool[index] for index in kept])
    return then(
        chosen, lambda found: [replace(choice, index=kept[choice.index]) for choice in found]
    )


def different(pool: Sequence[Example]) -> list[int]:
    """Return the indices of the different questions of a pool, in its order.

    Of a question that stands there several times it is the first with an answer, or the first.
    """
    first: dict[str, int] = {}
    for index, example in enumerate(pool):
        name = asked(example.question)
        if example.answer and not pool[first.get(name, index)].answer:
            first[name] = index
        first.setdefault(name, index)
    return sorted(first.values())


def _filled(chosen: Sequence[int], pool: Sequence[Example], budget: int) -> tuple[int, ...]:
    """Add copies, which cost no label, where a budget buys more than all different questions."""
    bought, names = set(chosen), {asked(pool[index].question) for index in chosen}
    left = (index for index in range(len(pool)) if index not in bought)
    copies = (index for index in left if asked(pool[index].question) in names)
    return (*chosen, *islice(copies, max(0, budget - len(chosen))))


def _narrowed(
    kept: tuple[int, ...], subset: tuple[Example, ...], inner: Selection, select: Select
) -> Select:
    ranking(select)
    return Narrowed(kept, subset, inner, select)


def check_budget(budget: int, inner: Selection) -> None:
    """Check that a budget buys at least one label, and as many as are to be shown.

    Raises:
        ValueError: it does not.
    """
    if isinstance(budget, bool) or not isinstance(budget, int) or budget < 1:
        raise ValueError(f"budget is {budget!r}; expected a whole number of labels, 1 or more")
    if budget < wanted(inner):
        raise ValueError(
            f"budget is {budget}, and k is {wanted(inner)}; expected a budget of at least as many "
            "labels as demonstrations are to be shown"
        )


def wanted(inner: Selection) -> int:
    """Return how many demonstrations a selection, or the one within it, takes; 0 if none says."""
    k, within = getattr(inner, "k", None), getattr(inner, "inner", None)
    return int(k) if k is not None else wanted(within) if within is not None else 0


def affordable(budget: int, pool: Sequence[Example]) -> int:
    """Return how many members a budget pays for: all of a pool that is smaller, with a warning."""
    if budget > len(pool):
        warnings.warn(
            f"budget is {budget}, and the pool holds only {len(pool)} different "
            f"question{'' if len(pool) == 1 else 's'}: all are chosen",
            stacklevel=2,
        )
    return min(budget, len(pool))
