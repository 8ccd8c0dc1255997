"""Log-probabilities of continuations: the prompt is read once, then every continuation after it.

A continuation is tokenised together with its prompt, because a token may span the boundary. Spaces
at the prompt's end are scored with the continuation, as in lm-evaluation-harness: models write
`" yes"`, not `" "` and then `"yes"`. Where a continuation changes how the prompt's own end is
tokenised (`：` and `好` may be one token), all continuations of the request are scored from the
last token that they share with the prompt, so that they remain comparable.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from operator import eq
from typing import Any

import torch

from promptlab.model.batching import batches
from promptlab.model.forward import State, extend, prefill, select
from promptlab.model.rendering import Ids, Rendered, encode
from promptlab.types import Scores


@dataclass(frozen=True, slots=True)
class Row:
    """One request's tokens: the context that is read, the tails that are scored after it."""

    context: Ids
    tails: list[Ids]
    prompt_tokens: int


def tokenised(tokenizer: Any, prompt: Rendered, continuations: Sequence[str]) -> Row:
    """Split prompt and continuations into what they share and what is scored."""
    bare = replace(prompt, text=prompt.text.rstrip(" "))
    wholes = [replace(prompt, text=prompt.text + continuation) for continuation in continuations]
    full, context, *tokens = encode(tokenizer, [prompt, bare, *wholes])
    # One token at least is read, so that something predicts the first that is scored.
    shared = max(1, min((_common(context, ids) for ids in tokens), default=len(context)))
    return Row(context[:shared], [ids[shared:] for ids in tokens], len(full))


def _common(left: Ids, right: Ids) -> int:
    """How many tokens two lists have in common at their beginning."""
    return sum(1 for _ in takewhile(bool, map(eq, left, right)))


def score(model: Any, rows: Sequence[Row], *, budget: int, most: int) -> list[Scores]:
    """Score the tails of one batch of rows.

    Args:
        model: a causal language model.
        rows: what to score.
        budget: most tokens, padding and context included, of a pass over tails.
        most: most tokens whose logits may be held at once.
    """
    state = prefill(model, [row.context for row in rows])
    firsts = state.logits.log_softmax(dim=-1)
    pairs = [(index, tail) for index, row in enumerate(rows) for tail in row.tails]
    sums = [firsts[index, tail[0]].item() if tail else 0.0 for index, tail in pairs]
    for pair, rest in _rests(model, state, pairs, budget=budget, most=most):
        sums[pair] += rest
    return _dealt(rows, sums)


def _rests(
    model: Any, state: State, pairs: Sequence[tuple[int, Ids]], *, budget: int, most: int
) -> Iterable[tuple[int, float]]:
    """The log-probability of all but the first token, for each tail that has more than one."""
    longer = [number for number, (_, tail) in enumerate(pairs) if len(tail) > 1]
    width = max((len(pairs[number][1]) for number in longer), default=1)
    lengths = [state.mask.shape[1] + len(pairs[number][1]) for number in longer]
    for group in batches(lengths, budget=budget, rows=max(1, most // width)):
        numbers = [longer[index] for index in group]
        tails = [pairs[number][1] for number in numbers]
        forked = select(state, [pairs[number][0] for number in numbers])
        logits = extend(model, forked, [tail[:-1] for tail in tails]).log_softmax(dim=-1)
        for row, (number, tail) in enumerate(zip(numbers, tails, strict=True)):
            places = torch.arange(len(tail) - 1)
            yield number, logits[row, places, tail[1:]].double().sum().item()


def _dealt(rows: Sequence[Row], sums: Sequence[float]) -> list[Scores]:
    """Deal the sums of all tails out to their requests."""
    replies, start = [], 0
    for row in rows:
        lengths = tuple(map(len, row.tails))
        logprobs = tuple(sums[start : start + len(lengths)])
        replies.append(Scores(logprobs, lengths, row.prompt_tokens))
        start += len(lengths)
    return replies
