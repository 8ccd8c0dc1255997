"""Questions from which a model's preference for some answers is learnt.

Texts that say nothing (Zhao et al. 2021); random words of the pool (Fei et al., Mitigating Label
Biases for In-context Learning, 2023); or questions of the pool, of which no answer is looked at
(Zhou et al., Batch Calibration, 2024; Han et al., Prototypical Calibration, 2023).
"""

import random
import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TypeVar

from promptlab.strategy.scoring.posed import free_of_content
from promptlab.text.unicode import CJK
from promptlab.types import Example, Question

T = TypeVar("T", Question, Example)
_PIECE = re.compile(f"[{CJK}]|[^\\s{CJK}]+")
_GAP = re.compile(f"(?<=[{CJK}]) (?=[{CJK}])")


def content_free(question: Question, texts: Sequence[str]) -> list[Question]:
    """Put each text in the place of what the question says."""
    return [free_of_content(question, text) for text in texts]


@lru_cache(maxsize=8)
def random_texts(pool: tuple[str, ...], count: int, seed: int) -> tuple[str, ...]:
    """Draw words of all texts, of each of them alike, as many as a text has on average.

    A Chinese character is a word.
    """
    words = [_PIECE.findall(text) for text in pool]
    every = [word for some in words for word in some]
    length = max(1, round(len(every) / max(1, len(words))))
    chance = random.Random(f"domain_context:{seed}")  # noqa: S311  a draw
    drawn = [" ".join(chance.choices(every, k=length)) for _ in range(count)] if every else []
    return tuple(_GAP.sub("", text) for text in drawn)


def some_of(pool: Sequence[T], count: int, seed: int, without: Collection[str]) -> list[T]:
    """Draw from the pool what is neither asked nor shown; the same for every question."""
    chance = random.Random(f"references:{seed}")  # noqa: S311  a draw
    order = chance.sample(range(len(pool)), len(pool))
    kept = (pool[place] for place in order if pool[place].id not in without)
    return [one for one, _ in zip(kept, range(count), strict=False)]
