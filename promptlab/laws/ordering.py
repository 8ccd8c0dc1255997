"""The laws of orderings: a permutation, the same for the same demonstrations."""

from collections.abc import Callable, Sequence
from typing import Any

from promptlab.laws.driving import Broken, Says, driven, failing, outcome, saying
from promptlab.laws.examples import ASKED, POOL
from promptlab.program import lifted
from promptlab.protocols import Ordering, OrderingToFit, Program
from promptlab.types import Example, Question, RequestFailed

Either = Ordering | OrderingToFit
DEMOS = POOL[:3]


def _first_three(question: Question) -> Sequence[Example]:  # noqa: ARG001  the same for all
    return DEMOS


def _fit(ordering: Either) -> Program[Any]:
    """Return the program that makes an ordering ready: those with a `fit` read the pool."""
    fit = getattr(ordering, "fit", None)
    return lifted(ordering if fit is None else fit(POOL, _first_three))


def _order(ordering: Either, says: Says) -> Sequence[Example]:
    _, ready = driven(_fit(ordering), says)
    return driven(lifted(ready(DEMOS, ASKED)), says)[1]  # type: ignore[no-any-return]


def returns_a_permutation(ordering: Either) -> None:
    """Nothing is added, and nothing is lost."""
    ordered = _order(ordering, saying("The answer is yes."))
    if sorted(demo.id for demo in ordered) != sorted(demo.id for demo in DEMOS):
        raise Broken(f"of {[d.id for d in DEMOS]} it makes {[d.id for d in ordered]}")


def orders_alike_what_is_alike(ordering: Either) -> None:
    """The same demonstrations, told the same, have the same order."""
    one, other = (_order(ordering, saying("The answer is yes.")) for _ in range(2))
    if list(one) != list(other):
        raise Broken(f"first {[d.id for d in one]}, then {[d.id for d in other]}")


def ends_with_the_failure_of_what_it_asks(ordering: Either) -> None:
    """A request that fails is raised as it is."""
    error, asked = RequestFailed("refused"), list[Any]()
    ready = outcome(_fit(ordering), failing(error, asked))
    ended = ready if asked else outcome(lifted(ready(DEMOS, ASKED)), failing(error, asked))
    if asked and ended is not error:
        raise Broken(f"every request fails, and it ends with {ended!r}")


LAWS: Sequence[Callable[[Either], None]] = (
    returns_a_permutation,
    orders_alike_what_is_alike,
    ends_with_the_failure_of_what_it_asks,
)
