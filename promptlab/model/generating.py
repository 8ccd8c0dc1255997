"""Completions: one prefill of a batch of prompts, then a token a row until each row has ended.

Rows that have ended leave the batch, so that none waits for the longest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from promptlab.model.drawing import choose, uniforms
from promptlab.model.forward import State, prefill, select, step
from promptlab.model.stopping import cut, decoded, endings, may_stop
from promptlab.types import Completion, FinishReason, Generate


@dataclass(slots=True)
class Row:
    """A completion in the making; `room` is the most tokens it may take."""

    request: Generate
    prompt: Sequence[int]
    room: int
    tokens: list[int] = field(default_factory=list)
    logprob: float = 0.0


@dataclass(frozen=True, slots=True)
class Draws:
    """How the rows that are still in the batch draw; all of shape (rows, …), on one device."""

    temperature: Tensor
    top_p: Tensor
    uniform: Tensor

    def of(self, rows: Sequence[int]) -> "Draws":
        """Those of some rows, in this order."""
        index = torch.tensor(rows, device=self.temperature.device)
        return Draws(self.temperature[index], self.top_p[index], self.uniform[index])


def complete(model: Any, tokenizer: Any, rows: Sequence[Row]) -> list[Completion]:
    """Complete the rows of one batch; returns them in the same order."""
    ends = endings(tokenizer, model)
    live, draws = list(rows), _draws(model, rows)
    state = prefill(model, [row.prompt for row in rows])
    while True:
        tokens = _advance(state, live, draws)
        going = [index for index, row in enumerate(live) if not _ended(row, tokenizer, ends)]
        if not going:
            return [_completion(row, tokenizer, ends) for row in rows]
        if len(going) < len(live):
            live = [live[index] for index in going]
            state, draws = select(state, going), draws.of(going)
            tokens = tokens[torch.tensor(going, device=tokens.device)]
        state = step(model, state, tokens)


def _draws(model: Any, rows: Sequence[Row]) -> Draws:
    samplings = [row.request.sampling for row in rows]
    return Draws(
        torch.tensor([sampling.temperature for sampling in samplings], device=model.device),
        torch.tensor([sampling.top_p for sampling in samplings], device=model.device),
        uniforms([row.request for row in rows], max(row.room for row in rows)).to(model.device),
    )


def _advance(state: State, live: Sequence[Row], draws: Draws) -> Tensor:
    """Choose a token for every row and note it; every live row is equally far."""
    now = len(live[0].tokens)
    tokens, logprobs = choose(state.logits, draws.temperature, draws.top_p, draws.uniform[:, now])
    for row, token, logprob in zip(live, tokens.tolist(), logprobs.tolist(), strict=True):
        row.tokens.append(token)
        row.logprob += logprob
    return tokens


def _ended(row: Row, tokenizer: Any, ends: frozenset[int]) -> bool:
    return (
        row.tokens[-1] in ends
        or len(row.tokens) >= row.room
        or may_stop(tokenizer, row.tokens, row.request.sampling.stop)
    )


def _completion(row: Row, tokenizer: Any, ends: frozenset[int]) -> Completion:
    """Turn the finished row into a reply; the tokens of its stop are counted, not shown."""
    ended = row.tokens[-1] in ends
    text = decoded(tokenizer, row.prompt, row.tokens[:-1] if ended else row.tokens)
    stopped = cut(text, row.request.sampling.stop)
    reason: FinishReason = "stop" if ended or stopped is not None else "length"
    return Completion(
        text if stopped is None else stopped, reason, len(row.prompt), len(row.tokens), row.logprob
    )
