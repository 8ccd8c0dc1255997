"""The laws of selections: distinct members of the pool, `k` of them, never the question itself."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from promptlab.laws.driving import Broken, Says, driven, failing, outcome, saying
from promptlab.laws.examples import ASKED, POOL
from promptlab.program import lifted
from promptlab.protocols import Selection
from promptlab.types import Example, Question, RequestFailed

SAID = "The answer is yes."


def _select(
    selection: Selection, questions: Sequence[Question], says: Says
) -> list[Sequence[Example]]:
    """Fit a selection, and choose for questions one after another."""
    _, select = driven(lifted(selection.fit(POOL)), says)
    return [driven(lifted(select(question)), says)[1] for question in questions]


def chooses_distinct_members_of_the_pool(selection: Selection) -> None:
    """What is chosen is in the pool, but for a rationale that was written, and nothing twice."""
    (demos,) = _select(selection, [ASKED], saying(SAID))
    known = [replace(example, rationale="") for example in POOL]
    if strangers := [demo.id for demo in demos if replace(demo, rationale="") not in known]:
        raise Broken(f"{strangers} are no members of the pool")
    if len({demo.id for demo in demos}) < len(demos):
        raise Broken(f"a member is chosen twice: {[demo.id for demo in demos]}")


def chooses_as_many_as_it_is_told(selection: Selection) -> None:
    """There are `k`, where the selection has a `k`."""
    (demos,) = _select(selection, [ASKED], saying(SAID))
    wanted = getattr(selection, "k", None)
    if isinstance(wanted, int) and len(demos) != min(wanted, len(POOL)):
        raise Broken(f"k is {wanted}, and {len(demos)} of {len(POOL)} members are chosen")


def never_chooses_the_question_itself(selection: Selection) -> None:
    """A member is not shown for its own question, nor for its text under another id."""
    asked = POOL[1].question
    twin = replace(asked, id="test-2", text=f"  {asked.text.upper()}\n")
    for question, demos in zip(
        (asked, twin), _select(selection, [asked, twin], saying(SAID)), strict=True
    ):
        if POOL[1].id in {demo.id for demo in demos}:
            raise Broken(f"{question.text!r} is shown among its own demonstrations")


def chooses_the_same_whatever_was_asked_before(selection: Selection) -> None:
    """What is chosen for a question depends on nothing that was asked before."""
    others = [example.question for example in POOL]
    (first,) = _select(selection, [ASKED], saying(SAID))
    *_, later = _select(selection, [*others, ASKED], saying(SAID))
    if tuple(first) != tuple(later):
        raise Broken(f"first {[d.id for d in first]}, after others {[d.id for d in later]}")


def ends_with_the_failure_of_what_it_asks(selection: Selection) -> None:
    """A request that fails is raised as it is."""
    error, asked = RequestFailed("refused"), list[Any]()
    select = outcome(lifted(selection.fit(POOL)), failing(error, asked))
    ended = select if asked else outcome(lifted(select(ASKED)), failing(error, asked))
    if asked and ended is not error:
        raise Broken(f"every request fails, and it ends with {ended!r}")


LAWS: Sequence[Callable[[Selection], None]] = (
    chooses_distinct_members_of_the_pool,
    chooses_as_many_as_it_is_told,
    never_chooses_the_question_itself,
    chooses_the_same_whatever_was_asked_before,
    ends_with_the_failure_of_what_it_asks,
)
