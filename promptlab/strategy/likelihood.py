"""How likely a model finds what it wrote, where it says so."""

import math
from collections.abc import Sequence

from promptlab.program import recorded
from promptlab.protocols import Program
from promptlab.types import Answer, Completion, Exchange


def with_likelihood(program: Program[Answer]) -> Program[tuple[Answer, float | None]]:
    """Run a program; return its answer, and how likely the model found its completions."""
    exchanges: list[Exchange] = []
    answer = yield from recorded(program, exchanges)
    return answer, likelihood(exchanges)


def likelihood(exchanges: Sequence[Exchange]) -> float | None:
    """Return the geometric mean of the probabilities of all new tokens, from 0 to 1.

    It is the normalised probability of Wang et al., Self-Consistency Improves Chain of Thought
    Reasoning in Language Models, 2023. None where the model gives none, or wrote nothing.
    """
    replies = [each.reply for each in exchanges if isinstance(each.reply, Completion)]
    logprobs = [reply.logprob for reply in replies if reply.logprob is not None]
    tokens = sum(reply.completion_tokens for reply in replies)
    if len(logprobs) < len(replies) or tokens == 0 or any(map(math.isnan, logprobs)):
        return None
    return math.exp(min(sum(logprobs) / tokens, 0.0))
