"""Choose the next token of every row, so that no row's draw depends on its neighbours.

Each row has its own stream of uniform numbers, seeded by its request. A draw inverts the cumulative
distribution at the row's next number (one number a token, whatever the vocabulary's size).
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import pad

from promptlab.types import Generate

PART = 256
"""Tokens of a part of the vocabulary, whose probabilities are summed first."""

ALL = 0
"""As a top_k: no token is too improbable."""

FEW = 256
"""The most probable tokens that are ranked first: almost always the nucleus lies among them."""


def uniforms(requests: Sequence[Generate], length: int) -> Tensor:
    """The rows' streams of numbers in [0, 1): float64, shape (requests, length), on the CPU."""
    return torch.stack([_stream(request, length) for request in requests])


def _stream(request: Generate, length: int) -> Tensor:
    """A request's stream; its digest covers prompt, sampling, seed and draw.

    A longer stream begins with the shorter one.
    """
    if request.sampling.temperature == 0:
        return torch.zeros(length, dtype=torch.float64)
    generator = torch.Generator().manual_seed(int(request.digest[:15], 16))
    return torch.rand(length, generator=generator, dtype=torch.float64)


def choose(
    logits: Tensor,
    temperature: Tensor,
    top_p: Tensor,
    uniform: Tensor,
    allowed: Tensor | None = None,
    *,
    top_k: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Choose one token a row.

    Args:
        logits: float32, shape (rows, vocabulary).
        temperature: shape (rows,); 0 takes the most probable token, the first of equals.
        top_p: shape (rows,); the smallest set of tokens with this much probability is drawn from.
        uniform: float64, shape (rows,), in [0, 1).
        allowed: bool, shape (rows, vocabulary): the tokens among which is chosen; None is all.
        top_k: shape (rows,); of these, so many of the most probable are drawn from, and whatever is
            as probable as the last of them; `ALL` is all. It is cut before `top_p`.

    Returns:
        The tokens, and their log-probabilities in nats under the distribution at temperature 1
        with no nucleus cut, over all tokens; both of shape (rows,).
    """
    free = logits
    if allowed is not None:
        logits = free.masked_fill(~allowed, float("-inf"))
    tokens = logits.argmax(dim=-1)
    logits = logits if top_k is None else _among_most_probable(logits, top_k)
    for whole in (True, False):
        (rows,) = torch.where((temperature > 0) & ((top_p >= 1) == whole))
        if len(rows):
            tempered = _tempered(logits[rows], temperature[rows])
            drawn = (
                _draw(tempered, uniform[rows])
                if whole
                else _draw_nucleus(tempered, top_p[rows], uniform[rows])
            )
            tokens[rows] = drawn
    chosen = free.gather(-1, tokens[:, None])[:, 0]
    return tokens, chosen - free.logsumexp(dim=-1)


def _among_most_probable(logits: Tensor, top_k: Tensor) -> Tensor:
    """Leave each row the tokens that are no less probable than its `top_k`-th."""
    most = min(int(top_k.max()), logits.shape[-1])
    if most == ALL:
        return logits
    ranked = logits.topk(most).values
    last = ranked.gather(-1, (top_k.clamp(1, most) - 1)[:, None])
    return logits.masked_fill((logits < last) & (top_k > ALL)[:, None], float("-inf"))


def _tempered(logits: Tensor, temperature: Tensor) -> Tensor:
    # The largest is taken away first: a tiny temperature cannot overflow.
    centred = logits - logits.amax(dim=-1, keepdim=True)
    return centred.div_(temperature[:, None]).softmax(dim=-1)


def _draw(probabilities: Tensor, uniform: Tensor) -> Tensor:
    """Invert the cumulative distribution; tokens of no probability are never drawn.

    First the part of the vocabulary is found in which the point lies, then the token in it: a sum
    over everything is a fraction of the work of a cumulative one.
    """
    parts = pad(probabilities, (0, -probabilities.shape[-1] % PART)).unflatten(-1, (-1, PART))
    mass = parts.sum(dim=-1, dtype=torch.float64).cumsum(dim=-1)
    total = mass[:, -1]
    # Rounding must not lift the last number up to the total, past every token.
    point = torch.minimum(uniform * total, torch.nextafter(total, torch.zeros_like(total)))
    part = torch.searchsorted(mass, point[:, None], right=True)[:, 0]
    rows = torch.arange(len(parts), device=parts.device)
    inside = parts[rows, part].cumsum(dim=-1, dtype=torch.float64)
    # What is left of the point, and likewise no more than the part has.
    left = point - torch.where(part > 0, mass[rows, part - 1], 0.0)
    last = inside[:, -1]
    left = torch.minimum(left, torch.nextafter(last, torch.zeros_like(last)))
    return part * PART + torch.searchsorted(inside, left[:, None], right=True)[:, 0]


def _draw_nucleus(probabilities: Tensor, top_p: Tensor, uniform: Tensor) -> Tensor:
    """Draw from the most probable tokens that together reach `top_p`."""
    tokens = torch.empty(len(uniform), dtype=torch.long, device=uniform.device)
    few = probabilities.topk(min(FEW, probabilities.shape[-1]))
    # Above the last of them no equal is missing.
    above = few.values.masked_fill(few.values == few.values[:, -1:], 0.0)
    enough = above.sum(dim=-1, dtype=torch.float64) >= top_p
    for reached in (True, False):
        (rows,) = torch.where(enough == reached)
        if len(rows):
            among = few.indices[rows].sort(dim=-1).values if reached else None
            tokens[rows] = _draw_ranked(probabilities[rows], among, top_p[rows], uniform[rows])
    return tokens


def _draw_ranked(
    probabilities: Tensor, among: Tensor | None, top_p: Tensor, uniform: Tensor
) -> Tensor:
    """Draw from the nucleus, which lies among these tokens, in rising order; None is all."""
    candidates = probabilities if among is None else probabilities.gather(-1, among)
    ranked, order = candidates.sort(dim=-1, descending=True, stable=True)
    before = ranked.cumsum(dim=-1, dtype=torch.float64) - ranked
    nucleus = ranked.masked_fill(before >= top_p[:, None], 0.0)
    token = order.gather(-1, _draw(nucleus, uniform)[:, None])
    return (token if among is None else among.gather(-1, token))[:, 0]
