"""Two passes: retrieve, answer, and retrieve again by the question and that answer together.

Shao et al., Enhancing Retrieval-Augmented Large Language Models with Iterative Retrieval-Generation
Synergy (2023), for demonstrations in the place of passages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from promptlab.index.hit import Hit
from promptlab.index.ranked import Ranked
from promptlab.program import lifted, then
from promptlab.protocols import Program, Select, Selection, Step, Strategy
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Over, Ranker, look_ahead, ranking
from promptlab.types import Example, Question


@dataclass(frozen=True, slots=True)
class Gathered:
    """Ranks for questions that are known only in the midst of a batch, and looks ahead at them.

    Attributes:
        inner: Ranks.
        waiting: Those that came up since it last looked ahead.
    """

    inner: Ranked
    waiting: list[Question] = field(default_factory=list)

    def ranked(self, question: Question, count: int) -> Program[Sequence[Hit]]:
        """Rank once all programs that run beside this one have come as far."""
        self.waiting.append(question)
        # Nothing is asked: whoever runs programs side by side resumes the others first.
        yield []
        if question in self.waiting:
            together = self.waiting.copy()
            self.waiting.clear()
            look_ahead(self.inner, together)
        return (yield from lifted(self.inner.ranked(question, count)))


@dataclass(frozen=True)
class TwoPass:
    """Answer the question with the inner selection's demonstrations, then select by both.

    Where no answer is found in the reply, the question alone is searched for again. A selection
    that reads the members' answers too, as `text="{question} {answer}"` says, finds those that were
    answered alike.

    Attributes:
        k: How many, in both passes.
        inner: Ranks the pool.
        strategy: Answers between the passes.
    """

    k: int
    inner: Selection
    strategy: Strategy

    def __post_init__(self) -> None:
        """Check the number of demonstrations."""
        check_k(self.k)

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection; raise `ValueError` where the pool is too small."""
        members = Pool.of(pool, self.k)

        def around(inner: Select) -> Select:
            ranked = ranking(inner)
            rank = partial(self._rank, members, ranked, Gathered(ranked))
            return Ranker(members, self.k, Over([ranked], rank))

        return then(self.inner.fit(pool), around)

    def _rank(
        self, pool: Pool, inner: Ranked, again: Gathered, question: Question, count: int
    ) -> Program[Sequence[Hit]]:
        first = yield from lifted(inner.ranked(question, self.k))
        answer = yield from self.strategy.solve(question, pool.members(first))
        said = " ".join(each for each in (answer.rationale, answer.text) if each)
        both = replace(question, text=f"{question.text}\n{said}".strip())
        # Its text is another now: what is the question itself is still left out by `Ranker`.
        return (yield from again.ranked(both, count))
