"""Route: one answerer made of several; a program names a role, and a run says who fills it."""

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from promptlab.chat import answered
from promptlab.protocols import Model, Preview, Tool
from promptlab.types import (
    Call,
    Failed,
    ModelRequest,
    Prompt,
    Reply,
    Request,
    RequestFailed,
    Result,
    Timing,
)

ROLES = ("judge", "writer", "translator")
"""Who may be asked beside the model under test, which answers for those left unnamed."""
AT_ONCE = 16
"""Most calls of tools that run side by side."""


@dataclass(frozen=True)
class Route:
    """Send each request to whom it names, all requests to one model in one batch.

    Calls of tools run side by side, in threads: a tool that must not says so by a lock of its own.

    Attributes:
        models: By role; `model` is the one under test, and answers for roles that are not there.
        tools: By name.
    """

    models: Mapping[str, Model]
    tools: Mapping[str, Tool] = field(default_factory=dict)

    def preview(self, to: str, prompt: Prompt) -> Preview:
        """Show a prompt as a role would read it."""
        return self.model(to).preview(prompt)

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Reply to every request, in order.

        Raises:
            ValueError: a request names neither a role nor a tool.
        """
        replies = self._called(requests)
        for model, batch in self._batches(requests):
            started, before = time.time(), time.perf_counter()
            told = model.answer(list(batch.values()))
            replies |= zip(batch, timed(told, started, before), strict=True)
        return [replies[number] for number in range(len(requests))]

    async def answer_async(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """`answer` inside an event loop, which neither a model nor a tool holds up."""
        import asyncio  # noqa: PLC0415  half of what importing this file would take

        replies = await asyncio.to_thread(self._called, requests)
        for model, batch in self._batches(requests):
            started, before = time.time(), time.perf_counter()
            told = await answered(model, list(batch.values()))
            replies |= zip(batch, timed(told, started, before), strict=True)
        return [replies[number] for number in range(len(requests))]

    def _called(self, requests: Sequence[Request]) -> dict[int, Reply]:
        """Call the tools that are asked for; return their replies by the requests' numbers."""
        calls = {n: call for n, call in enumerate(requests) if isinstance(call, Call)}
        tools = [self.tool(call.to) for call in calls.values()]
        if len(calls) < 2:  # most often; a thread is not worth it
            return dict(zip(calls, map(called, tools, calls.values()), strict=True))
        with ThreadPoolExecutor(min(AT_ONCE, len(calls))) as threads:
            return dict(zip(calls, threads.map(called, tools, calls.values()), strict=True))

    def _batches(
        self, requests: Sequence[Request]
    ) -> Iterable[tuple[Model, dict[int, ModelRequest]]]:
        """Return each model that is asked, with its requests by their numbers."""
        batches: dict[int, tuple[Model, dict[int, ModelRequest]]] = {}
        for number, request in enumerate(requests):
            if not isinstance(request, Call):
                model = self.model(request.to)
                batches.setdefault(id(model), (model, {}))[1][number] = request
        return batches.values()

    def model(self, role: str) -> Model:
        """Return who answers for a role."""
        if role not in self.models and role not in ROLES:
            known = ", ".join(dict.fromkeys((*self.models, *ROLES)))
            raise ValueError(f"a request is addressed to {role!r}; expected one of {known}")
        return self.models.get(role, self.models["model"])

    def tool(self, name: str) -> Tool:
        """Return the tool of this name."""
        if name not in self.tools:
            known = ", ".join(self.tools) or "none: say tool=calculator, or another of conf/tool"
            raise ValueError(f"no tool is called {name!r}; this run has {known}")
        return self.tools[name]


def timed(replies: Sequence[Reply], started: float, before: float) -> Sequence[Reply]:
    """Say of replies that were had together what they took, where whoever answered does not say.

    Args:
        replies: To one batch.
        started: When it was posed, in seconds since 1970.
        before: When that was by the performance counter.
    """
    seconds = time.perf_counter() - before
    # Whatever is no reply is refused where it is asked for, by a message that says so.
    untimed = [getattr(reply, "timing", "no reply") is None for reply in replies]
    together = Timing(started, seconds, sum(untimed))
    return [
        replace(reply, timing=together) if lacks else reply
        for reply, lacks in zip(replies, untimed, strict=True)
    ]


def called(tool: Tool, call: Call) -> Reply:
    """Call a tool, and note how long that took."""
    started, before = time.time(), time.perf_counter()
    (reply,) = timed([_told(tool, call)], started, before)
    return reply


def _told(tool: Tool, call: Call) -> Result | Failed:
    """Call a tool. It is somebody else's code, so whatever it raises concerns this call alone."""
    try:
        return Result(tool(call.input))
    except RequestFailed as error:
        return Failed(error)
    except Exception as error:
        return Failed(RequestFailed(f"tool {call.to}: {type(error).__name__}: {error}"))
