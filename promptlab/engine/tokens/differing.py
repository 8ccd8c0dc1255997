"""Where several continuations of one prompt first differ, in tokens."""

from collections.abc import Hashable, Sequence
from itertools import takewhile


def up_to_difference(tails: Sequence[Sequence[Hashable]], continuations: Sequence[str]) -> int:
    """Count the tokens of each tail up to and including the first in which all of them differ.

    Args:
        tails: The tokens of each continuation.
        continuations: Their texts, for the message.

    Raises:
        ValueError: two of them have the same token there, or one has none.
    """
    if len(tails) < 2:
        return 1
    columns = zip(*tails, strict=False)
    alike = sum(1 for _ in takewhile(lambda tokens: len(set(tokens)) == 1, columns))
    places = [tail[alike : alike + 1] for tail in tails]
    for number, place in enumerate(places):
        # One that ends there differs from none that goes on as it began.
        others = [n for n in range(len(places)) if n != number]
        rivals = [n for n in others if places[n] == place or not place]
        if rivals:
            text, other = continuations[number], continuations[rivals[0]]
            raise ValueError(
                f"the first token of {text!r} does not tell it from {other!r}; expected answers "
                "that differ in it: use strategy.mode=logprob, or other words (strategy.verbaliser)"
            )
    return alike + 1
