"""Circular evaluation: ask with the choices in every rotation, and trust what they agree on.

Liu et al., MMBench, 2024 (CircularEval, where an answer counts if all rotations give it); Zheng et
al., Large Language Models Are Not Robust Multiple Choice Selectors, 2024 (the mean over rotations).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from promptlab.program import parallel
from promptlab.protocols import Program, Strategy
from promptlab.strategy.options.reordered import check_choices, reordered, restored, rotations
from promptlab.types import Answer, Example, Question

Agree = Literal["all", "most", "mean"]


@dataclass(frozen=True)
class Circular:
    """Ask as often as there are choices, each of which stands at each place once.

    A question without choices of its own is asked once, as it is.

    Attributes:
        inner: Answers each rotation.
        agree: Take the answer that `all` give, and none where they differ; that `most` give, the
            first of equally many; or that has the highest `mean` of what each rotation's votes give
            it, as those of `choose` are probabilities.
    """

    inner: Strategy
    agree: Agree = "all"

    def __post_init__(self) -> None:
        """Check who must agree, and that there are choices to rotate."""
        check_choices(self.inner)
        if self.agree not in get_args(Agree):
            raise ValueError(f"agree is {self.agree!r}; expected all, most or mean")

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask every rotation."""
        orders = rotations(len(question.choices))
        if not orders:
            return (yield from self.inner.solve(question, demos))
        asked = (self.inner.solve(reordered(question, order), demos) for order in orders)
        told = yield from parallel(asked)
        answers = [restored(answer, order) for answer, order in zip(told, orders, strict=True)]
        return self._agreed(answers)

    def _agreed(self, answers: Sequence[Answer]) -> Answer:
        weights: dict[str, float] = {}
        for answer in answers:
            alone = ((answer.text, 1.0),) if answer.outcome == "parsed" else ()
            for text, weight in (self.agree == "mean" and answer.votes) or alone:
                weights[text] = weights.get(text, 0.0) + weight / len(answers)
        votes = tuple(sorted(weights.items(), key=lambda vote: -vote[1]))
        if not votes:
            return answers[0]
        if self.agree == "all" and {answer.text for answer in answers} != {votes[0][0]}:
            return Answer("", votes=votes, outcome="abstained", why="the rotations differ")
        first = next((answer for answer in answers if answer.text == votes[0][0]), Answer(""))
        return replace(first, text=votes[0][0], votes=votes, outcome="parsed")
