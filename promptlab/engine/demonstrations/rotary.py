"""Turning keys to another place: rotary positions (Su et al., 2021) compose.

A key that was turned to place 7 is turned on to place 19 by the angles of 12. Which numbers of a
key turn, by which frequencies and in which pairs differs between models, so it is tried: a few
tokens are read at two places, and what turns the keys of one into those of the other is taken,
layer by layer. Layers whose keys do not depend on their place stay as they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from promptlab.engine.forward import at_places
from promptlab.engine.reader import Reader

MOVING = ("dynamic", "longrope")
"""Kinds of rotary positions whose frequencies depend on the length of the prompt."""

TRIED = (1, 2, 3, 4, 5)
"""Tokens that are read at two places."""

BY = 7
"""How far the two places are apart."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How a layer's keys turn.

    Attributes:
        frequencies: Angles that a place more turns by, shape (pairs,).
        neighbours: Whether a pair is two numbers side by side; if not, they stand half of all the
            numbers that turn apart.
    """

    frequencies: Tensor
    neighbours: bool

    def angles(self, shifts: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines for each column's shift: float32, shape (columns, pairs)."""
        angles = shifts.float()[:, None] * self.frequencies.float()
        return angles.cos(), angles.sin()

    def __call__(self, keys: Tensor, angles: tuple[Tensor, Tensor]) -> Tensor:
        """Keys, shape (rows, heads, columns, size), turned on."""
        cos, sin = angles
        size = 2 * cos.shape[-1]
        turning = keys[..., :size].float()
        left, right = _pairs(turning, self.neighbours)
        turned = torch.empty_like(turning)
        for part, made in zip(
            _pairs(turned, self.neighbours),
            (left * cos - right * sin, right * cos + left * sin),
            strict=True,
        ):
            part.copy_(made)
        return torch.cat([turned.to(keys.dtype), keys[..., size:]], dim=-1)


def _pairs(numbers: Tensor, neighbours: bool) -> tuple[Tensor, Tensor]:
    if neighbours:
        return numbers[..., ::2], numbers[..., 1::2]
    left, right = numbers.chunk(2, dim=-1)
    return left, right


@lru_cache(maxsize=1)
@torch.inference_mode()
def turns(reader: Reader) -> tuple[Turn | None, ...]:
    """How each layer's keys turn; None where they do not depend on their place.

    Raises:
        ValueError: the model's keys cannot be moved; says why.
    """
    _check(reader)
    here, there = (_keys(reader, by) for by in (0, BY))
    found = [
        _turn(reader, number, old, new)
        for number, (old, new) in enumerate(zip(here, there, strict=True))
    ]
    if not any(found):
        raise ValueError(refused(reader, "its keys do not turn with their place (ALiBi, say)"))
    return tuple(found)


def _check(reader: Reader) -> None:
    config = reader.model.config.get_text_config()
    if not reader.free:
        why = "its layers do not all keep keys and values of each token"
        raise ValueError(refused(reader, why))
    if not reader.positioned:
        why = "it takes no places of tokens: it has a bias for distances (ALiBi), or none"
        raise ValueError(refused(reader, why))
    kinds = _kinds(getattr(config, "rope_parameters", None))
    if moving := next((kind for kind in kinds if kind in MOVING), None):
        why = f"its rotary positions ({moving}) depend on the length of the prompt"
        raise ValueError(refused(reader, why))


def _kinds(parameters: Any) -> Iterator[str]:
    """The kinds of rotary positions that a config names, for all layers or for kinds of layers."""
    for key, value in (parameters or {}).items():
        if key == "rope_type":
            yield str(value)
        elif isinstance(value, dict):
            yield from _kinds(value)


def _keys(reader: Reader, by: int) -> list[Tensor]:
    cache = at_places(reader, TRIED, range(by, by + len(TRIED)))
    return [layer.keys for layer in cache.layers]


def _turn(reader: Reader, number: int, old: Tensor, new: Tensor) -> Turn | None:
    """What turns a layer's keys from one place to the other."""
    tolerance = reader.tolerance
    shifts = torch.full((len(TRIED),), BY, device=old.device)

    def off(made: Tensor) -> float:
        return float((made.float() - new.float()).norm() / new.float().norm())

    if off(old) < 1e-6:
        return None
    tried = [
        Turn(frequencies.to(old.device), neighbours)
        for frequencies in _frequencies(reader.body, number)
        if 2 * len(frequencies) <= old.shape[-1]
        for neighbours in (False, True)
    ]
    best = min(tried, key=lambda turn: off(turn(old, turn.angles(shifts))), default=None)
    if best is None or off(best(old, best.angles(shifts))) > tolerance:
        why = "its positions are learned (GPT-2, OPT), or of a kind that is not known here"
        raise ValueError(refused(reader, why))
    return best


def _frequencies(body: Any, number: int) -> Sequence[Tensor]:
    """The frequencies that the model has: of this layer where its layers have their own, or all."""
    found = [
        (name, buffer)
        for name, buffer in body.named_buffers()
        if name.endswith("inv_freq") and "original" not in name
    ]
    own = [buffer for name, buffer in found if f"layers.{number}." in name]
    return own or [buffer for _, buffer in found]


def refused(reader: Reader, why: str) -> str:
    """Say that a model cannot do it, why, and what to do."""
    kind = reader.model.config.model_type
    return (
        f"demonstrations of a {kind} model cannot be read each on its own: {why}; expected a model "
        "with rotary positions (Llama, Qwen, Gemma, …), or demonstrations=joint"
    )
