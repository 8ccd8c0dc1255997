"""When a completion ends, and what its text is.

Text is what decoding adds to the end of the prompt, so that no leading space is lost and characters
that span tokens come out whole. Stop strings are looked for in the text, so that it does not matter
which tokens they fall into.
"""

from collections.abc import Sequence
from typing import Any

CONTEXT = 8
"""Tokens of the prompt that are decoded along: enough for a decoder to know its surroundings."""

ENDINGS = (
    "<|im_end|>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end|>",
    "<end_of_turn>",
    "<turn|>",
    "<eos>",
    "</s>",
)
"""Special tokens that end a turn or a document in one family of models or another."""


def endings(tokenizer: Any, model: Any) -> frozenset[int]:
    """The tokens that end a completion.

    They are those of the generation config, of the model's config and of the tokenizer, and the
    well-known ones that the tokenizer has: many models name only one of the several they write.
    """
    added = tokenizer.get_added_vocab()
    named = [added[ending] for ending in ENDINGS if ending in added]
    configured = [
        getattr(model.generation_config, "eos_token_id", None),
        getattr(model.config.get_text_config(), "eos_token_id", None),
        tokenizer.eos_token_id,
    ]
    flat = [ids if isinstance(ids, list) else [ids] for ids in configured]
    return frozenset([*named, *(number for ids in flat for number in ids if number is not None)])


def decoded(
    tokenizer: Any, prompt: Sequence[int], completion: Sequence[int], *, special: bool = False
) -> str:
    """The text that the completion adds to the prompt; special tokens are left out, or kept."""
    before = list(prompt[-CONTEXT:])
    start = _decode(tokenizer, before, special=special)
    whole = _decode(tokenizer, [*before, *completion], special=special)
    if whole.startswith(start):
        return whole.removeprefix(start)
    return _decode(tokenizer, completion, special=special)


def cut(text: str, stops: Sequence[str]) -> str | None:
    """The text before the first stop string in it, or None where there is none."""
    starts = [text.find(stop) for stop in stops if stop]
    return min((text[:start] for start in starts if start >= 0), key=len, default=None)


def may_stop(tokenizer: Any, completion: Sequence[int], stops: Sequence[str]) -> bool:
    """Whether the newest token may have completed a stop string.

    Only as many tokens are decoded as the longest stop string can span (a character takes up to
    four), so that the cost of looking does not grow with the completion.
    """
    if not any(stops):
        return False
    span = 4 * max(map(len, stops)) + CONTEXT
    return cut(_decode(tokenizer, completion[-span:]), stops) is not None


def _decode(tokenizer: Any, ids: Sequence[int], *, special: bool = False) -> str:
    text: str = tokenizer.decode(
        list(ids), skip_special_tokens=not special, clean_up_tokenization_spaces=False
    )
    return text
