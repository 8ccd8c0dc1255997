"""A long text in windows: parts that a model reads whole, as few and as equal as they can be."""

from typing import Any

MARKS = 2
"""Tokens that stand around a text."""


def windows(tokenizer: Any, text: str, window: int | None) -> list[str]:
    """Cut a text where one token ends and the next begins.

    Args:
        tokenizer: Of the model; one of transformers' fast ones, which know where tokens stand.
        text: What is cut; a text that fits, or an empty one, is returned as it is.
        window: How many tokens the model reads, with the marks around them; None where all.

    Raises:
        ValueError: the tokenizer does not know where tokens stand.
    """
    if window is None or len(text.encode("utf-8", "replace")) + MARKS <= window:
        return [text]
    if not tokenizer.is_fast:
        raise ValueError(
            f"the encoder's tokenizer ({type(tokenizer).__name__}) does not say where in a text "
            "its tokens stand, so that long texts cannot be read in windows; use "
            "encoder.inner.long=cut"
        )
    told = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    starts = [start for start, _ in told["offset_mapping"]]
    if len(starts) + MARKS <= window:
        return [text]
    # A word that is cut in two may have more tokens than before: some room is left for them.
    room = max(1, (window - MARKS) * 15 // 16)
    parts = -(-len(starts) // room)
    cuts = [starts[len(starts) * part // parts] for part in range(1, parts)]
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
