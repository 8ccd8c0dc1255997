"""Where the tokens of a prompt are parted: at the cuts that it names, which are places in its text.

A token that spans a cut belongs to what follows. The tokens are those of the whole prompt, so that
nothing is tokenised otherwise than where it is read from end to end.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile
from typing import Any

from promptlab.engine.tokens.control import unused
from promptlab.engine.tokens.rendering import Rendered, encode, ids_of, render
from promptlab.engine.tokens.wellformed import wellformed
from promptlab.types import Cut, Message, Prompt


@lru_cache(maxsize=2048)  # who previews, who stores and who reads the prompt all ask
def token_cuts(tokenizer: Any, prompt: Prompt, cuts: tuple[Cut, ...]) -> tuple[int, ...]:
    """How many of a prompt's tokens come before each cut.

    Raises:
        ValueError: the prompt cannot be rendered, or its chat template writes otherwise what is
            cut.
    """
    rendered = render(tokenizer, prompt)
    ends = _ends(tokenizer, rendered, ids_of(tokenizer, prompt))
    places = _places(tokenizer, prompt, rendered, cuts)
    if ends is None:
        return tuple(_before(tokenizer, prompt, rendered, place) for place in places)
    opening = len(rendered.opening)
    return tuple(opening + sum(1 for _ in takewhile(place.__ge__, ends)) for place in places)


def _ends(tokenizer: Any, rendered: Rendered, ids: Sequence[int]) -> list[int] | None:
    """Where in the text each token ends; None where the tokenizer cannot tell."""
    if not getattr(tokenizer, "is_fast", False):
        return None
    told = tokenizer(
        wellformed(rendered.text),
        add_special_tokens=False,
        return_offsets_mapping=True,
        verbose=False,
    )
    if told.input_ids != list(ids[len(rendered.opening) :]):
        return None
    return [end for _, end in told.offset_mapping]


def _before(tokenizer: Any, prompt: Prompt, rendered: Rendered, place: int) -> int:
    """How many tokens the text up to a place has in common with the whole."""
    spans = tuple(span for span in rendered.template if span[1] <= place)
    part = replace(rendered, text=rendered.text[:place], template=spans)
    if not part.text and not part.opening:
        return 0
    (ids,) = encode(tokenizer, [part])
    pairs = zip(ids, ids_of(tokenizer, prompt), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _places(
    tokenizer: Any, prompt: Prompt, rendered: Rendered, cuts: Sequence[Cut]
) -> Sequence[int]:
    """Where in the rendered text the cuts are: a mark is put there, and looked for."""
    if [message.role for message in prompt.messages] == ["text"]:
        content = prompt.messages[0].content
        return [len(wellformed(content[:place])) for _, place in cuts]
    mark = next(unused(rendered.text))
    marked = [
        _marked(number, message, cuts, mark) for number, message in enumerate(prompt.messages)
    ]
    pieces = render(tokenizer, replace(prompt, messages=tuple(marked))).text.split(mark)
    if "".join(pieces) != rendered.text or len(pieces) != len(cuts) + 1:
        raise ValueError(
            f"the chat template of {tokenizer.name_or_path} writes the demonstrations otherwise "
            "than they are given, so they cannot be read each on its own; expected "
            "demonstrations=joint, or a prompt template with layout=text"
        )
    return [sum(map(len, pieces[:number])) for number in range(1, len(pieces))]


def _marked(number: int, message: Message, cuts: Sequence[Cut], mark: str) -> Message:
    content = message.content
    for _, place in reversed([cut for cut in cuts if cut[0] == number]):
        content = content[:place] + mark + content[place:]
    return replace(message, content=content)
