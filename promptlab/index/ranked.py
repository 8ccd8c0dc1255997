"""What hands on a ranking with scores, so that others can choose among its first."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from promptlab.index.hit import Hit
from promptlab.program import then
from promptlab.protocols import Step
from promptlab.types import Question


@runtime_checkable
class Ranked(Protocol):
    """A fitted selection that hands on its ranking.

    Where it has `scored = False`, its members are ranked by chance or by a rule, and their scores
    say nothing of how like the question they are.
    """

    def ranked(self, question: Question, count: int) -> Step[Sequence[Hit]]:
        """Return up to `count` members, best first, never the question itself.

        A shorter ranking is the beginning of a longer one.
        """
        ...


def is_scored(part: object) -> bool:
    """Say whether the scores of a ranking, or of what ranks, are more than places."""
    return bool(getattr(part, "scored", True))


def check_scored(ranked: Ranked, name: str, within: str, setting: str) -> None:
    """Check that what is compared with a bound is a similarity.

    Args:
        ranked: Ranks.
        name: What it is called.
        within: The field that holds it.
        setting: The bound, as it was given.

    Raises:
        ValueError: it ranks without scores.
    """
    if not is_scored(ranked):
        raise ValueError(
            f"{setting}, and {within} is {name}, which ranks by chance or by a rule and does not "
            "score how like the question a member is; leave the bound out (null), or give a "
            f"selection that scores, as knn, bm25 and mmr do: selection@{within}=knn"
        )


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
