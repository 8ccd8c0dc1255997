"""How the demonstrations of one prompt see each other: what the model makes of them while reading.

This file is light: it says what is wanted; `engine/demonstrations/` does it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

Positions = Literal["successive", "parallel"]


@dataclass(frozen=True)
class Joint:
    """Read each demonstration after those before it, as any text is read."""

    apart: ClassVar[bool] = False
    parallel: ClassVar[bool] = False
    share: ClassVar[float] = 0.0

    @property
    def identity(self) -> Mapping[str, str]:
        """Nothing: it is how a model reads."""
        return {}


@dataclass(frozen=True)
class Independent:
    """Read each demonstration once, after the instruction alone, and put them side by side.

    Parallel Context Windows (Ratner et al., 2022) with one demonstration a window.

    Attributes:
        positions: `successive` puts them one after another; `parallel` begins all at one place,
            with the question after the longest, so that their order does not matter.
    """

    positions: Positions = "successive"
    apart: ClassVar[bool] = True
    share: ClassVar[float] = 0.0

    def __post_init__(self) -> None:
        """Check the setting where it is written."""
        if self.positions not in ("successive", "parallel"):
            raise ValueError(
                f"demonstrations.positions is {self.positions!r}; expected successive or parallel"
            )

    @property
    def parallel(self) -> bool:
        """Whether all begin at one place."""
        return self.positions == "parallel"

    @property
    def identity(self) -> Mapping[str, str]:
        """What tells its replies from those of others."""
        return {"demonstrations": f"independent, {self.positions}"}


@dataclass(frozen=True)
class Blended:
    """Read each demonstration once, and some of its tokens anew where it stands.

    CacheBlend (Yao et al., 2024): those whose values what stands before changes most. The first
    demonstration needs none.

    Attributes:
        share: What part of each demonstration's tokens; 1 is what `joint` gives.
    """

    share: float = 0.15
    apart: ClassVar[bool] = True
    parallel: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Check the setting where it is written."""
        if not 0 < self.share <= 1:
            raise ValueError(
                f"demonstrations.share is {self.share}; expected more than 0 and at most 1 (with "
                "none read anew: demonstrations=independent)"
            )

    @property
    def identity(self) -> Mapping[str, str]:
        """What tells its replies from those of others."""
        return {"demonstrations": f"blended, {self.share}"}


Demonstrations = Joint | Independent | Blended
JOINT = Joint()
