"""Products in eight bits, on a CPU: weights by output channel, activations by token.

Every weight is rounded once, to 127 steps either way of its channel's largest; every activation
while the model reads, to those of its own token, so that what shares a batch changes nothing. The
products are oneDNN's, by torch. A channel of activations that is much larger than the others of its
token (https://arxiv.org/abs/2208.07339) takes their steps away: what that costs a model in accuracy
has to be measured. Norms, attention, embeddings and the head stay in float32.
"""

from typing import Any

import torch
from torch import Tensor

STEPS = 127
"""Of a number, either way."""

REDUCED_STEPS = 63
"""Of an activation where sums of two products have sixteen bits: they would not fit else."""

LEAST = torch.finfo(torch.float32).tiny
"""The largest number of a token of zeros, so that nothing is divided by zero."""


class Int8Linear(torch.nn.Module):
    """A linear layer whose products are in eight bits."""

    def __init__(self, layer: torch.nn.Linear) -> None:
        super().__init__()
        weight, bias = layer.weight.detach().float(), layer.bias
        units = weight.abs().amax(dim=1).clamp(min=LEAST) / STEPS
        rounded = (weight / units[:, None]).round().to(torch.int8)
        self.steps = STEPS if adds_in_32_bits() else REDUCED_STEPS
        self._weight = torch.ops.onednn.qlinear_prepack(rounded, None)
        self._units, self._zeros = units, torch.zeros_like(units, dtype=torch.int32)
        self.bias = None if bias is None else torch.nn.Parameter(bias.float(), requires_grad=False)

    def forward(self, features: Tensor) -> Tensor:
        """Multiply; features of any shape (…, in) in float32."""
        flat, zero = features.reshape(-1, features.shape[-1]), self.steps + 1
        units = flat.abs().amax(dim=-1, keepdim=True).clamp(min=LEAST) / self.steps
        rounded = (flat / units).add_(zero + 0.5).to(torch.uint8)
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            rounded,
            1.0,
            zero,
            self._weight,
            self._units,
            self._zeros,
            None,
            1.0,
            0,
            torch.float32,
            "none",
            [],
            "",
        ).mul_(units)
        if self.bias is not None:
            product += self.bias
        return product.view(*features.shape[:-1], -1)


def to_int8(model: Any) -> None:
    """Put eight-bit layers in the place of all linear ones but the head, in place.

    Raises:
        ValueError: this torch has no products in eight bits.
    """
    if not hasattr(torch.ops.onednn, "qlinear_prepack"):
        raise ValueError(
            "model.dtype=int8 needs oneDNN, which this torch has not: leave model.dtype out"
        )
    head = model.get_output_embeddings()
    for name, layer in list(model.named_modules()):
        if type(layer) is torch.nn.Linear and layer is not head:
            model.set_submodule(name, Int8Linear(layer))
    model.rounds = True


def adds_in_32_bits() -> bool:
    """Whether the processor has instructions for sums of products of eight bits (VNNI)."""
    describe = getattr(torch.cpu, "get_capabilities", None)
    features: dict[str, Any] = describe() if describe is not None else {}
    return any(features.get(feature, False) for feature in ("avx512_vnni", "avx_vnni", "amx_int8"))
