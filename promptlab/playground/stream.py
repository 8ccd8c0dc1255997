"""A page that comes in pieces: each variant as it answers, and its reply as it is written.

No script runs: the pieces are the page itself, which a browser shows as they arrive. A reply that
is being written stands before its variant, and is hidden by the style sheet once that is there.
"""

from collections.abc import Iterator, Sequence
from contextvars import copy_context
from queue import SimpleQueue
from threading import Thread
from typing import Any

from promptlab.hearing import listening
from promptlab.playground.answers import Variant, shown
from promptlab.types import Generate, Question

UNFINISHED = "\ufffd"
"""Stands at a text's end where a character is not yet whole."""


def answers(variant: Variant, question: Question) -> Iterator[str | dict[str, Any]]:
    """Ask a variant: yield what is new of its reply, again and again, and then all about it.

    Whoever stops listening lets it end by itself; nothing is asked of the next variant.
    """
    heard: SimpleQueue[tuple[Generate, str] | dict[str, Any]] = SimpleQueue()

    def ask() -> None:
        with listening(lambda request, text: heard.put((request, text))):
            heard.put(shown(variant, question))

    Thread(target=copy_context().run, args=(ask,), daemon=True).start()
    told: dict[str, str] = {}
    while not isinstance(item := heard.get(), dict):
        request, text = item
        before = told.get(request.digest)
        text = text.rstrip(UNFINISHED)
        if before is None and told:
            yield "\n\n"
        if text.startswith(before or ""):
            told[request.digest] = text
            yield text[len(before or "") :]
    yield item


def pieces(
    variants: Sequence[Variant], question: Question
) -> Iterator[str | dict[str, Any] | None]:
    """Ask one variant after another; None begins each."""
    for variant in variants:
        yield None
        yield from answers(variant, question)
