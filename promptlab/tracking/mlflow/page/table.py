"""Trials as a table that MLflow compares across runs: rows paired by id, completions side by side.

Its comparison of artifacts takes the first column as the key of a row and shows the second.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from promptlab.types import Completion, Exchange, Score, Scores, Trial

RANKED = 10
"""How many of the ranked continuations are shown."""


def row(trial: Trial) -> dict[str, Any]:
    """Write a trial as a row: texts for a person to read."""
    replies = [exchange.reply for exchange in trial.exchanges]
    return {
        "id": trial.example.id,
        "completion": _join_numbered([_reply_text(exchange) for exchange in trial.exchanges]),
        "prompt": _join_numbered(list(dict.fromkeys(map(_request_text, trial.exchanges)))),
        "question": trial.example.question.text,
        "target": trial.example.answer,
        "prediction": trial.answer.text,
        "outcome": trial.answer.outcome,
        **_scores(trial.scores),
        "demos": ", ".join(demo.id for demo in trial.demos),
        "prompt_tokens": sum(reply.tokens_read for reply in replies),
        "completion_tokens": sum(reply.completion_tokens for reply in replies),
    }


def columns(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Turn rows into columns; a score that a row does not have is None."""
    rows = list(rows)
    widest = max(rows, key=len, default={})
    names = list(dict.fromkeys([*widest, *(name for entry in rows for name in entry)]))
    return {name: [entry.get(name) for entry in rows] for name in names}


def _request_text(exchange: Exchange) -> str:
    return exchange.request.text


def _reply_text(exchange: Exchange) -> str:
    request, reply = exchange.request, exchange.reply
    if isinstance(reply, Scores):
        return _ranking(request.continuations, reply) if isinstance(request, Score) else ""
    return reply.shown if isinstance(reply, Completion) else reply.text


def _ranking(continuations: Sequence[str], scores: Scores) -> str:
    """List the continuations with their log-probabilities in nats, most probable first."""
    pairs = zip(continuations, scores.logprobs, strict=True)
    ranked = sorted(pairs, key=lambda pair: -pair[1])
    texts = [f"{text.strip()} ({logprob:.2f})" for text, logprob in ranked[:RANKED]]
    return " · ".join(texts + [f"… {len(ranked) - RANKED} more"] * (len(ranked) > RANKED))


def _scores(scores: Mapping[str, float]) -> dict[str, float]:
    """Put accuracy first."""
    return {
        name: scores[name] for name in sorted(scores, key=lambda name: (name != "accuracy", name))
    }


def _join_numbered(texts: Sequence[str]) -> str:
    """Join the texts of one trial, numbered where there are several."""
    if len(texts) == 1:
        return texts[0]
    return "\n\n".join(f"[{n} of {len(texts)}]\n{text}" for n, text in enumerate(texts, start=1))
