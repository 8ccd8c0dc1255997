"""A text that may be longer than the model's window, as windows that overlap.

Each token is scored once, after as many tokens before it as its window holds. It is the reckoning
that the documentation of transformers gives for perplexity
(https://huggingface.co/docs/transformers/perplexity): a window ends `stride` tokens after the one
before, and the last may be shorter.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from promptlab.engine.scoring import ScoreRow
from promptlab.engine.tokens.control import Ids
from promptlab.engine.tokens.rendering import Rendered, encode, render
from promptlab.types import Message, Prompt


def text_rows(tokenizer: Any, text: str, window: int, stride: int) -> list[ScoreRow]:
    """Return the windows of a text, which is scored from its first token on.

    What opens texts (BOS, or EOS where there is none) stands before it.

    Raises:
        ValueError: as `windows`.
    """
    rendered = render(tokenizer, Prompt((Message("text", text),)))
    opening = rendered.opening or tuple(encode(tokenizer, [Rendered("")])[0])
    (ids,) = encode(tokenizer, [replace(rendered, opening=opening)])
    return list(windows(ids, window, stride, len(opening)))


def windows(ids: Ids, window: int, stride: int, given: int = 1) -> Iterator[ScoreRow]:
    """Yield what is read, and what is scored after it.

    Args:
        ids: Tokens of the text.
        given: How many of them nothing predicts; at least one.
        window: Most tokens of a window.
        stride: By how many the windows are apart; fewer than `window`, so that each scored token
            has one before it.

    Raises:
        ValueError: the stride is not from 1 to less than the window.
    """
    if not 1 <= stride < window:
        raise ValueError(
            f"stride is {stride} and the window {window} tokens; expected a stride from 1 to "
            f"{window - 1}"
        )
    scored = given
    for begin in range(0, len(ids), stride):
        end = min(begin + window, len(ids))
        if scored < end:
            yield ScoreRow(ids[begin:scored], [ids[scored:end]], end - begin)
        scored = end
        if end == len(ids):
            return
