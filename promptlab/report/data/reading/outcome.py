"""What became of an answer, in one word: read off and right or wrong, or why nothing was read."""

from typing import NamedTuple


class Kind(NamedTuple):
    """One kind of outcome: its name, its meaning, and a colour that colour-blind readers can tell.

    The colours are Okabe and Ito's, Color Universal Design, 2008.
    """

    name: str
    meaning: str
    colour: str


KINDS = (
    Kind("right", "an answer was read, and it is the gold answer", "#0072b2"),
    Kind("in part", "an answer was read, and it has some of the score", "#7fbfe6"),
    Kind("wrong", "an answer was read, and it is another one", "#d55e00"),
    Kind("unparsed", "no answer was found in the completion", "#e5b400"),
    Kind("truncated", "the completion ran out of tokens before it stated an answer", "#cc79a7"),
    Kind("refused", "the model refused to answer", "#6b4c9a"),
    Kind("abstained", "the strategy gave no answer", "#8a8a8a"),
    Kind("failed", "the question could not be asked or answered", "#1a1a1a"),
)
"""The best first."""

NAMES = tuple(kind.name for kind in KINDS)


def kind(outcome: str, score: float) -> str:
    """Name the kind of an answer.

    Args:
        outcome: As it was recorded.
        score: The metric compared; NaN where the answer has none.
    """
    if outcome != "parsed":
        return outcome if outcome in NAMES else "unparsed"
    if score >= 1:
        return "right"
    return "in part" if score > 0 else "wrong"
