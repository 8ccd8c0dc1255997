"""Influence: the demonstrations with which other questions of the pool are answered rightly.

Nguyen and Wong, In-context Example Selection with Influences (2023): of a member, the mean accuracy
of random sets of demonstrations that hold it, less that of sets that do not. Unlike a one-shot gain
it sees what demonstrations do to each other.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from promptlab.extract import same
from promptlab.index.hit import Hit
from promptlab.program import parallel
from promptlab.protocols import Program, Select, Strategy
from promptlab.selection.learned.validation import parts
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import FixedRanking
from promptlab.types import Answer, Example, Task


@dataclass(frozen=True)
class Influence:
    """Rank members of the pool by their influence, once for all questions, and take the first `k`.

    The fit asks the model `sets` times `validation` questions, each with `k` demonstrations. Every
    candidate stands in as many sets as every other, or in one more. Of equal influence the first
    drawn comes first; members that were not candidates come after those that were, likewise.

    Attributes:
        k: How many.
        task: What is asked, which says when an answer is right.
        strategy: Answers the questions.
        validation: How many members with an answer are questions, at most half of the pool; they
            are no candidates.
        candidates: How many of the other members are tried.
        sets: How many sets of them.
        seed: Decides which are which, and who stands together.
    """

    k: int
    task: Task
    strategy: Strategy
    validation: int = 16
    candidates: int = 32
    sets: int = 64
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the numbers."""
        check_k(self.k)
        for name in ("validation", "candidates", "sets"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected at least 1")

    def fit(self, pool: Sequence[Example]) -> Program[Select]:
        """Ask under every set; raise `ValueError` where the pool is too small."""
        members = Pool.of(pool, self.k)
        drawn = parts(pool, self.validation, self.candidates, self.seed)
        questions = [pool[index] for index in drawn.asked]
        sets = self._sets(drawn.tried) if self.k and questions else []
        shown = [[pool[index] for index in some] for some in sets]
        accuracies = yield from parallel(self._accuracy(questions, demos) for demos in shown)
        values = influences(sets, accuracies)
        ranked = sorted(drawn.tried, key=lambda index: -values.get(index, -math.inf))
        tried = frozenset(ranked)
        rest = [index for index in drawn.order if index not in tried]
        hits = [Hit(index, values.get(index, -math.inf)) for index in (*ranked, *rest)]
        return FixedRanking(members, hits, self.k)

    def _accuracy(self, questions: Sequence[Example], demos: Sequence[Example]) -> Program[float]:
        """Ask all questions with one set shown; return the share that is answered rightly."""
        answers = yield from parallel(self.strategy.solve(e.question, demos) for e in questions)
        return fmean(map(self._is_right, answers, questions))

    def _sets(self, tried: Sequence[int]) -> list[tuple[int, ...]]:
        """Draw sets of `k` candidates, the least used first; of all where there are no more."""
        draw = random.Random(f"influence sets:{self.seed}")  # noqa: S311  a draw
        used, found = dict.fromkeys(tried, 0), list[tuple[int, ...]]()
        for _ in range(self.sets):
            order = sorted(tried, key=lambda index: (used[index], draw.random()))[: self.k]
            draw.shuffle(order)
            used |= {index: used[index] + 1 for index in order}
            found.append(tuple(order))
        return found

    def _is_right(self, answer: Answer, example: Example) -> float:
        gold = (example.answer, *example.aliases)
        return float(
            answer.outcome == "parsed" and any(same(answer.text, each, self.task) for each in gold)
        )


def influences(sets: Sequence[Sequence[int]], values: Sequence[float]) -> dict[int, float]:
    """Return of each member the mean value of the sets that hold it, less that of the others.

    Args:
        sets: Members, some of them each.
        values: Of each set, its accuracy say.

    Returns:
        Members that stand in some sets; of one that stands in all of them the difference is 0.
    """
    found: dict[int, float] = {}
    for member in sorted({member for some in sets for member in some}):
        held = [value for some, value in zip(sets, values, strict=True) if member in some]
        others = [value for some, value in zip(sets, values, strict=True) if member not in some]
        found[member] = fmean(held) - fmean(others) if others else 0.0
    return found
