"""The context window: demonstrations are dropped whole until all prompts leave room for replies.

The instruction and the question never are. What truncates a prompt's beginning or end instead
shows a model half a demonstration, or half a question.
"""

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

from promptlab.program import interposed
from promptlab.protocols import ContextOverflow, Preview, Program
from promptlab.types import (
    Call,
    Example,
    Failed,
    Generate,
    Message,
    Prompt,
    Reply,
    Request,
    Score,
)

Drop = Literal["least_similar", "farthest", "last"]
POLICIES = ("least_similar", "farthest", "last")

T = TypeVar("T")
Demos = tuple[Example, ...]
Show = Callable[[str, Prompt], Preview]
"""Previews a prompt as a role would read it."""


def shortened(
    solve: Callable[[Demos], Program[T]], shown: Demos, ranked: Sequence[Example], policy: Drop
) -> Program[tuple[T, Demos]]:
    """Run a program with as many demonstrations as fit; return those with its result.

    Where one of its prompts does not fit, it begins again with one demonstration fewer.

    Args:
        solve: Makes the program, given demonstrations.
        shown: All of them, as they stand in the prompt.
        ranked: The same, best first.
        policy: Which goes first: the `least_similar`, the one `farthest` from the question, or
            the `last`, which stands next to it.

    Raises:
        ContextOverflow: a prompt does not fit without any demonstration.
    """
    while True:
        try:
            return (yield from solve(shown)), shown
        except ContextOverflow:
            if not shown:
                raise
            shown = without_one(shown, ranked, policy)


def with_room(program: Program[T], show: Show) -> Program[T]:
    """Run a program, and let requests fail that do not fit with their replies, before anyone reads.

    A role whose window or whose count of tokens is not known is asked everything; it may refuse.
    """

    def each(requests: Sequence[Request]) -> Program[Sequence[Reply]]:
        too_long = overflow(requests, show)
        if too_long is None:
            return (yield requests)
        # Whoever asked them begins again, all of them.
        return [Failed(too_long)] * len(requests)

    return interposed(program, each)


def overflow(requests: Sequence[Request], show: Show) -> ContextOverflow | None:
    """Return what is wrong with the first request that exceeds its role's window."""
    prompted = [request for request in requests if not isinstance(request, Call)]
    for (to, prompt, most), request in {(r.to, r.prompt, room(r)): r for r in prompted}.items():
        preview = show(to, prompt)
        if preview.window is None or preview.tokens is None:
            continue
        if preview.tokens + most > preview.window:
            needed = preview.tokens + _counted(request, most, show)
            if needed > preview.window:
                return ContextOverflow(needed, preview.window)
    return None


def _counted(request: Request, most: int, show: Show) -> int:
    """Count the tokens of the longest text that is scored, which are `most` or fewer."""
    if not isinstance(request, Score):
        return most
    texts = [Prompt((Message("text", text),)) for text in request.continuations]
    counts = [show(request.to, text).tokens for text in texts]
    return max(most if count is None else min(count, most) for count in counts)


def room(request: Request) -> int:
    """Count the tokens that a reply may take: at most one a byte where it is given."""
    if isinstance(request, Generate):
        return request.sampling.max_tokens
    if isinstance(request, Call):
        return 0
    return max(map(_bytes, request.continuations), default=0)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def without_one(shown: Demos, ranked: Sequence[Example], policy: Drop) -> Demos:
    """Leave out the demonstration that the policy gives up first."""
    if policy == "farthest":
        return shown[1:]
    if policy == "last":
        return shown[:-1]
    worst = next(demo for demo in reversed(ranked) if demo in shown)
    index = shown.index(worst)
    return shown[:index] + shown[index + 1 :]
