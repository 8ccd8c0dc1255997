"""Putting demonstrations side by side: their values as they are, their keys turned on."""

import torch
from torch import Tensor

from promptlab.engine.demonstrations.blending import blended
from promptlab.engine.demonstrations.kept import Kept, state_of
from promptlab.engine.demonstrations.placed import Placed
from promptlab.engine.demonstrations.rotary import turns
from promptlab.engine.kv_cache import Part
from promptlab.engine.state import State


def place(kept: Kept, beginning: Placed) -> State:
    """The state of one row that begins so.

    Raises:
        ValueError: the model's keys cannot be moved; says why.
    """
    turning = turns(kept.reader)
    parts = kept(beginning)
    shifts = torch.tensor(beginning.shifts, device=parts[0][0][0].device)
    angles = {id(turn): turn.angles(shifts) for turn in turning if turn is not None}
    moved = any(beginning.shifts)
    layers: list[tuple[Tensor, Tensor]] = []
    for number, turn in enumerate(turning):
        keys, values = _abreast(parts, number)
        if turn is not None and moved:
            keys = turn(keys, angles[id(turn)])
        layers.append((keys, values))
    state = state_of(kept.reader, tuple(layers))
    return blended(kept, beginning, state) if beginning.share else state


def _abreast(parts: list[Part], number: int) -> tuple[Tensor, Tensor]:
    keys, values = zip(*(part[number] for part in parts), strict=True)
    return torch.cat(keys, dim=2), torch.cat(values, dim=2)
