"""The log-probability of the first token in which the words differ.

It is what a reader of the next token's distribution sees: the label tokens of Zhao et al. 2021 and
of Lu et al. 2022 (Fantastically Ordered Prompts).
"""

from promptlab.program import score
from promptlab.protocols import Program
from promptlab.strategy.scoring.normalise import normalised
from promptlab.strategy.scoring.posed import Posed
from promptlab.types import Score


def first_token(posed: Posed) -> Program[list[float]]:
    """Ask once, for all words; in nats."""
    scores = yield from score(Score(posed.prompt, posed.continuations, first=True))
    return normalised(scores, posed.words, "sum")
