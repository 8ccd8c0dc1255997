"""Whether a program passes its tests, and pass@k over the draws of a vote.

Chen et al., Evaluating Large Language Models Trained on Code, 2021.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from promptlab.metric.code.harness import Fields, with_tests
from promptlab.metric.code.pass_at_k import pass_at_k
from promptlab.program import call, parallel
from promptlab.protocols import Program, ProgramFailed
from promptlab.types import Answer, Call, Example, RequestFailed


@dataclass(frozen=True)
class Passed:
    """Run the answer with the record's tests by a tool, and every other draw, too.

    The draws are the answer's votes: of `self_consistency`, say. Where there was no vote, or the
    votes are weights, as of `weighted` and `best_of_n`, the answer that won is the only draw. A
    draw in which no program was found passes nothing.

    Attributes:
        k: Of which numbers of draws pass@k is told.
        draws: How many answers were drawn.
        weighed: What the votes were weighed by, where they are no numbers of draws.
        tool: Who runs programs.
        fields: Where a record holds its tests.
    """

    k: Sequence[int] = (1,)
    draws: int = 1
    weighed: str | None = None
    tool: str = "python"
    fields: Fields = Fields()

    without_gold: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Take yaml's list as the tuple it is, and check the numbers."""
        object.__setattr__(self, "k", tuple(self.k))
        if self.weighed and max(self.k, default=1) > 1:
            raise ValueError(
                f"k is {list(self.k)}, and the votes are weighed by {self.weighed}: they choose "
                "one answer of the draws; expected metric.accuracy.k=[1], or "
                "strategy=self_consistency, whose votes are numbers of draws"
            )
        if self.draws < 1 or not all(1 <= k <= self.draws for k in self.k):
            raise ValueError(
                f"k is {list(self.k)} of {self.draws} draws; expected numbers from 1 to as many as "
                "are drawn: strategy=self_consistency strategy.samples=10 draws 10"
            )

    def __call__(self, answer: Answer, example: Example) -> Program[Mapping[str, float]]:
        """Return `accuracy`, whether the answer passes, and `pass_at_1` and so on.

        Raises:
            RequestFailed: the record has no tests, there is nobody to run them, or the votes are no
                numbers of draws.
        """
        votes = () if self.weighed else answer.votes
        drawn = {text: _whole(weight) for text, weight in votes}
        if answer.outcome == "parsed":
            drawn = drawn or {answer.text: 1}
            drawn.setdefault(answer.text, 0)
        passes = yield from parallel(self._passes(text, example) for text in drawn)
        right = dict(zip(drawn, passes, strict=True))
        passing = sum(count for text, count in drawn.items() if right[text])
        draws = 1 if self.weighed else max(self.draws, sum(drawn.values()))
        accuracy = answer.outcome == "parsed" and right[answer.text]
        estimates = {f"pass_at_{k}": pass_at_k(draws, passing, k) for k in self.k}
        return {"accuracy": float(accuracy), **estimates}

    def _passes(self, text: str, example: Example) -> Program[bool]:
        source, word = with_tests(text, example, self.fields)
        try:
            result = yield from call(Call(self.tool, source))
        except ProgramFailed:
            return False
        return result.text.strip().splitlines()[-1:] == [word]


def _whole(weight: float) -> int:
    if weight < 0 or weight != int(weight):
        raise RequestFailed(
            f"a program has {weight:g} votes; expected a number of draws, as self_consistency has"
        )
    return int(weight)
