"""What variants of a prompt say to one question, as a page shows it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from promptlab.experiment import Experiment
from promptlab.program import solve
from promptlab.stages import Fitted
from promptlab.types import (
    Call,
    Completion,
    Example,
    Exchange,
    Failed,
    Question,
    Reply,
    Score,
    Scores,
    Trial,
)


@dataclass
class Variant:
    """A variant to be asked; its stages are fitted when the first question comes."""

    name: str
    experiment: Experiment
    fitted: Fitted | None = None
    turn: Lock = field(default_factory=Lock)

    def ask(self, question: Question) -> Trial:
        """Answer a question, with all that is asked on the way."""
        with self.turn:
            if self.fitted is None:
                self.fitted = self.experiment.fitted()
            attempt = self.experiment.attempt(Example(question, ""), self.fitted)
            return solve(attempt, self.experiment.answerer)


def shown(variant: Variant, question: Question) -> dict[str, Any]:
    """Ask a variant; return its name, its answer and its exchanges, or what went wrong."""
    try:
        trial = variant.ask(question)
    except Exception as error:  # one variant that cannot answer leaves the others as they are
        return {"name": variant.name, "error": f"{type(error).__name__}: {error}"}
    return {
        "name": variant.name,
        "error": trial.error,
        "answer": trial.answer,
        "demos": len(trial.demos),
        "votes": trial.answer.votes,
        "tokens": _tokens(trial.exchanges),
        "exchanges": [_exchange(variant.experiment, each) for each in trial.exchanges],
    }


def _tokens(exchanges: Sequence[Exchange]) -> tuple[int, int]:
    """Return the tokens read and written."""
    replies = [exchange.reply for exchange in exchanges]
    read = sum(reply.tokens_read for reply in replies)
    return read, sum(reply.completion_tokens for reply in replies)


def _exchange(experiment: Experiment, exchange: Exchange) -> dict[str, Any]:
    """Describe a request as its reader had it, and the reply."""
    request, reply = exchange.request, exchange.reply
    told: dict[str, Any] = {"stage": exchange.stage, "to": request.to, "asked": request.text}
    if not isinstance(request, Call):
        told["asked"] = experiment.answerer.preview(request.to, request.prompt).text
    if isinstance(request, Score) and isinstance(reply, Scores):
        return told | {"scores": scores(request.continuations, reply.logprobs)}
    if isinstance(reply, Completion):
        told |= {"logprob": reply.logprob, "finish": reply.finish_reason}
    return {
        **told,
        "said": _said(reply),
        "read": reply.tokens_read,
        "written": reply.completion_tokens,
        "failed": isinstance(reply, Failed),
    }


def _said(reply: Reply) -> str:
    """Return a reply's text, with its calls; of scores there is none."""
    if isinstance(reply, Completion):
        return reply.shown
    return "" if isinstance(reply, Scores) else reply.text


def scores(
    continuations: Sequence[str], logprobs: Sequence[float]
) -> list[tuple[str, float, float]]:
    """Return each continuation with its log-probability and its share, most probable first."""
    top = max(logprobs)
    weights = [math.exp(value - top) if math.isfinite(value) else 0.0 for value in logprobs]
    total = sum(weights) or 1.0
    rows = [
        (text, value, weight / total)
        for text, value, weight in zip(continuations, logprobs, weights, strict=True)
    ]
    return sorted(rows, key=lambda row: -row[2])
