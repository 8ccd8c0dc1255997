"""A model as the engine sees it."""

import inspect
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from promptlab.engine.lm_head import Head


@dataclass(frozen=True, slots=True)
class Reader:
    """A model, and what can be done with it.

    Attributes:
        model: a causal language model.
        head: its head, where it is linear; then features are hidden states, else logits.
        free: whether rows of any lengths may be read together and joined. Where not (recurrent
            layers, say), batches are of rows of one length, and nothing is shared.
        shares: whether rows can attend to a beginning that is held once.
        branches: whether rows can read a tree.
    """

    model: Any
    head: Head | None
    free: bool
    shares: bool
    branches: bool = False

    def logits(self, features: Tensor) -> Tensor:
        """Logits of the next token: float32, shape (rows, vocabulary)."""
        return features.float() if self.head is None else self.head.logits(features)

    def logprobs(self, features: Tensor, tokens: Tensor) -> Tensor:
        """Log-probabilities of `tokens`, shape (places, choices), after each place: float32."""
        if self.head is None:
            return features.float().log_softmax(dim=-1).gather(-1, tokens)
        return self.head.logprobs(features, tokens)

    @property
    def tolerance(self) -> float:
        """How far apart two ways to the same features may come out, of their length.

        Rounding takes most of it, where the model rounds what it computes.
        """
        exact = self.model.dtype == torch.float32 and not getattr(self.model, "rounds", False)
        return 1e-3 if exact else 0.05

    @property
    def body(self) -> Any:
        """The module to run: the model, without its head where that is known."""
        if self.head is None:
            return self.model
        return getattr(self.model, self.model.base_model_prefix)

    @property
    def positioned(self) -> bool:
        """Whether the model accepts positions of tokens."""
        return "position_ids" in _parameters(self.body.__class__)


@lru_cache(maxsize=8)
def _parameters(model: type) -> frozenset[str]:
    """The arguments that this kind of model's forward pass accepts: some take no positions."""
    return frozenset(inspect.signature(model.forward).parameters)  # type: ignore[attr-defined]
