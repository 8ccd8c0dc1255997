"""The room of a reply that holds an answer of several lines, as a program does."""

from dataclasses import replace

from promptlab.types import Sampling


def lengthened(sampling: Sampling, long_tokens: int, *, lines: bool) -> Sampling:
    """Let a reply have `long_tokens` new tokens, if its answer has several lines and it has fewer.

    Args:
        sampling: How the reply is drawn.
        long_tokens: The most new tokens of a reply with such an answer.
        lines: Whether the answer may have several lines: `Task.lines`, or the output's.
    """
    return (
        replace(sampling, max_tokens=max(long_tokens, sampling.max_tokens)) if lines else sampling
    )
