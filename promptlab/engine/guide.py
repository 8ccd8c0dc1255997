"""Keep a reply to its form: which tokens may come next, and when it has ended.

`llguidance` follows the form and says which tokens lead on in it. Where the form may not end yet,
one of these is chosen. Where it may, the model is free to choose any token, and one that does not
lead on ends the reply, as a stop string would: so a model that keeps to the form of itself writes
what it would have written. A row follows its own form, whatever its neighbours do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from promptlab.output.grammar import grammar
from promptlab.types import Form

WORD = 32
"""Tokens of one number of a mask."""


@dataclass(slots=True)
class Guide:
    """A row's place in its form.

    Attributes:
        matcher: Follows the form.
        width: How many tokens it knows: those of the tokenizer, of which some may have no logit.
        ended: Nothing may follow.
        free: The form may end here.
        left: The last token is no part of the reply.
        error: Why the form could not be followed.
    """

    matcher: Any
    width: int
    ended: bool = False
    free: bool = False
    left: bool = False
    error: str = ""

    def take(self, token: int) -> None:
        """Note the token that was chosen."""
        if self.free and not self.matcher.validate_tokens([token]):
            self.left = self.ended = True
            return
        self.matcher.consume_token(token)
        self.look()

    def look(self) -> None:
        """Note where the matcher is."""
        self.ended = self.matcher.is_stopped()
        self.free = not self.ended and self.matcher.is_accepting()
        if self.matcher.is_error():
            self.error = str(self.matcher.get_error()).split("\n")[0]

    def fill(self, mask: NDArray[np.int32]) -> None:
        """Write the tokens that lead on, a bit each."""
        self.matcher.unsafe_compute_mask_ptr(mask.ctypes.data, mask.nbytes)


def guide(tokenizer: Any, width: int, form: Form) -> Guide:
    """Begin to follow a form.

    Args:
        tokenizer: the model's.
        width: how many tokens have a logit.
        form: what the reply must be.
    """
    width = max(width, len(tokenizer))
    begun = Guide(_compiled(tokenizer, width, form).deep_copy(), width)
    begun.look()
    return begun


def allowed(guides: Sequence[Guide | None], width: int) -> Tensor | None:
    """The tokens that each row may take: bool, shape (rows, width); None where all may take any."""
    bound = {row: held for row, held in enumerate(guides) if held is not None and not held.free}
    if not bound:
        return None
    most = max(width, *(held.width for held in bound.values()))
    bits = np.full((len(guides), -(-most // WORD)), -1, dtype=np.int32)
    for row, held in bound.items():
        held.fill(bits[row])
    mask = np.unpackbits(bits.view(np.uint8), axis=1, count=width, bitorder="little")
    return torch.from_numpy(mask.view(bool))


@lru_cache(maxsize=64)
def _compiled(tokenizer: Any, width: int, form: Form) -> Any:
    """A form's matcher, at its beginning."""
    from llguidance import LLMatcher  # noqa: PLC0415  heavy

    return LLMatcher(_vocabulary(tokenizer, width), grammar(form), log_level=0)


@lru_cache(maxsize=2)
def _vocabulary(tokenizer: Any, width: int) -> Any:
    """The tokenizer as the library has it; takes about a second.

    Raises:
        ValueError: the tokenizer is not of the kind that can be followed.
    """
    from llguidance.hf import from_tokenizer  # noqa: PLC0415  heavy

    if not tokenizer.is_fast:
        raise ValueError(
            f"output: the tokenizer is a {type(tokenizer).__name__}, which no form can be followed "
            "with; expected one of the tokenizers library (tokenizer.json), or output=none"
        )
    return from_tokenizer(tokenizer, n_vocab=width)
