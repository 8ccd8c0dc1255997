"""Active-Prompt: what to label is what the model disagrees with itself about.

Diao et al., Active Prompting with Chain-of-Thought for Large Language Models (2024).
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import pvariance
from typing import Literal, get_args

from promptlab.extract import key
from promptlab.program import parallel, redraw
from promptlab.protocols import Program, Select, Selection, Step, Strategy
from promptlab.selection.narrowed import Choice, affordable, check_budget, narrow
from promptlab.types import Answer, Example, Question, Task

Measure = Literal["disagreement", "entropy", "variance"]
Draws = Sequence[str | None]
"""What each draw answered, in a form that is the same for the same answers; None for nothing."""


@dataclass(frozen=True)
class Uncertain:
    """Choose the `budget` members about which several draws of one model differ the most.

    Of equally uncertain ones those come first for which more draws found no answer, then those that
    the seed drew earlier.

    Attributes:
        inner: Takes the demonstrations for a question from the chosen ones.
        strategy: Answers each question, shown no demonstration.
        task: What is asked, which says when two answers are the same.
        budget: How many are chosen; all of a pool that is smaller, with a warning.
        measure: `disagreement` counts the different answers, `entropy` is that of their shares; a
            draw in which no answer was found agrees with none. `variance` is that of the numbers
            that were found, and highest where none was.
        samples: How many draws.
        temperature: Of every draw.
        candidates: How many members are asked about, drawn by the seed; no other is chosen.
        seed: Decides that draw.
    """

    inner: Selection
    strategy: Strategy
    task: Task
    budget: int = 50
    measure: Measure = "disagreement"
    samples: int = 5
    temperature: float = 0.7
    candidates: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the numbers and the measure."""
        check_budget(self.budget, self.inner)
        if self.measure not in get_args(Measure):
            raise ValueError(
                f"measure is {self.measure!r}; expected disagreement, entropy or variance"
            )
        if self.measure == "variance" and self.task.answer != "number":
            raise ValueError(
                f"measure is variance, and the answers are of the kind {self.task.answer!r}; "
                "expected dataset.task.answer=number, or disagreement or entropy"
            )
        if self.samples < 2:
            raise ValueError(f"samples is {self.samples}; expected at least 2, to differ")
        if self.temperature <= 0:
            raise ValueError(f"temperature is {self.temperature}; expected more than 0")
        if self.candidates < self.budget:
            raise ValueError(
                f"candidates is {self.candidates}, and budget is {self.budget}; expected at least "
                "as many candidates as are to be chosen"
            )

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Choose, and fit the inner selection; raise `ValueError` where the pool is too small."""
        return narrow(self, pool, self.inner)

    def choose(self, pool: Sequence[Example]) -> Program[Sequence[Choice]]:
        """Ask about the candidates, and choose the most uncertain, the most uncertain first."""
        count = affordable(self.budget, pool)
        order = list(range(len(pool)))
        random.Random(f"uncertain:{self.seed}").shuffle(order)  # noqa: S311  a draw
        asked = order[: self.candidates]
        drawn = yield from parallel(self._drawn(pool[member].question) for member in asked)
        told = dict(zip(asked, drawn, strict=True))
        value = {member: MEASURES[self.measure](draws) for member, draws in told.items()}
        ranked = sorted(asked, key=lambda member: (-value[member], -told[member].count(None)))
        return [Choice(member, self._why(value[member], told[member])) for member in ranked[:count]]

    def _drawn(self, question: Question) -> Program[Draws]:
        """Answer a question once for each draw."""
        answers = yield from parallel(
            redraw(self.strategy.solve(question, ()), temperature=self.temperature, draw=draw)
            for draw in range(self.samples)
        )
        return [self._named(answer) for answer in answers]

    def _named(self, answer: Answer) -> str | None:
        return key(answer.text, self.task) if answer.outcome == "parsed" else None

    def _why(self, value: float | Fraction, draws: Draws) -> str:
        missing = draws.count(None)
        none = f", {missing} of them without an answer" if missing else ""
        return f"{self.measure} {shown(value)} of {len(draws)} draws{none}"


def disagreement(draws: Draws) -> int:
    """Count the different answers; a draw that found none agrees with no other."""
    return len(_counts(draws))


def entropy(draws: Draws) -> float:
    """Return the entropy, in nats, of the answers' shares; a draw that found none is alone."""
    shares = [count / len(draws) for count in sorted(_counts(draws))]
    return -sum(share * math.log(share) for share in shares)


def variance(draws: Draws) -> float | Fraction:
    """Return the variance of the numbers that were found, exactly; infinite where none was."""
    numbers = [number for draw in draws if (number := _number(draw)) is not None]
    return pvariance(numbers) if numbers else math.inf


def _number(draw: str | None) -> Fraction | None:
    try:
        return Fraction(draw or "")
    except (ValueError, ZeroDivisionError):
        return None


def _counts(draws: Draws) -> list[int]:
    return [*Counter(draw for draw in draws if draw is not None).values(), *[1] * draws.count(None)]


def shown(value: float | Fraction) -> str:
    """Write a measure with three digits, however large it is."""
    try:
        return f"{float(value):.3g}"
    except OverflowError:
        return f"1e{len(str(int(value))) - 1}"


MEASURES: Mapping[Measure, Callable[[Draws], float | Fraction]] = {
    "disagreement": disagreement,
    "entropy": entropy,
    "variance": variance,
}
