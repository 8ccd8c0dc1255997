"""How much work there was, and how much of it a store of completions saved."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Usage:
    """Requests and tokens since a model was made; what a run took is `after - before`.

    Attributes:
        asked: Requests that came in: `found + repeated + computed`.
        found: Requests answered from the store alone.
        repeated: Requests answered by what another one of the same batch asked for.
        computed: Requests for which the model behind the store worked, if only for one of several
            continuations.
        tokens_asked: Prompt and new tokens of all replies: what they cost without a store.
        tokens_computed: Tokens that the model behind the store has read, where it counts them
            (what prompts share is read once), or else those of what it was asked.
    """

    asked: int = 0
    found: int = 0
    repeated: int = 0
    computed: int = 0
    tokens_asked: int = 0
    tokens_computed: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Count both."""
        return Usage(*(a + b for a, b in zip(self._values(), other._values(), strict=True)))

    def __sub__(self, other: "Usage") -> "Usage":
        """Count what came after `other`."""
        return Usage(*(a - b for a, b in zip(self._values(), other._values(), strict=True)))

    def _values(self) -> tuple[int, ...]:
        return (
            *(self.asked, self.found, self.repeated, self.computed),
            *(self.tokens_asked, self.tokens_computed),
        )


@runtime_checkable
class Counted(Protocol):
    """Whoever counts the work that it does."""

    @property
    def counts(self) -> Usage:
        """The work until now."""
        ...
