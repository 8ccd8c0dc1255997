"""Influence: the demonstrations that help the model most with other questions of the pool.

Each alone, by its one-shot gain: the mean over a validation part of the pool of
log P(right answer | demonstration, question) - log P(right answer | question), in nats. So Li and
Qiu, Finding Support Examples for In-Context Learning, 2023, find what is informative (InfoScore),
over probabilities and with more validation questions for fewer candidates, round after round. The
influences of Nguyen and Wong, In-context Example Selection with Influences, 2023, are another
figure that is not computed here: the mean accuracy of random sets that hold a demonstration, less
that of random sets that do not. They see what demonstrations do to each other, at far more prompts.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import fmean

from promptlab.index.hit import Hit
from promptlab.program import parallel, score
from promptlab.protocols import Program, Select, Template
from promptlab.selection.exclusion import plain
from promptlab.selection.learned.right_answer import right_answer
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import FixedRanking
from promptlab.template import QA
from promptlab.types import Example, Task

IMPOSSIBLE = -1e6
"""What an answer of probability zero counts, in nats, so that a mean can be compared."""


@dataclass(frozen=True)
class Influence:
    """Rank members of the pool by their gain, once for all questions, and take the first `k`.

    The fit asks the model `candidates` times `validation` questions. Members that were not
    candidates come after those that were, in the order in which they were drawn.

    Attributes:
        k: How many.
        task: What is asked.
        template: How it is written.
        validation: How many members with an answer are questions to be helped with, at most half of
            the pool; they are no candidates.
        candidates: How many of the other members are tried.
        seed: Decides which are which.
    """

    k: int
    task: Task
    template: Template = QA
    validation: int = 16
    candidates: int = 64
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the numbers of members."""
        check_k(self.k)
        for name in ("validation", "candidates"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected at least 1")

    def fit(self, pool: Sequence[Example]) -> Program[Select]:
        """Ask for the gains; raise `ValueError` where the pool is too small."""
        members = Pool.of(pool, self.k)
        order = list(range(len(pool)))
        random.Random(f"influence:{self.seed}").shuffle(order)  # noqa: S311  a draw
        answered = [index for index in order if pool[index].answer]
        asked = answered[: min(self.validation, len(pool) // 2)]
        same = {plain(pool[index].question) for index in asked}
        left = (index for index in order if plain(pool[index].question) not in same)
        tried = list(islice(left, self.candidates))
        questions = [pool[index] for index in asked]
        before = yield from self._logprobs(questions, [()])
        after = yield from self._logprobs(questions, [(pool[index],) for index in tried])
        gains = {index: gain - before[0] for index, gain in zip(tried, after, strict=True)}
        ranked = sorted(tried, key=lambda index: -gains[index])
        rest = [index for index in order if index not in gains]
        hits = [Hit(index, gains.get(index, -math.inf)) for index in (*ranked, *rest)]
        return FixedRanking(members, hits, self.k)

    def _logprobs(
        self, questions: Sequence[Example], shown: Sequence[tuple[Example, ...]]
    ) -> Program[list[float]]:
        """Return the mean log-probability of the right answers, in nats, under each of `shown`."""
        requests = [
            right_answer(self.task, self.template, example, demos)
            for demos in shown
            for example in questions
        ]
        scores = yield from parallel(map(score, requests))
        values = [max(reply.logprobs[0], IMPOSSIBLE) for reply in scores]
        size = len(questions)
        return [
            fmean(values[start * size : (start + 1) * size] or [0.0]) for start in range(len(shown))
        ]
