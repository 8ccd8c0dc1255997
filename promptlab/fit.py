"""Fitting: demonstrations are dropped whole until every prompt leaves room for its reply.

The instruction and the question never are. What truncates a prompt's beginning or end instead
shows a model half a demonstration, or half a question.
"""

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

from promptlab.protocols import ContextOverflow, Model, Program
from promptlab.types import Example, Generate, Prompt, Request

Drop = Literal["least_similar", "farthest", "last"]
POLICIES = ("least_similar", "farthest", "last")

T = TypeVar("T")
Demos = tuple[Example, ...]


def fitted(
    solve: Callable[[Demos], Program[T]],
    shown: Demos,
    ranked: Sequence[Example],
    policy: Drop,
    model: Model,
) -> Program[tuple[T, Demos]]:
    """Run a program with as many demonstrations as fit; return those with its result.

    Where one of its prompts does not fit, it begins again with one demonstration fewer.

    Args:
        solve: Makes the program, given demonstrations.
        shown: All of them, as they stand in the prompt.
        ranked: The same, best first.
        policy: Which goes first: the `least_similar`, the one `farthest` from the question, or
            the `last`, which stands next to it.
        model: Whose window counts.

    Raises:
        ContextOverflow: a prompt does not fit without any demonstration.
    """
    while True:
        program = solve(shown)
        try:
            return (yield from checked(program, model)), shown
        except ContextOverflow:
            if not shown:
                raise
            shown = without_one(shown, ranked, policy)
        finally:
            program.close()


def checked(program: Program[T], model: Model) -> Program[T]:
    """Run a program, and raise `ContextOverflow` at the first prompt that does not fit."""
    try:
        requests = next(program)
        while True:
            for prompt, reply in dict.fromkeys((asked.prompt, room(asked)) for asked in requests):
                check(prompt, reply, model)
            replies = yield requests
            requests = program.send(replies)
    except StopIteration as stop:
        result: T = stop.value
        return result


def check(prompt: Prompt, reply: int, model: Model) -> None:
    """Raise `ContextOverflow` where a prompt and its reply's tokens exceed the window."""
    preview = model.preview(prompt)
    if preview.window is None or preview.tokens is None:
        return
    if preview.tokens + reply > preview.window:
        raise ContextOverflow(preview.tokens + reply, preview.window)


def room(request: Request) -> int:
    """Count the tokens that a reply may take: at most one a byte where it is given."""
    if isinstance(request, Generate):
        return request.sampling.max_tokens
    return max((len(text.encode()) for text in request.continuations), default=0)


def without_one(shown: Demos, ranked: Sequence[Example], policy: Drop) -> Demos:
    """Leave out the demonstration that the policy gives up first."""
    if policy == "farthest":
        return shown[1:]
    if policy == "last":
        return shown[:-1]
    worst = next(demo for demo in reversed(ranked) if demo in shown)
    index = shown.index(worst)
    return shown[:index] + shown[index + 1 :]
