"""Abstaining: give an answer where it is sure enough, and none where it is not.

El-Yaniv and Wiener, On the Foundations of Noise-free Selective Classification, 2010. How sure is
enough is learnt on questions of the pool, whose answers are known, and never on the test: they are
asked after the demonstrations of the question, as references of a calibration are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.extract import right
from promptlab.program import parallel
from promptlab.protocols import Program, Strategy
from promptlab.stages import prepared
from promptlab.strategy.calibration.references import some_of
from promptlab.strategy.calibration.threshold import Threshold, covering, reaching
from promptlab.types import Answer, Example, Question, RequestFailed, Task


@dataclass(frozen=True)
class Abstaining:
    """Answer by another strategy, and keep the answers that it is sure of.

    Demonstrations that are the same for all questions have the same questions of the pool after
    them, which a store of completions answers once.

    Attributes:
        task: What is asked, which decides whether an answer of the pool is right.
        inner: Answers, with votes: `choose`, `calibrated`, `self_consistency`.
        accuracy: How often the answers that are given are right, on the pool; as many are given as
            that allows. Or None.
        coverage: What share of the pool's questions is answered, the surest. Or None.
        samples: How many questions of the pool are asked.
        seed: Decides which.
        pool: The pool, once the strategy is fitted.
    """

    task: Task
    inner: Strategy
    accuracy: float | None = None
    coverage: float | None = None
    samples: int = 100
    seed: int = 0
    pool: tuple[Example, ...] = ()

    def __post_init__(self) -> None:
        """Check what is asked of the answers that are given."""
        wanted = {"accuracy": self.accuracy, "coverage": self.coverage}
        told = {name: share for name, share in wanted.items() if share is not None}
        if len(told) != 1:
            raise ValueError(
                f"accuracy is {self.accuracy} and coverage is {self.coverage}; expected one of "
                "them, and null for the other: how often given answers are right, or what share "
                "of questions is answered"
            )
        for name, share in told.items():
            if not 0 < share <= 1:
                raise ValueError(f"{name} is {share}; expected more than 0 and at most 1")
        if self.samples < 1:
            raise ValueError(f"samples is {self.samples}; expected at least 1")

    def fit(self, pool: Sequence[Example]) -> "Abstaining":
        """Take the pool to learn from, its answers too.

        Raises:
            ValueError: it is empty.
        """
        if self.pool:
            return self
        if not pool:
            raise ValueError("strategy=abstaining learns from the pool, and it is empty")
        return replace(self, pool=tuple(pool), inner=prepared(self.inner, pool))

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask the question, and those of the pool; abstain where the answer is not sure enough."""
        asked = self.references(question, demos)
        own, *told = yield from parallel(
            self.inner.solve(one, demos) for one in (question, *(each.question for each in asked))
        )
        return self._given(own, self.threshold(told, asked))

    def references(self, question: Question, demos: Sequence[Example]) -> list[Example]:
        """Draw the members of the pool that the threshold is learnt on; none of them is shown.

        Raises:
            ValueError: the strategy was not fitted, or no such member has a known answer.
        """
        seen = {question.id, *(demo.id for demo in demos)}
        known = [example for example in self.pool if example.answer.strip()]
        if found := some_of(known, self.samples, self.seed, seen):
            return found
        raise ValueError(
            f"strategy=abstaining finds none of {len(self.pool)} members of the pool that has an "
            f"answer and is not shown with {question.id!r} itself; expected one at least"
        )

    def threshold(self, answers: Sequence[Answer], examples: Sequence[Example]) -> Threshold:
        """Choose how sure is enough; an answer that was not read is not kept.

        Raises:
            RequestFailed: no answer has a confidence.
        """
        pairs = zip(answers, examples, strict=True)
        told = [right(answer, example, self.task) for answer, example in pairs]
        sure = [answer.confidence for answer in answers]
        if all(share is None for share in sure):
            raise RequestFailed(
                "strategy=abstaining has to know how sure an answer is, and of "
                f"{len(sure)} answers of {type(self.inner).__name__} none has votes; expected "
                "strategy@strategy.inner=choose, calibrated or self_consistency"
            )
        known = [-1.0 if share is None else share for share in sure]
        if self.accuracy is not None:
            return reaching(self.accuracy, known, told)
        return covering(self.coverage or 1.0, known, told)

    def _given(self, answer: Answer, threshold: Threshold) -> Answer:
        sure = answer.confidence
        if answer.outcome != "parsed" or (sure is not None and sure >= threshold.least):
            return answer
        return replace(answer, text="", outcome="abstained", why=self._why(sure, threshold))

    def _why(self, sure: float | None, threshold: Threshold) -> str:
        own = "no confidence is known" if sure is None else f"its confidence is {sure:.3f}"
        if math.isinf(threshold.least):
            return (
                f"{own}, and none is enough: the {threshold.asked} questions of the pool have no "
                f"threshold above which {self.accuracy:.0%} of the answers are right"
            )
        return (
            f"{own}, and {threshold.least:.3f} is the least: above it are {threshold.kept} of "
            f"{threshold.asked} questions of the pool, {threshold.right} of them right"
        )
