"""From hidden states to logits in float32, whatever the model computes in.

A model in bfloat16 gives logits that are multiples of 1/16 or 1/8 where they matter: labels tie,
and so do the most probable tokens. The last product is therefore taken in float32,
from the hidden states; a model whose head is more than a linear layer, a scale and a soft cap keeps
its own.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

BEST = 32
"""How many of the most probable tokens are computed anew in float32, on CPUs."""

SLICE = 2048
"""Tokens of the vocabulary that are converted to float32 at a time."""


@dataclass(frozen=True, slots=True)
class Head:
    """A linear head.

    Attributes:
        weight: shape (vocabulary, size).
        bias: shape (vocabulary,), or None.
        scale: what logits are multiplied by.
        cap: where logits are softly capped; 0 is nowhere.
    """

    weight: Tensor
    bias: Tensor | None
    scale: float
    cap: float

    def logits(self, hidden: Tensor) -> Tensor:
        """All logits of the next token: float32, shape (rows, vocabulary).

        In half precision on a CPU the most probable tokens are exact to float32, and the others are
        rounded; a float32 product over the whole vocabulary takes five times as long.
        """
        if hidden.dtype == torch.float32:
            return self._finished(hidden @ self.weight.T, slice(None))
        if hidden.is_cuda:
            return self._finished(
                torch.mm(hidden, self.weight.T, out_dtype=torch.float32), slice(None)
            )
        rough = (hidden @ self.weight.T).float()
        best = rough.topk(min(BEST, rough.shape[-1]), sorted=False).indices
        exact = torch.bmm(self.weight[best].float(), hidden.float()[:, :, None])[:, :, 0]
        return self._finished(rough.scatter_(-1, best, exact), slice(None))

    def logprobs(self, hidden: Tensor, tokens: Tensor) -> Tensor:
        """Log-probabilities of some tokens after each hidden state, in float32 throughout.

        The vocabulary is gone through in slices, so that no tensor spans it.

        Args:
            hidden: shape (places, size).
            tokens: shape (places, choices); what is asked for at each place.
        """
        hidden = hidden.float()
        total = hidden.new_full((len(hidden), 1), float("-inf"))
        target = hidden.new_zeros(tokens.shape)
        for start in range(0, len(self.weight), SLICE):
            part = slice(start, start + SLICE)
            logits = self._finished(hidden @ self.weight[part].float().T, part)
            total = torch.logaddexp(total, logits.logsumexp(dim=-1, keepdim=True))
            places = (tokens - start).clamp(0, logits.shape[-1] - 1)
            inside = (tokens >= start) & (tokens < start + SLICE)
            target = torch.where(inside, logits.gather(-1, places), target)
        return target - total

    def _finished(self, logits: Tensor, which: Any) -> Tensor:
        if self.bias is not None:
            logits = logits + self.bias[which].float()
        if self.scale != 1:
            logits = logits * self.scale
        return torch.tanh(logits / self.cap) * self.cap if self.cap else logits


@torch.inference_mode()
def linear(model: Any) -> Head | None:
    """The model's head, where it is linear; tried on two tokens, since no config tells all."""
    layer, base = model.get_output_embeddings(), getattr(model, model.base_model_prefix, None)
    if type(layer) is not torch.nn.Linear or base is None or base is model:
        return None
    head = Head(layer.weight, layer.bias, *_finish(model.config.get_text_config()))
    ids = torch.tensor([[1, 2]], device=model.device)
    theirs = model(input_ids=ids, use_cache=False).logits[0].float()
    ours = head.logits(base(input_ids=ids, use_cache=False).last_hidden_state[0])
    close = ours.shape == theirs.shape and torch.allclose(ours, theirs, rtol=0.05, atol=0.1)
    return head if close else None


def _finish(config: Any) -> tuple[float, float]:
    """What becomes of logits: a scale and a cap, by the names that configs have for them."""
    scale = (getattr(config, "logit_scale", None) or 1) / (
        getattr(config, "logits_scaling", None) or 1
    )
    return float(scale), float(getattr(config, "final_logit_softcapping", None) or 0)
