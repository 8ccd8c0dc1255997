"""What hands on a ranking with scores, so that others can choose among its first."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from promptlab.index.hit import Hit
from promptlab.program import then
from promptlab.protocols import Step
from promptlab.types import Question


@runtime_checkable
class Ranked(Protocol):
    """A fitted selection that hands on its ranking."""

    def ranked(self, question: Question, count: int) -> Step[Sequence[Hit]]:
        """Return up to `count` members, best first, never the question itself.

        A shorter ranking is the beginning of a longer one.
        """
        ...


def deepened(
    inner: Ranked,
    question: Question,
    depth: int,
    choose: Callable[[Sequence[Hit], bool], Sequence[Hit] | None],
) -> Step[Sequence[Hit]]:
    """Ask for longer and longer rankings, until enough is found in one.

    Args:
        inner: Ranks.
        question: What is asked.
        depth: How many hits are asked for first; then four times as many, and so on.
        choose: Given the hits so far, and whether there are no more, returns what is found; None
            where it wants more, which it may not where there are none.
    """

    def go_on(found: Sequence[Hit]) -> Step[Sequence[Hit]]:
        chosen = choose(found, len(found) < depth)
        return deepened(inner, question, 4 * depth, choose) if chosen is None else chosen

    return then(inner.ranked(question, depth), go_on)
