"""Last-word accuracy: does the answer go on with the word that the passage ends with?

Paperno et al., The LAMBADA Dataset, 2016 (https://arxiv.org/abs/1606.06031). Of the answer its
first word counts, of the gold answer its last one; case and punctuation do not. Chinese, which has
no spaces, begins with the gold answer.
"""

from dataclasses import dataclass

from promptlab.metric.overlap.words import is_cjk, words
from promptlab.types import Answer, Example


@dataclass(frozen=True)
class LastWord:
    """1 where the answer begins with the word that was left out, 0 elsewhere."""

    def __call__(self, answer: Answer, example: Example) -> float:
        """Score the answer."""
        if answer.outcome != "parsed":
            return 0.0
        said = words(answer.text)
        return float(any(_begins(said, gold) for gold in (example.answer, *example.aliases)))


def _begins(said: list[str], gold: str) -> bool:
    last = gold if is_cjk(gold) else "".join(gold.split()[-1:])
    expected = words(last)
    return bool(expected) and said[: len(expected)] == expected
