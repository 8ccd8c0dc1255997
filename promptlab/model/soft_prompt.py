"""Soft prompts: vectors that are read before every prompt, as if they were tokens.

Lester et al., The Power of Scale for Parameter-Efficient Prompt Tuning, 2021. They are given ids
beyond the vocabulary, so that whatever reads, shares and scores tokens has them as tokens like any
other; the head knows nothing of them, so none is ever written.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from promptlab.model.adapter import weights_file

KEY = "prompt_embeddings"
"""Under which PEFT writes them."""


class WithSoftPrompt(nn.Module):
    """A model's embedding of tokens, with further vectors for the ids after its own."""

    def __init__(self, inner: nn.Module, first: int, vectors: Tensor) -> None:
        super().__init__()
        self.inner, self.first = inner, first
        self.vectors = vectors if isinstance(vectors, nn.Parameter) else nn.Parameter(vectors)

    def forward(self, ids: Tensor) -> Tensor:
        """Embed; `ids` of any shape."""
        ours = ids >= self.first
        embedded: Tensor = self.inner(ids.masked_fill(ours, 0))
        soft = self.vectors[(ids - self.first).clamp(min=0)].to(embedded.dtype)
        return torch.where(ours[..., None], soft, embedded)


def virtual_ids(vocabulary: int, count: int) -> tuple[int, ...]:
    """List the ids of so many virtual tokens of a model."""
    return tuple(range(vocabulary, vocabulary + count))


def put_before(model: Any, vectors: Tensor) -> None:
    """Let a model read these vectors, shape (tokens, size), under their ids.

    Raises:
        ValueError: they are of another size than its own.
    """
    inner, config = model.get_input_embeddings(), model.config.get_text_config()
    size = inner(torch.zeros(1, dtype=torch.long, device=model.device)).shape[-1]
    if vectors.shape[-1] != size:
        raise ValueError(f"vectors of {vectors.shape[-1]} numbers, and the model's have {size}")
    model.set_input_embeddings(WithSoftPrompt(inner, int(config.vocab_size), vectors))


def read_vectors(folder: Path) -> Tensor:
    """Read the vectors of an adapter of soft prompts."""
    path = weights_file(folder)
    if path.suffix == ".bin":
        return torch.load(path, map_location="cpu", weights_only=True)[KEY]  # type: ignore[no-any-return]
    from safetensors.torch import load_file  # noqa: PLC0415  only where it is needed

    return load_file(path)[KEY]
