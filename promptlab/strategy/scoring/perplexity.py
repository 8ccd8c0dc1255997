"""How well the whole prompt reads with each word in its place.

As OpenICL has it (Wu et al. 2023): the mean over all tokens, demonstrations and question included,
of the text that ends with the word. The first token counts too, after the one that opens texts.
"""

from promptlab.program import score
from promptlab.protocols import Program
from promptlab.strategy.scoring.normalise import normalised
from promptlab.strategy.scoring.posed import EMPTY, Posed
from promptlab.types import Score


def perplexity(posed: Posed) -> Program[list[float]]:
    """Ask once, for all texts; in nats per token, below 0.

    Raises:
        ValueError: the template writes chat turns, which are no text.
    """
    if [message.role for message in posed.prompt.messages] != ["text"]:
        raise ValueError(
            f"mode=perplexity reads a prompt as one text, and template {posed.template.name!r} "
            "writes chat turns; expected a template with layout=text, or another mode"
        )
    wholes = tuple(posed.prompt.text + continuation for continuation in posed.continuations)
    scores = yield from score(Score(EMPTY, wholes))
    return normalised(scores, wholes, "token")
