"""The tokens of what is learnt, and in which order they are read."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promptlab.model.huggingface import HuggingFace
from promptlab.tuning.lessons import Lesson

NEARBY = 32
"""So many batches' rows are sorted by length together: little padding, and still much chance."""


@dataclass(frozen=True, slots=True)
class Row:
    """Tokens that are read; those from number `start` on are the answer's, and are learnt."""

    ids: tuple[int, ...]
    start: int

    @property
    def learnt(self) -> int:
        """How many tokens are learnt."""
        return len(self.ids) - self.start

    def after(self, lead: Sequence[int]) -> "Row":
        """Return the row with other tokens read before it."""
        return Row((*lead, *self.ids), len(lead) + self.start)


def row(model: HuggingFace, lesson: Lesson) -> Row:
    """Tokenise what is learnt exactly as it is scored."""
    told = model.score_tokens(lesson.asked)
    end = [model.end] if lesson.ends and model.end is not None else []
    return Row((*told.context, *told.tails[lesson.place], *end), len(told.context))


def parted(rows: Sequence[Row], share: float, seed: int) -> tuple[list[Row], list[Row]]:
    """Part rows by chance into those that are trained on and those held out, at least one of each.

    Raises:
        ValueError: there are too few for that.
    """
    if not share:
        return list(rows), []
    if len(rows) < 2:
        raise ValueError(
            f"tune: {len(rows)} example to learn from, and a share of tuning.held_out={share} to "
            "set apart; expected at least 2 examples, or tuning.held_out=0"
        )
    order = random.Random(seed).sample(range(len(rows)), len(rows))  # noqa: S311
    held = min(max(1, round(share * len(rows))), len(rows) - 1)
    apart = set(order[:held])
    trained = [each for number, each in enumerate(rows) if number not in apart]
    return trained, [rows[number] for number in sorted(apart)]


def batches(rows: Sequence[Row], size: int, rng: random.Random | None) -> Iterator[list[Row]]:
    """Yield rows of like lengths together; by chance, or by length where there is no `rng`."""
    order = list(rows)
    if rng:
        rng.shuffle(order)
    width = size * NEARBY if rng else max(1, len(order))
    found: list[list[Row]] = []
    for begin in range(0, len(order), width):
        some = sorted(order[begin : begin + width], key=lambda each: len(each.ids))
        found += [some[start : start + size] for start in range(0, len(some), size)]
    if rng:
        rng.shuffle(found)
    yield from found
